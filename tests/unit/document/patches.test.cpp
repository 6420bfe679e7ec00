/// Documents that carry a patch instead of a state: what it makes of the base, and what is refused.

#include <string>

#include "refused.hpp"

using namespace rowan;
using namespace rowan::document;

namespace {

std::string patched(const std::string& kind, const std::string& patch) {
  return with(R"("base":)" + std::string(good_state) + ",\"" + kind + "\":" + patch);
}
std::string merge(const std::string& patch) {
  return patched("merge_patch", patch);
}
std::string steps(const std::string& operations) {
  return patched("json_patch", '[' + operations + ']');
}

/// The state that comes out of the patch, written by itself.
std::string state_of(const std::string& text) {
  const Document document = read(orders(), text);
  const Document base = read(orders(), with_state(std::string(good_state)));
  CHECK(same(*document.base, *base.state));
  const std::string written = write(orders(), {document.key, {}, {}, document.state, {}});
  const std::string head = with("\"state\":");
  REQUIRE(written.starts_with(head.substr(0, head.size() - 1)));
  return written.substr(head.size() - 1, written.size() - head.size());
}

std::string good_with(std::string_view part, std::string_view by) {
  std::string out(good_state);
  const auto at = out.find(part);
  REQUIRE(at != out.npos);
  return out.replace(at, part.size(), by);
}

}  // namespace

TEST_CASE("a patch that does nothing gives the base") {
  CHECK(state_of(merge("{}")) == good_state);
  CHECK(state_of(steps("")) == good_state);
}

TEST_CASE("a merge patch sets members, and takes lists whole") {
  CHECK(state_of(merge(R"({"status":"sent"})")) == good_with("open", "sent"));
  CHECK(state_of(merge(R"({"lines":[]})")) ==
        R"({"id":42,"status":"open","weight":1.5,"lines":[],"note":null})");
  CHECK(state_of(merge(R"({"note":{"text":"x"}})")) ==
        good_with(R"("note":null)", R"("note":{"text":"x"})"));
}

TEST_CASE("a merge patch says null, and means NULL or no row") {
  CHECK(state_of(merge(R"({"weight":null,"note":null})")) ==
        good_with(R"("weight":1.5)", R"("weight":null)"));
  CHECK(refusal(merge(R"({"status":null})")) == "/state/status: a text in UTF-8");
  CHECK(refusal(merge(R"({"lines":null})")) == "/state/lines: a list");
  CHECK(refusal(merge(R"({"id":null})")) == "/state/id: an integer of 64 bits");
}

TEST_CASE("what a merge patch gives is looked at as a state is") {
  CHECK(refusal(merge(R"({"colour":1})")) == "/state/colour: no member of this name");
  CHECK(refusal(merge(R"({"id":43})")) == "/state/id: the key of the document");
  CHECK(refusal(merge(R"({"lines":{"0":{"quantity":5}}})")) == "/state/lines: a list");
  CHECK(refusal(merge(R"({"note":{}})")) == "/state/note/text: a text in UTF-8");
  CHECK(refusal(merge("[]")) == "/merge_patch: an object");
  CHECK(refusal(merge("null")) == "/merge_patch: an object");
  CHECK(refusal(merge(R"({"a":1,"a":2})")) == "/merge_patch/a: one member of this name");
}

