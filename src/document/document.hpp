#pragma once
/// An aggregate as a JSON document: to a browser, a file or another service, and back from there.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <rowan/detached.hpp>
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

/// The state that a patch is for which comes without a base. None: not known.
using BaseSource = std::function<std::optional<Snapshot>(
    const KeyValues& key, const std::optional<std::string>& version)>;

/// Throws DocumentError where there is no state, where its key is another than the document's, for
/// two children of one key, and for cells that do not fit: a text that is not UTF-8, a time outside
/// the years 0001 to 9999. State and base run along `root`.
[[nodiscard]] std::string write(const Shape& root, const Document& document,
                                Layout layout = Layout::compact);

/// Throws DocumentError for all that is not wholly a document of this mapping. Positions are places
/// in lists. `base` is asked where there is a patch, and no base in the document.
[[nodiscard]] Document read(const Shape& root, std::string_view text,
                            const DocumentLimits& limits = {}, const BaseSource& base = {});

}  // namespace rowan::document
