#pragma once
/// Sees where the messages in a run of bytes begin, and of which type they are.

#include <algorithm>
#include <climits>
#include <cstddef>
#include <cstdint>

namespace bench {

/// Each message has a type, except the first that a client sends, and a length that includes itself
/// (https://www.postgresql.org/docs/15/protocol-message-formats.html).
class MessageWatch {
 public:
  enum class Sender { client, server };
  explicit MessageWatch(Sender sender) : typed_(sender == Sender::server) {}

  /// Calls `begins` with the type of each message that begins in these bytes; 0 for none.
  template <class F>
  void look_at(const char* bytes, std::size_t size, F begins) {
    const char* const end = bytes + size;
    while (bytes != end) {
      if (body_ > 0) {
        const std::size_t skipped = std::min(body_, static_cast<std::size_t>(end - bytes));
        bytes += skipped;
        body_ -= skipped;
        continue;
      }
      if (head_ == 0) begins(typed_ ? *bytes : '\0');
      if (head_ > 0 || !typed_) length_ = length_ << CHAR_BIT | static_cast<unsigned char>(*bytes);
      ++bytes;
      if (++head_ < (typed_ ? 5U : 4U)) continue;
      body_ = length_ - 4;
      head_ = 0;
      length_ = 0;
      typed_ = true;
    }
  }

 private:
  bool typed_;
  std::size_t head_ = 0;  ///< bytes seen of type and length
  std::uint32_t length_ = 0;
  std::size_t body_ = 0;  ///< bytes still to come
};

}  // namespace bench
