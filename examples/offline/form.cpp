#include "form.hpp"

#include <rowan/etag.hpp>

#include "order_desk/order_mapping.hpp"

using namespace desk;

namespace offline {
namespace {

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  return out;
}

std::string input(const char* type, const std::string& name, const std::string& value) {
  return std::string("<input type=\"") + type + "\" name=\"" + escaped(name) + "\" value=\"" +
         escaped(value) + "\">\n";
}

/// Takes the answers that were given to these clashes, as they were shown. Whether all were.
bool take_answers(const Fields& fields, const std::vector<rowan::Clash>& clashes,
                  rowan::Resolution& to) {
  bool all = true;
  for (const rowan::Clash& clash : clashes) {
    const auto shown = fields.find("shown " + clash.pointer);
    const auto answer = fields.find("answer " + clash.pointer);
    if (shown == fields.end() || shown->second != clash.theirs.value_or("") ||
        answer == fields.end())
      all = false;
    else
      to.take(clash.pointer, answer->second == "mine" ? rowan::Side::mine : rowan::Side::theirs);
  }
  return all;
}

}  // namespace

std::string order_form(const rowan::Detached<Order>& copy,
                       const std::vector<rowan::Clash>& clashes) {
  // [form]
  std::string form = "<form method=\"post\">\n" + input("hidden", "document", copy.to_json()) +
                     input("text", "street", copy->ship_to().street) +
                     input("text", "city", copy->ship_to().city);
  for (const rowan::Clash& clash : clashes)
    form += "<p>" + escaped(clash.pointer) + " is " + escaped(clash.theirs.value_or("gone")) +
            " by now. Yours or theirs?</p>\n" + input("radio", "answer " + clash.pointer, "mine") +
            input("radio", "answer " + clash.pointer, "theirs") +
            input("hidden", "shown " + clash.pointer, clash.theirs.value_or(""));
  form += "<button>Save</button>\n</form>\n";
  // [/form]
  return form;
}

Response post_form(rowan::Store& store, const Fields& fields) {
  // [post]
  static const auto schema = rowan::Schema::of<Order>();
  auto copy = rowan::Detached<Order>::from_json(schema, fields.at("document"));
  copy->ship_to({fields.at("street"), fields.at("city")});
  auto work = store.begin();
  try {
    work.merge(copy, rowan::Merging::by_field);
  } catch (const rowan::MergeConflict& conflict) {
    rowan::Resolution answers = conflict.resolution();
    if (!take_answers(fields, conflict.clashes(), answers))
      return {409, "", order_form(copy, conflict.clashes())};  // to be decided, or once more
    work.merge(copy, answers);
  }
  work.commit();
  // [/post]
  return {200, rowan::etag(work.get<Order>(copy->id())), ""};
}

}  // namespace offline
