#pragma once
/// An aggregate as a JSON document: to a browser, a file or another service, and back from there.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <rowan/shape.hpp>
#include <rowan/snapshot.hpp>
#include <rowan/value.hpp>

#include "layout.hpp"

namespace rowan::document {

struct Document {
  KeyValues key;
  std::optional<std::string> version;  ///< of the base; what it means is its writer's affair
  std::string fingerprint;        ///< of the mapping; told by read(), and not asked for by write()
  std::optional<Snapshot> state;  ///< without versions; always there after read()
  std::optional<Snapshot> base;   ///< what `state` was made from
};

/// How much of a stranger's document is read, before memory is spent on it.
struct Limits {
  std::size_t max_bytes = std::size_t{16} << 20U;
  std::optional<std::size_t> max_depth;  ///< of lists and objects; none: what the mapping takes
  std::size_t max_rows = 100'000;        ///< of base and state together
  std::size_t max_operations = 10'000;   ///< of a patch
};

/// Throws DocumentError where there is no state, where its key is another than the document's, for
/// two children of one key, and for cells that do not fit: a text that is not UTF-8, a time outside
/// the years 0001 to 9999. State and base run along `root`.
[[nodiscard]] std::string write(const Shape& root, const Document& document,
                                Layout layout = Layout::compact);

/// Throws DocumentError for all that is not wholly a document of this mapping. Positions are places
/// in lists.
[[nodiscard]] Document read(const Shape& root, std::string_view text, const Limits& limits = {});

}  // namespace rowan::document
