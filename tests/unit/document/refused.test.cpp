/// What is no document of a mapping: each is refused with the place and what was expected there.

#include "refused.hpp"

#include <limits>

using namespace rowan;
using namespace rowan::document;

TEST_CASE("a document that the others are made from is read") {
  CHECK(refusal(with_state(std::string(good_state))) == "");
  const Document read = document::read(orders(), with_state(std::string(good_state)));
  CHECK(read.key == KeyValues{std::int64_t{42}});
  CHECK_FALSE(read.version);
  CHECK_FALSE(read.base);
  CHECK(read.fingerprint == fingerprint(orders()));
  const Snapshot& second_line = read.state->children[0][1];
  CHECK(second_line.position == 1);
  CHECK(second_line.version == 0);
  CHECK(read.state->children[1].empty());
}

TEST_CASE("a document is of this table, this mapping and one key") {
  const std::string print = fingerprint(orders());
  const std::string type_expected = "/type: the table of this mapping: orders";
  const std::string schema_expected = "/schema: the fingerprint of this mapping: " + print;
  CHECK(refusal("{}") == type_expected);
  CHECK(refusal(R"({"type":"customers"})") == type_expected);
  CHECK(refusal(R"({"type":1})") == type_expected);
  CHECK(refusal(R"({"type":"orders"})") == schema_expected);
  CHECK(refusal(R"({"type":"orders","schema":"0000000000000000","state":7})") == schema_expected);
  const std::string head = R"({"type":"orders","schema":")" + print + "\"";
  CHECK(refusal(head + "}") == "/key: an object");
  CHECK(refusal(head + R"(,"key":42})") == "/key: an object");
  CHECK(refusal(head + R"(,"key":{}})") == "/key/id: an integer of 64 bits");
  CHECK(refusal(head + R"(,"key":{"id":null}})") == "/key/id: an integer of 64 bits");
  CHECK(refusal(head + R"(,"key":{"id":42,"no":1}})") == "/key/no: no member of this name");
  CHECK(refusal(with_state("42", "43")) == "/state/id: the key of the document");
  const std::string state(good_state);
  CHECK(refusal(with(R"("base":{"id":41,"status":"","weight":null,"lines":[],"note":null},)"
                     R"("state":)" +
                     state)) == "/base/id: the key of the document");
  CHECK(refusal(with(R"("version":7,"state":)" + state)) == "/version: a string");
}

TEST_CASE("a document has one state, or a base and one patch for it") {
  const std::string state(good_state);
  const std::string expected = ": one of the members state, merge_patch and json_patch";
  CHECK(refusal(with(R"("version":"7")")) == expected);
  CHECK(refusal(with(R"("base":)" + state)) == expected);
  CHECK(refusal(with(R"("base":)" + state + R"(,"json_patch":[],"state":)" + state)) == expected);
  CHECK(refusal(with(R"("base":)" + state + R"(,"json_patch":[],"merge_patch":{})")) == expected);
  CHECK(refusal(with(R"("json_patch":[])")) == "/base: an object, which the patch is for");
  CHECK(refusal(with(R"("merge_patch":{})")) == "/base: an object, which the patch is for");
  CHECK(refusal(with(R"("base":null,"merge_patch":{})")) == "/base: an object");
}

TEST_CASE("members are those of the mapping, each once") {
  const std::string state(good_state);
  CHECK(refusal(with(R"("colour":1,"state":)" + state)) == "/colour: no member of this name");
  CHECK(refusal(with_state(R"("id":42)", R"("id":42,"colour":1)")) ==
        "/state/colour: no member of this name");
  CHECK(refusal(with_state(R"("no":2)", R"("no":2,"order_id":42)")) ==
        "/state/lines/1/order_id: no member of this name");
  CHECK(refusal(with_state(R"("id":42)", R"("id":42,"version":7)")) ==
        "/state/version: no member of this name");
  CHECK(refusal(with_state(R"("id":42)", R"("id":42,"a/b~c":1)")) ==
        "/state/a~1b~0c: no member of this name");
  CHECK(refusal(with_state(R"("status":"open",)", "")) == "/state/status: a text in UTF-8");
  CHECK(refusal(with_state(R"("weight":1.5,)", "")) == "/state/weight: a number, or null");
  CHECK(refusal(with_state(R"(,"discounts":[]})", "}")) == "/state/lines/1/discounts: a list");
  CHECK(refusal(with_state(R"(,"note":null)", "")) == "/state/note: an object, or null");
  CHECK(refusal(with_state(R"("no":2)", R"("no":2,"no":3)")) ==
        "/state/lines/1/no: one member of this name");
  CHECK(refusal(with_state(R"("id":42)", R"("id":42,"note":{},"lines":[])")) ==
        "/state/lines: one member of this name");
  CHECK(refusal(with(R"("state":)" + state + R"(,"state":)" + state)) ==
        "/state: one member of this name");
  CHECK(refusal(with(R"("state":)" + state + R"(,"\u0073tate":1)")) ==
        "/state: one member of this name");
}

