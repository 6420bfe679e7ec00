#pragma once
/// A value that few have: nothing is allocated until one is given. Copies are of their own.

#include <memory>
#include <utility>

namespace rowan::work {

template <class T>
class Seldom {
 public:
  Seldom() = default;
  Seldom(const Seldom& other)
      : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
  Seldom(Seldom&&) noexcept = default;
  Seldom& operator=(Seldom other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Seldom() = default;

  /// Whether it was ever given one.
  explicit operator bool() const noexcept { return value_ != nullptr; }
  /// A T as made by default where it was not.
  const T* operator->() const noexcept { return value_ ? value_.get() : &none_; }
  const T& operator*() const noexcept { return *operator->(); }
  T& edit() {
    if (!value_) value_ = std::make_unique<T>();
    return *value_;
  }
  void reset() noexcept { value_.reset(); }

 private:
  static inline const T none_{};
  std::unique_ptr<T> value_;
};

}  // namespace rowan::work
