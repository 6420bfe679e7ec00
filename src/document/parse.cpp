#include "parse.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include <rowan/errors.hpp>

#include "path.hpp"

namespace rowan::document {
namespace {

using nlohmann::json;

std::string json_up_to(std::size_t byte) {
  return "JSON in UTF-8, which byte " + std::to_string(byte) + " is not";
}

/// What the parser calls for each thing it has read; the names are nlohmann's.
class Builder {
 public:
  explicit Builder(const ParseLimits& limits) : limits_(limits) {}

  json take() { return std::move(root_); }

  bool null() { return put(nullptr); }
  bool boolean(bool truth) { return put(truth); }
  bool number_integer(std::int64_t number) { return put(number); }
  bool number_unsigned(std::uint64_t number) { return put(number); }
  bool number_float(double number, const std::string&) { return put(number); }
  bool string(std::string& text) { return put(std::move(text)); }
  bool binary(json::binary_t& bytes) { return put(std::move(bytes)); }
  bool start_object(std::size_t) { return open(json::object()); }
  bool start_array(std::size_t) { return open(json::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(std::string& name) {
    Open& object = open_.back();
    object.name = std::move(name);
    object.within = true;
    if (object.container->contains(object.name)) refuse("one member of this name");
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const json::exception& error) {
    constexpr int number_too_large = 406;
    if (error.id == number_too_large) refuse("a number that a double can hold");
    refuse(json_up_to(position));
  }

 private:
  /// A list or an object whose end has not been read.
  struct Open {
    json* container = nullptr;
    std::string name{};   // of the last member
    bool within = false;  // a member or an element has begun, and not ended
  };

  [[noreturn]] void refuse(const std::string& expected) const {
    std::vector<Step> steps;
    for (const Open& at : open_) {
      if (!at.within) break;
      if (at.container->is_object())
        steps.emplace_back(at.name);
      else
        steps.emplace_back(at.container->size() - 1);
    }
    throw DocumentError(pointer(steps), expected);
  }

  json& add(json&& value) {
    if (values_++ == limits_.values)
      refuse("no more than " + std::to_string(limits_.values) + " values");
    if (open_.empty()) return root_ = std::move(value);
    Open& owner = open_.back();
    if (owner.container->is_object())
      return owner.container->emplace(owner.name, std::move(value)).first.value();
    owner.container->push_back(std::move(value));
    return owner.container->back();
  }

  bool put(json&& value) {
    add(std::move(value));
    if (!open_.empty()) open_.back().within = false;
    return true;
  }

  bool open(json&& container) {
    if (open_.size() == limits_.depth)
      refuse("no more than " + std::to_string(limits_.depth) + " levels");
    json& at = add(std::move(container));
    if (!open_.empty()) open_.back().within = true;
    open_.push_back({&at});
    return true;
  }

  bool close() {
    open_.pop_back();
    if (!open_.empty()) open_.back().within = false;
    return true;
  }

  const ParseLimits& limits_;
  json root_;
  std::vector<Open> open_;
  std::size_t values_ = 0;
};

}  // namespace

json parse(std::string_view text, const ParseLimits& limits) {
  // To nlohmann's parser a NUL is the end, whatever comes behind it.
  if (const auto nul = text.find('\0'); nul != text.npos)
    throw DocumentError("", json_up_to(nul + 1));
  Builder builder(limits);
  json::sax_parse(text.begin(), text.end(), &builder);
  return builder.take();
}

}  // namespace rowan::document