TEST_CASE("operations run one after the other") {
  CHECK(state_of(steps(R"({"op":"test","path":"/status","value":"open"},)"
                       R"({"op":"replace","path":"/status","value":"sent"},)"
                       R"({"op":"test","path":"/status","value":"sent"})")) ==
        good_with("open", "sent"));
  CHECK(state_of(steps(R"({"op":"remove","path":"/lines/0"},)"
                       R"({"op":"add","path":"/lines/-","value":{"no":3,"quantity":1,)"
                       R"("discounts":[]}})")) ==
        R"({"id":42,"status":"open","weight":1.5,"lines":[{"no":2,"quantity":3,"discounts":[]},)"
        R"({"no":3,"quantity":1,"discounts":[]}],"note":null})");
  CHECK(state_of(steps(R"({"op":"move","from":"/lines/0/discounts/0",)"
                       R"("path":"/lines/1/discounts/0"})")) ==
        R"({"id":42,"status":"open","weight":1.5,"lines":[{"no":1,"quantity":2,"discounts":[]},)"
        R"({"no":2,"quantity":3,"discounts":[{"percent":"2.50"}]}],"note":null})");
  CHECK(state_of(steps(R"({"op":"copy","from":"/lines/0/discounts/0",)"
                       R"("path":"/lines/0/discounts/-"})")) ==
        good_with(R"([{"percent":"2.50"}])", R"([{"percent":"2.50"},{"percent":"2.50"}])"));
  CHECK(state_of(steps(R"({"op":"move","from":"/lines/0","path":"/lines/0"})")) == good_state);
  CHECK(state_of(steps(R"({"op":"replace","path":"","value":)" + std::string(good_state) + "}")) ==
        good_state);
}

TEST_CASE("an operation that fails is named") {
  const std::string leads = ": pointers of RFC 6901 that lead to what is there";
  const std::string good = R"({"op":"test","path":"/status","value":"open"},)";
  CHECK(refusal(steps(good + R"({"op":"test","path":"/status","value":"sent"})")) ==
        "/json_patch/1: a state that passes this test");
  CHECK(refusal(steps(good + R"({"op":"test","path":"/colour","value":1})")) ==
        "/json_patch/1: a state that passes this test");
  CHECK(refusal(steps(R"({"op":"remove","path":"/colour"})")) == "/json_patch/0" + leads);
  CHECK(refusal(steps(R"({"op":"remove","path":""})")) == "/json_patch/0" + leads);
  CHECK(refusal(steps(R"({"op":"remove","path":"/lines/2"})")) == "/json_patch/0" + leads);
  CHECK(refusal(steps(R"({"op":"remove","path":"/lines/-"})")) == "/json_patch/0" + leads);
  CHECK(refusal(steps(R"({"op":"replace","path":"/lines/2","value":1})")) ==
        "/json_patch/0" + leads);
  CHECK(refusal(steps(R"({"op":"add","path":"/lines/3","value":1})")) == "/json_patch/0" + leads);
  CHECK(refusal(steps(R"({"op":"add","path":"/lines/00","value":1})")) == "/json_patch/0" + leads);
  CHECK(refusal(steps(R"({"op":"add","path":"/lines/x","value":1})")) == "/json_patch/0" + leads);
  CHECK(refusal(steps(R"({"op":"add","path":"/lines/99999999999999999999","value":1})")) ==
        "/json_patch/0" + leads);
  CHECK(refusal(steps(R"({"op":"add","path":"/a/b","value":1})")) == "/json_patch/0" + leads);
  CHECK(refusal(steps(R"({"op":"add","path":"lines","value":1})")) == "/json_patch/0" + leads);
  CHECK(refusal(steps(R"({"op":"add","path":"/a~2","value":1})")) == "/json_patch/0" + leads);
  CHECK(refusal(steps(R"({"op":"copy","from":"/colour","path":"/status"})")) ==
        "/json_patch/0" + leads);
}

TEST_CASE("an operation that is none is named") {
  const std::string expected = "/json_patch/0: an operation of RFC 6902, with all its members";
  CHECK(refusal(steps(R"({"op":"add","path":"/status"})")) == expected);
  CHECK(refusal(steps(R"({"op":"jump","path":"/status"})")) == expected);
  CHECK(refusal(steps(R"({"path":"/status"})")) == "/json_patch/0/op: a string");
  CHECK(refusal(steps(R"({"op":1,"path":"/status"})")) == "/json_patch/0/op: a string");
  CHECK(refusal(steps(R"({"op":"remove"})")) == "/json_patch/0/path: a string");
  CHECK(refusal(steps(R"({"op":"move","path":"/status"})")) == "/json_patch/0/from: a string");
  CHECK(refusal(steps("7")) == "/json_patch/0: an object");
  CHECK(refusal(steps("[]")) == "/json_patch/0: an object");
  CHECK(refusal(patched("json_patch", "{}")) == "/json_patch: a list of operations");
  CHECK(refusal(patched("json_patch", "null")) == "/json_patch: a list of operations");
}

