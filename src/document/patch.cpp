#include "patch.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include <rowan/errors.hpp>

namespace rowan::document {
namespace {

using nlohmann::json;

struct Extent {
  std::size_t depth = 0;
  std::size_t values = 1;
};

Extent extent(const json& value) {
  Extent out;
  if (!value.is_structured()) return out;
  for (const json& part : value) {
    const Extent inner = extent(part);
    out.depth = std::max(out.depth, inner.depth);
    out.values += inner.values;
  }
  ++out.depth;
  return out;
}

class Patcher {
 public:
  Patcher(json& state, const PatchLimits& limits) : state_(state), limits_(limits) {}

  void run(const json& operation, const Path& at) {
    const std::string& path = text(operation, "path", at);
    const std::string& name = text(operation, "op", at);
    if (name == "move" || name == "copy") {
      const std::string& from = text(operation, "from", at);
      const json value = taken(state_.at(pointer(from, at)), at);
      if (name == "move") {
        if (path.starts_with(from + '/'))
          throw DocumentError(at.pointer(), "a move to outside of what is moved");
        step({{"op", "remove"}, {"path", from}}, from, at);
      }
      step({{"op", "add"}, {"path", path}, {"value", value}}, path, at);
    } else {
      step(operation, path, at);
    }
  }

 private:
  static const std::string& text(const json& operation, const char* member, const Path& at) {
    const auto found = operation.find(member);
    if (found == operation.end() || !found->is_string())
      throw DocumentError(Path(at, member).pointer(), "a string");
    return found->get_ref<const std::string&>();
  }

  static std::size_t steps(const std::string& pointer) {
    return static_cast<std::size_t>(std::count(pointer.begin(), pointer.end(), '/'));
  }

  void check_depth(std::size_t depth, const Path& at) const {
    if (depth > limits_.depth)
      throw DocumentError(at.pointer(),
                          "no more than " + std::to_string(limits_.depth) + " levels");
  }

  /// nlohmann's takes a text of its own for each step.
  json::json_pointer pointer(const std::string& text, const Path& at) const {
    check_depth(steps(text), at);
    return json::json_pointer(text);
  }

  const json& taken(const json& value, const Path& at) {
    const std::size_t values = extent(value).values;
    if (values > limits_.values - taken_)
      throw DocumentError(at.pointer(), "no more than " + std::to_string(limits_.values) +
                                            " values to be copied or moved");
    taken_ += values;
    return value;
  }

  /// A move or a copy is none here: nlohmann's looks for the owner of `path` before it removes.
  void step(const json& operation, const std::string& path, const Path& at) {
    const auto to = pointer(path, at);
    // nlohmann asserts that an owner is no plain value, and makes an object of null.
    if (!to.empty() && !state_.at(to.parent_pointer()).is_structured())
      throw DocumentError(at.pointer(), "a path to a member or an element");
    if (const auto value = operation.find("value"); value != operation.end())
      check_depth(steps(path) + extent(*value).depth, at);
    state_.patch_inplace(json::array({operation}));
  }

  json& state_;
  const PatchLimits& limits_;
  std::size_t taken_ = 0;
};

/// The words of nlohmann's errors are made of names and values of the document.
const char* expected_instead_of(const json::exception& error) {
  constexpr int no_operation = 105;
  constexpr int failed_test = 501;
  if (error.id == no_operation) return "an operation of RFC 6902, with all its members";
  if (error.id == failed_test) return "a state that passes this test";
  return "pointers of RFC 6901 that lead to what is there";
}

}  // namespace

void apply_json_patch(json& state, const json& operations, const Path& at,
                      const PatchLimits& limits) {
  if (!operations.is_array()) throw DocumentError(at.pointer(), "a list of operations");
  if (operations.size() > limits.operations)
    throw DocumentError(at.pointer(),
                        "no more than " + std::to_string(limits.operations) + " operations");
  Patcher patcher(state, limits);
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const Path there(at, i);
    if (!operations[i].is_object()) throw DocumentError(there.pointer(), "an object");
    try {
      patcher.run(operations[i], there);
    } catch (const json::exception& error) {
      throw DocumentError(there.pointer(), expected_instead_of(error));
    }
  }
}

void apply_merge_patch(json& state, const json& patch, const Path& at) {
  if (!patch.is_object()) throw DocumentError(at.pointer(), "an object");
  state.merge_patch(patch);
}

}  // namespace rowan::document
