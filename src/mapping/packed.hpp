#pragma once
/// The rows of an aggregate in one run of bytes; copies share it.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace rowan::mapping {

/// What pack() makes and PackedReader reads. It does not know its size: its Shape does.
class Packed {
 public:
  Packed() = default;
  explicit Packed(std::size_t size) : block_(new (::operator new(sizeof(Block) + size)) Block) {}
  Packed(const Packed& other) noexcept : block_(other.block_) {
    if (block_) block_->holders.fetch_add(1, std::memory_order_relaxed);
  }
  Packed(Packed&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  Packed& operator=(Packed other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~Packed() {
    if (!block_ || block_->holders.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    block_->~Block();
    ::operator delete(block_);
  }

  /// Whether it holds anything.
  explicit operator bool() const noexcept { return block_ != nullptr; }
  [[nodiscard]] const std::byte* begin() const noexcept {
    return reinterpret_cast<const std::byte*>(block_ + 1);
  }
  [[nodiscard]] std::byte* begin() noexcept { return reinterpret_cast<std::byte*>(block_ + 1); }

 private:
  /// The bytes lie behind it. Half the size of what std::shared_ptr needs, and there is one for
  /// each aggregate that is loaded.
  struct Block {
    std::atomic<std::uint32_t> holders{1};
  };
  Block* block_ = nullptr;
};

}  // namespace rowan::mapping
