#include "pack.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <vector>

#include "packed_cell.hpp"
#include "packed_reader.hpp"

namespace rowan::mapping {
namespace {

/// Writes into room that grows, and is kept for the next.
class Packer {
 public:
  explicit Packer(std::vector<std::byte>& room) : room_(room) {}

  /// Without what lies beneath.
  void row(const Shape& shape, const Snapshot& from) {
    for (const Value& cell : from.row)
      std::visit([this](const auto& held) { this->add(held); },
                 static_cast<const Value::variant&>(cell));
    if (shape.version) count(zigzag(from.version));
    if (shape.position) count(zigzag(from.position));
  }
  void tree(const Shape& shape, const Snapshot& from) {
    row(shape, from);
    for (std::size_t l = 0; l < shape.children.size(); ++l) {
      count(from.children[l].size());
      for (const Snapshot& child : from.children[l]) tree(shape.children[l], child);
    }
  }
  void bytes(const std::byte* begin, const std::byte* end) {
    room_.insert(room_.end(), begin, end);
  }

 private:
  void add(std::byte byte) { room_.push_back(byte); }
  void add(const void* from, std::size_t size) {
    const auto* bytes = static_cast<const std::byte*>(from);
    room_.insert(room_.end(), bytes, bytes + size);
  }
  void tag(CellType type, unsigned upper = 0) {
    add(static_cast<std::byte>(static_cast<unsigned>(type) | upper << 4U));
  }
  void tag(CellType type, std::uint64_t number) {
    if (number < too_much) return tag(type, static_cast<unsigned>(number));
    tag(type, too_much);
    count(number);
  }
  void count(std::uint64_t number) {
    for (; number >= 0x80; number >>= 7U) add(static_cast<std::byte>(number | 0x80U));
    add(static_cast<std::byte>(number));
  }
  template <class T>
  void plain(CellType type, const T& held) {
    static_assert(std::is_trivially_copyable_v<T>);
    tag(type);
    add(&held, sizeof held);
  }

  void add(Null) { tag(CellType::null); }
  void add(bool held) { tag(CellType::boolean, held ? 1U : 0U); }
  void add(std::int64_t held) { tag(CellType::integer, zigzag(held)); }
  void add(double held) { plain(CellType::real, held); }
  void add(const std::string& held) {
    tag(CellType::text, std::uint64_t{held.size()});
    add(held.data(), held.size());
  }
  void add(const Bytes& held) {
    tag(CellType::bytes, std::uint64_t{held.size()});
    add(held.data(), held.size());
  }
  void add(Timestamp held) { plain(CellType::timestamp, held); }
  void add(Date held) { plain(CellType::date, held); }
  void add(const Uuid& held) { plain(CellType::uuid, held); }
  void add(const Decimal& held) { plain(CellType::decimal, held); }

  std::vector<std::byte>& room_;
};

struct Own {
  std::vector<Value>& to;

  template <class T>
  void operator()(const T& held) const {
    to.emplace_back(held);
  }
  void operator()(std::string_view text) const { to.emplace_back(std::string(text)); }
  void operator()(std::span<const std::byte> bytes) const {
    to.emplace_back(Bytes(bytes.begin(), bytes.end()));
  }
};

void unpack_cells(std::size_t count, PackedReader& from, std::vector<Value>& to) {
  to.reserve(to.size() + count);
  for (std::size_t c = 0; c < count; ++c) {
    const CellView view = from.cell();
    std::visit(Own{to}, static_cast<const CellView::variant&>(view));
  }
}

/// The first `count` cells of the next row.
Snapshot unpack_row(const Shape& shape, PackedReader& from, std::size_t count) {
  Snapshot out;
  unpack_cells(count, from, out.row);
  for (std::size_t c = count; c < shape.columns.size(); ++c) (void)from.cell();
  out.version = from.version(shape);
  out.position = from.position(shape);
  return out;
}

/// `count(shape)`: how many cells are wanted of the rows beneath.
template <class Count>
void unpack_beneath(const Shape& shape, PackedReader& from, Snapshot& to, Count count) {
  to.children.resize(shape.children.size());
  for (std::size_t l = 0; l < shape.children.size(); ++l) {
    const Shape& child = shape.children[l];
    const std::size_t cells = count(child);
    const std::size_t rows = from.count();
    to.children[l].reserve(rows);
    for (std::size_t i = 0; i < rows; ++i)
      unpack_beneath(child, from, to.children[l].emplace_back(unpack_row(child, from, cells)),
                     count);
  }
}

std::size_t all_cells(const Shape& shape) {
  return shape.columns.size();
}

std::size_t cells_to_remove(const Shape& shape) {
  const bool by_key_alone =
      shape.scope != KeyScope::table && shape.unique.empty() &&
      std::all_of(shape.columns.begin(), shape.columns.end(),
                  [](const Column& column) { return column.references.empty(); });
  return by_key_alone ? shape.key_width : all_cells(shape);
}

/// What `write` has a Packer write.
template <class Write>
Packed packed(Write write) {
  thread_local std::vector<std::byte> room;
  constexpr std::size_t most_kept = 1 << 20;
  if (room.capacity() > most_kept) room = std::vector<std::byte>();
  room.clear();
  Packer packer(room);
  write(packer);
  Packed out(room.size());
  if (!room.empty()) std::memcpy(out.begin(), room.data(), room.size());
  return out;
}

}  // namespace

Packed pack(const Shape& shape, const Snapshot& rows) {
  return packed([&](Packer& packer) { packer.tree(shape, rows); });
}

Packed patched(const Packed& from, const std::byte* end, std::span<const Patch> patches) {
  return packed([&](Packer& packer) {
    const std::byte* at = from.begin();
    for (const Patch& patch : patches) {
      packer.bytes(at, patch.begin);
      packer.row(*patch.shape, *patch.row);
      at = patch.end;
    }
    packer.bytes(at, end);
  });
}

Snapshot unpack_row(const Shape& shape, PackedReader& from) {
  return unpack_row(shape, from, all_cells(shape));
}

void unpack_key(const Shape& shape, PackedReader from, KeyValues& key) {
  unpack_cells(shape.key_width, from, key);
}

Snapshot unpack(const Shape& shape, const Packed& from) {
  PackedReader reader(from);
  Snapshot out = unpack_row(shape, reader);
  unpack_beneath(shape, reader, out, all_cells);
  return out;
}

Snapshot unpack_to_remove(const Shape& shape, const Packed& from) {
  PackedReader reader(from);
  Snapshot out = unpack_row(shape, reader);
  unpack_beneath(shape, reader, out, cells_to_remove);
  return out;
}

}  // namespace rowan::mapping
