// expect: the harness reads this sentence
/// A false assertion in; its sentence out: the harness notices an error and its text.

static_assert(sizeof(char) == 2, "the harness reads this sentence");