TEST_CASE("a member that a stranger has named makes neither a new line nor a long message") {
  const std::string text =
      with_state(R"("id":42)", R"("id":42,"a\nb\u0007)" + std::string(100'000, 'x') + R"(":1)");
  try {
    (void)read(orders(), text);
    FAIL("it was read");
  } catch (const DocumentError& error) {
    const std::string what = error.what();
    CHECK(what.starts_with("document, /state/a?b?xxx"));
    CHECK(what.ends_with("...: expected no member of this name"));
    CHECK(what.size() < 300);
    CHECK(error.pointer().size() > 100'000);
  }
}

TEST_CASE("rows are objects, and lists of rows are lists") {
  CHECK(refusal(with_state("[]")) == "/state: an object");
  CHECK(refusal(with_state("null")) == "/state: an object");
  CHECK(refusal(with_state(R"("a")")) == "/state: an object");
  CHECK(refusal(with_state(R"([{"percent":"2.50"}])", R"({"percent":"2.50"})")) ==
        "/state/lines/0/discounts: a list");
  CHECK(refusal(with_state("[]", "null")) == "/state/lines/1/discounts: a list");
  CHECK(refusal(with_state("[]", "[[]]")) == "/state/lines/1/discounts/0: an object");
  CHECK(refusal(with_state("[]", "[null]")) == "/state/lines/1/discounts/0: an object");
  CHECK(refusal(with_state(R"("note":null)", R"("note":[])")) == "/state/note: an object, or null");
  CHECK(refusal(with_state(R"("note":null)", R"("note":{})")) ==
        "/state/note/text: a text in UTF-8");
}

TEST_CASE("no two rows of a list have one key") {
  CHECK(refusal(with_state(R"("no":2)", R"("no":1)")) ==
        "/state/lines/1: a key that no row before it in the list has");
  CHECK(refusal(with_state(R"("no":2)", R"("no":"1")")) ==
        "/state/lines/1: a key that no row before it in the list has");
  CHECK(refusal(with_state("[]", R"([{"percent":"1"},{"percent":"1"}])")) == "");
}

TEST_CASE("keys of numbers that are one number are one key, and NaN is one, too") {
  Shape list =
      table("points", {column("x", ColumnType::real), column("y", ColumnType::decimal)}, 2);
  Shape root = table("lists", {column("id", ColumnType::integer)}, 1);
  root.children = {list};
  const auto points = [&](const std::string& rows) {
    return refusal(root, R"({"type":"lists","key":{"id":1},"schema":")" + fingerprint(root) +
                             R"(","state":{"id":1,"points":[)" + rows + "]}}");
  };
  const std::string twice = "/state/points/1: a key that no row before it in the list has";
  CHECK(points(R"({"x":0.0,"y":"1.5"},{"x":-0.0,"y":"1.50"})") == twice);
  CHECK(points(R"({"x":"NaN","y":"1"},{"x":"NaN","y":"1.00"})") == twice);
  CHECK(points(R"({"x":"NaN","y":"1"},{"x":1,"y":"1"},{"x":2,"y":"1"})") == "");
}

TEST_CASE("what is not JSON in UTF-8 to its end is refused where it stops to be") {
  const auto json = [](std::size_t byte) {
    return ": JSON in UTF-8, which byte " + std::to_string(byte) + " is not";
  };
  CHECK(refusal("") == json(1));
  CHECK(refusal("nul") == json(4));
  CHECK(refusal("null null") == json(9));
  CHECK(refusal("null") == ": an object");
  CHECK(refusal("[]") == ": an object");
  CHECK(refusal("// no comments\n{}") == json(1));
  CHECK(refusal("{,}") == json(2));
  CHECK(refusal(R"({"type":"orders",})") == json(18));
  CHECK(refusal(R"({'type':1})") == json(2));
  CHECK(refusal(R"({"key":{"id":01}})") == "/key" + json(15));
  CHECK(refusal(R"({"key":{"id":+1}})") == "/key/id" + json(14));
  CHECK(refusal(R"({"key":{"id":1.}})") == "/key/id" + json(16));
  CHECK(refusal(R"({"key":{"id":NaN}})") == "/key/id" + json(14));
  CHECK(refusal(R"({"key":{"id":0x10}})") == "/key" + json(15));
  CHECK(refusal("{\"type\":\"a\xff\"}") == "/type" + json(11));
  CHECK(refusal("{\"type\":\"\xc0\xaf\"}") == "/type" + json(10));
  CHECK(refusal("{\"type\":\"\xed\xa0\x80\"}") == "/type" + json(11));
  CHECK(refusal("{\"type\":\"\\ud800\"}") == "/type" + json(16));
  CHECK(refusal("{\"type\":\"a\nb\"}") == "/type" + json(11));
  CHECK(refusal(std::string_view("\0{}", 3)) == json(1));
  const std::string good = with_state(std::string(good_state));
  CHECK(refusal(good + "x") == json(good.size() + 1));
  CHECK(refusal(good + "{}") == json(good.size() + 1));
  CHECK(refusal(good + std::string(1, '\0')) == json(good.size() + 1));
  CHECK(refusal(good + std::string("\0{}", 3)) == json(good.size() + 1));
  CHECK(refusal(good + " \n\t ") == "");
}

TEST_CASE("no beginning of a document is one") {
  const std::string good = with_state(std::string(good_state));
  for (std::size_t size = 0; size < good.size(); ++size) {
    CAPTURE(size);
    CHECK(refusal(std::string_view(good).substr(0, size)) != "");
  }
}

TEST_CASE("no value of a document is in a message") {
  for (const char* cell :
       {R"("status":"s3cret)", R"("status":["s3cret"])", R"("status":{"a":"s3cret"})",
        R"("status":"s3cret","weight":"s3cret")", R"("status":"s3cret\q")", R"("status":s3cret)"}) {
    CAPTURE(cell);
    const std::string why = refusal(with_state(R"("status":"open","weight":1.5)", cell));
    CHECK(why != "");
    CHECK(why.find("s3cret") == why.npos);
  }
}
