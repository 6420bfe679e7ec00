/// Bytes of anybody in: DocumentError, or a document that is written and read back as it was.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <random>
#include <string_view>
#include <vector>

#include <rowan/errors.hpp>

#include "unit/document/shapes.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

using namespace rowan::document;
using nlohmann::json;

void check(const rowan::Shape& shape, std::string_view text) {
  Document document;
  try {
    document = read(shape, text);
  } catch (const rowan::DocumentError&) {
    return;
  }
  const std::string written = write(shape, document, Layout::indented);
  const Document again = read(shape, written);
  if (!same(document, again) || write(shape, again, Layout::indented) != written) std::abort();
}

void collect(json& value, std::vector<json*>& to) {
  to.push_back(&value);
  if (!value.is_structured()) return;
  for (json& part : value) collect(part, to);
}

json some_value(std::mt19937& random) {
  static const std::vector<json> values{nullptr,
                                        true,
                                        0,
                                        -1,
                                        1e300,
                                        9007199254740993,
                                        "",
                                        "-",
                                        "/",
                                        "/lines",
                                        "/lines/0",
                                        "/lines/-",
                                        "/note",
                                        "/note/text",
                                        "/status",
                                        "/values[]/0",
                                        "/a~1b~0c/0",
                                        "/one/leaf",
                                        "NaN",
                                        "1.50",
                                        "9223372036854775808",
                                        "2024-02-29",
                                        "2026-01-31T10:00:00.5+05:30",
                                        "AP8=",
                                        "move",
                                        "copy",
                                        "add",
                                        "remove",
                                        "replace",
                                        "test",
                                        json::array(),
                                        json::object()};
  return values[random() % values.size()];
}

/// Changes one value into another, or a list or an object by one; else most of what is tried would
/// be no JSON.
void mutate(json& document, std::mt19937& random) {
  std::vector<json*> all;
  collect(document, all);
  json& at = *all[random() % all.size()];
  const json other = random() % 2 == 0 ? *all[random() % all.size()] : some_value(random);
  switch (random() % 4) {
    case 0:
      if (at.is_array())
        at.insert(at.begin() + static_cast<std::ptrdiff_t>(random() % (at.size() + 1)), other);
      if (at.is_object())
        at[other.is_string() ? other.get<std::string>() : "text"] = some_value(random);
      break;
    case 1:
      if (at.is_structured() && !at.empty())
        at.erase(std::next(at.begin(), static_cast<std::ptrdiff_t>(random() % at.size())));
      break;
    default: at = other;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const rowan::Shape shapes[] = {orders(), everything()};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const rowan::Shape& shape : shapes) check(shape, text);
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  std::mt19937 random(seed);
  json document = json::parse(data, data + size, nullptr, false);
  if (document.is_discarded() || random() % 4 == 0) return LLVMFuzzerMutate(data, size, max_size);
  for (auto i = random() % 3 + 1; i > 0; --i) mutate(document, random);
  const std::string text = document.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::copy(text.begin(), text.end(), data);
  return text.size();
}
