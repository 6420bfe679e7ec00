/// An installed Rowan in; exit status 0 out if a note goes into a database and comes back.

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

#include <rowan/rowan.hpp>

struct NoteId {
  std::int64_t value = 0;
};

struct Note {
  NoteId id;
  std::int64_t version = 0;
  std::string text;
};

rowan::Mapping<Note, NoteId> mapping_of(std::type_identity<Note>) {
  return rowan::aggregate("notes", rowan::key("id", &Note::id),
                          rowan::version("version", &Note::version))
      .column("text", &Note::text);
}

int main() {
  rowan::Store store("sqlite3://:memory:", rowan::Schema::of<Note>());
  store.create_tables();
  store.transact([](rowan::UnitOfWork& work) {
    Note note;
    note.id = NoteId{1};
    note.text = "installed";
    work.add(std::move(note));
  });

  auto work = store.begin();
  return work.get<Note>(NoteId{1})->text == "installed" ? 0 : 1;
}