TEST_CASE("nothing is put beneath a plain value, nor into what is moved") {
  const std::string expected = "/json_patch/0: a path to a member or an element";
  CHECK(refusal(steps(R"({"op":"add","path":"/status/x","value":1})")) == expected);
  CHECK(refusal(steps(R"({"op":"add","path":"/note/text","value":"x"})")) == expected);
  CHECK(refusal(steps(R"({"op":"remove","path":"/status/x"})")) == expected);
  CHECK(refusal(steps(R"({"op":"copy","from":"/id","path":"/status/x"})")) == expected);
  CHECK(refusal(steps(R"({"op":"move","from":"/lines","path":"/lines/0"})")) ==
        "/json_patch/0: a move to outside of what is moved");
  CHECK(refusal(steps(R"({"op":"move","from":"","path":"/note"})")) ==
        "/json_patch/0: a move to outside of what is moved");
  CHECK(refusal(steps(R"({"op":"add","path":"/lines/-","value":7},)"
                      R"({"op":"move","from":"/lines/0","path":"/lines/1/x"})")) ==
        "/json_patch/1: a path to a member or an element");
}

TEST_CASE("what operations give is looked at as a state is") {
  CHECK(refusal(steps(R"({"op":"add","path":"/colour","value":1})")) ==
        "/state/colour: no member of this name");
  CHECK(refusal(steps(R"({"op":"remove","path":"/weight"})")) ==
        "/state/weight: a number, or null");
  CHECK(refusal(steps(R"({"op":"replace","path":"/id","value":43})")) ==
        "/state/id: the key of the document");
  CHECK(refusal(steps(R"({"op":"replace","path":"","value":null})")) == "/state: an object");
  CHECK(refusal(steps(R"({"op":"copy","from":"/lines/0","path":"/lines/0"})")) ==
        "/state/lines/1: a key that no row before it in the list has");
}

TEST_CASE("copies that double a state again and again come to an end") {
  std::string operations = R"({"op":"add","path":"/a","value":[]})";
  for (int i = 0; i < 60; ++i) operations += R"(,{"op":"copy","from":"/a","path":"/a/-"})";
  CHECK(refusal(steps(operations)) == "/json_patch/7: no more than 8 levels");
  operations = R"({"op":"copy","from":"","path":"/note"})";
  for (int i = 0; i < 60; ++i) operations += R"(,{"op":"copy","from":"","path":"/note"})";
  CHECK(refusal(steps(operations)) == "/json_patch/3: no more than 8 levels");
}

TEST_CASE("what is copied over what was copied before is counted, too") {
  DocumentLimits limits;
  limits.max_rows = 100;
  std::string operations = R"({"op":"add","path":"/note","value":null})";
  for (int i = 0; i < 9'999; ++i) operations += R"(,{"op":"copy","from":"/lines","path":"/note"})";
  // 50610 values, of which /lines are 11.
  CHECK(refusal(steps(operations), limits) ==
        "/json_patch/4601: no more than 50610 values to be copied or moved");
}

TEST_CASE("a pointer that is longer than any way through a state is not followed") {
  std::string pointer;
  for (int i = 0; i < 1'000'000; ++i) pointer += "/a";
  const std::string expected = "/json_patch/0: no more than 8 levels";
  CHECK(refusal(steps(R"({"op":"add","path":")" + pointer + R"(","value":1})")) == expected);
  CHECK(refusal(steps(R"({"op":"remove","path":")" + pointer + R"("})")) == expected);
  CHECK(refusal(steps(R"({"op":"copy","path":"/note","from":")" + pointer + R"("})")) == expected);
}

TEST_CASE("operations are counted") {
  DocumentLimits limits;
  limits.max_operations = 2;
  const std::string operation = R"({"op":"test","path":"/id","value":42})";
  CHECK(refusal(steps(operation + "," + operation), limits) == "");
  CHECK(refusal(steps(operation + "," + operation + "," + operation), limits) ==
        "/json_patch: no more than 2 operations");
}
