#include "fingerprint.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace rowan::document {
namespace {

/// With its length before it, so that no two lists of texts make one.
std::string framed(const std::string& text) {
  return std::to_string(text.size()) + ':' + text;
}

std::string joined(std::vector<std::string> texts) {
  std::sort(texts.begin(), texts.end());
  std::string out;
  for (const std::string& text : texts) out += framed(text);
  return framed(out);
}

std::string described(const Shape& shape) {
  std::vector<std::string> columns;
  for (std::size_t i = 0; i < shape.columns.size(); ++i) {
    const Column& column = shape.columns[i];
    columns.push_back(framed(column.name) + to_string(column.type) +
                      (column.nullable ? " null" : "") + (i < shape.key_width ? " key" : ""));
  }
  std::vector<std::string> children;
  for (const Shape& child : shape.children) children.push_back(described(child));
  return framed(shape.table) + (shape.position ? "ordered" : "") + joined(std::move(columns)) +
         joined(std::move(children));
}

/// FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/.
std::uint64_t hash(const std::string& text) {
  std::uint64_t out = 0xCBF29CE484222325ULL;
  for (const char c : text) out = (out ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return out;
}

}  // namespace

std::string fingerprint(const Shape& root) {
  std::string out;
  std::uint64_t rest = hash(described(root));
  for (int i = 0; i < 16; ++i, rest <<= 4U) out += "0123456789abcdef"[rest >> 60U];
  return out;
}

}  // namespace rowan::document
