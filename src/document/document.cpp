#include "document.hpp"

#include <algorithm>
#include <exception>
#include <limits>
#include <nlohmann/json.hpp>

#include <rowan/errors.hpp>

#include "../mapping/utf8.hpp"
#include "fingerprint.hpp"
#include "members.hpp"
#include "parse.hpp"
#include "patch.hpp"
#include "printed.hpp"
#include "rows.hpp"

namespace rowan::document {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

const std::vector<std::string> members_of_document{"type",  "key",  "version",     "schema",
                                                   "state", "base", "merge_patch", "json_patch"};

std::size_t levels(const Shape& shape) {
  std::size_t beneath = 0;
  for (const Shape& child : shape.children) beneath = std::max(beneath, levels(child));
  return beneath + 1;
}

/// Values of one row of the widest table: its own, its cells, its lists.
std::size_t widest(const Shape& shape) {
  std::size_t out = 1 + shape.columns.size() + shape.children.size();
  for (const Shape& child : shape.children) out = std::max(out, widest(child));
  return out;
}

std::size_t max_depth(const Shape& root, const DocumentLimits& limits) {
  // Of the longest way: the document, a patch, an operation, and from the root's row on a list and
  // a row for each level of tables.
  return limits.max_depth.value_or(2 + 2 * levels(root));
}

std::size_t max_values(const Shape& root, const DocumentLimits& limits) {
  constexpr std::size_t of_operation = 5;
  constexpr auto all = std::numeric_limits<std::size_t>::max();
  const std::size_t head = members_of_document.size() + 1 + root.key_width;
  const std::size_t width = std::max(widest(root), of_operation);
  if (limits.max_rows > all / 4 / width || limits.max_operations > all / 4 / width) return all;
  return head + limits.max_rows * width + limits.max_operations * of_operation;
}

void check_key(const Shape& root, const KeyValues& key, const Snapshot& row, const Path& at) {
  for (std::size_t i = 0; i < root.key_width; ++i)
    if (!same_cell(key[i], row.row[i]))
      throw DocumentError(Path(at, root.columns[i].name).pointer(), "the key of the document");
}

/// Reads the members of one document in the order in which an error tells most.
class DocumentReader {
 public:
  DocumentReader(const Shape& root, const json& from, const DocumentLimits& limits,
                 const BaseSource& source)
      : root_(root),
        limits_(limits),
        source_(source),
        members_(from, at_),
        rows_(limits.max_rows) {}

  Document read() {
    Document out;
    expect_text("type", root_.table, "the table of this mapping: " + root_.table);
    out.fingerprint = fingerprint(root_);
    expect_text("schema", out.fingerprint, "the fingerprint of this mapping: " + out.fingerprint);
    out.key = RowReader::key(root_, required("key", "an object"), Path(at_, "key"));
    if (const json* version = members_.find("version")) {
      if (!version->is_string()) throw DocumentError("/version", "a string");
      out.version = version->get<std::string>();
    }
    const json* base = members_.find("base");
    if (base) out.base = row(*base, "base", out.key);
    out.state = state(base, out);
    if (members_.are_more()) members_.refuse_others_than(members_of_document);
    return out;
  }

 private:
  const json& required(const char* member, const std::string& expected) {
    const json* found = members_.find(member);
    if (!found) throw DocumentError(Path(at_, member).pointer(), expected);
    return *found;
  }

  void expect_text(const char* member, const std::string& text, const std::string& expected) {
    if (required(member, expected) != text)
      throw DocumentError(Path(at_, member).pointer(), expected);
  }

  Snapshot row(const json& from, const char* member, const KeyValues& key,
               Absent absent = Absent::refused) {
    const Path there(at_, member);
    Snapshot out = rows_.row(root_, from, there, absent);
    check_key(root_, key, out, there);
    return out;
  }

  Snapshot state(const json* base, Document& out) {
    const json* whole = members_.find("state");
    const json* merge = members_.find("merge_patch");
    const json* operations = members_.find("json_patch");
    if (!whole + !merge + !operations != 2)
      throw DocumentError("", "one of the members state, merge_patch and json_patch");
    if (whole) return row(*whole, "state", out.key);
    json patched = base ? *base : found_base(out);
    if (merge) {
      apply_merge_patch(patched, *merge, Path(at_, "merge_patch"));
      return row(patched, "state", out.key, Absent::null);
    }
    apply_json_patch(
        patched, *operations, Path(at_, "json_patch"),
        {limits_.max_operations, max_depth(root_, limits_), max_values(root_, limits_)});
    return row(patched, "state", out.key);
  }

  json found_base(Document& out) {
    if (source_) out.base = source_(out.key, out.version);
    if (!out.base) throw DocumentError("/base", "an object, which the patch is for");
    try {
      return to_json(root_, *out.base, Path(at_, "base"));
    } catch (const DocumentError& error) {
      // It is not in this document.
      std::throw_with_nested(
          DataError(root_.table + ": what is stored is not to be patched: " + error.what()));
    }
  }

  const Shape& root_;
  const DocumentLimits& limits_;
  const BaseSource& source_;
  Path at_;
  Members members_;
  RowReader rows_;
};

}  // namespace

std::string write(const Shape& root, const Document& document, Layout layout) {
  const Path at;
  if (document.key.size() != root.key_width)
    throw DocumentError("/key", "one value for each column of the key");
  if (!document.state) throw DocumentError("/state", "a state");
  if (document.version && !mapping::is_utf8(*document.version))
    throw DocumentError("/version", "a text in UTF-8");
  auto out = ordered_json::object();
  out["type"] = root.table;
  out["key"] = key_to_json(root, document.key, Path(at, "key"));
  if (document.version) out["version"] = *document.version;
  out["schema"] = fingerprint(root);
  const auto add = [&](const char* member, const Snapshot& row) {
    const Path there(at, member);
    check_key(root, document.key, row, there);
    out[member] = to_json(root, row, there);
  };
  add("state", *document.state);
  if (document.base) add("base", *document.base);
  return printed(out, layout);
}

Document read(const Shape& root, std::string_view text, const DocumentLimits& limits,
              const BaseSource& base) {
  if (text.size() > limits.max_bytes)
    throw DocumentError("", "no more than " + std::to_string(limits.max_bytes) + " bytes");
  const json from = parse(text, {max_depth(root, limits), max_values(root, limits)});
  return DocumentReader(root, from, limits, base).read();
}

}  // namespace rowan::document
