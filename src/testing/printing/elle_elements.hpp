#pragma once
/// The versions of one aggregate in one run in, the elements of an Elle list out.

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace rowan::testing {

/// Elle takes no history in which an element is written twice (elle.list-append,
/// verify-unique-appends). So where two wrote one version, each unaware of the other, the second's
/// gets a number that no version has; and so does a removal, which is told as a write of the
/// version that it removed.
class ElleElements {
 public:
  enum class End { committed, failed };

  void read(std::size_t actor, std::int64_t version);
  /// `access`: its place in the history.
  void write(std::size_t access, std::size_t actor, std::int64_t version, End end);

  /// Nobody in the run wrote it, so it was there before: the first of `unwritten`, if it is older
  /// than what the run wrote. The others were written by who is not among the actors.
  [[nodiscard]] std::vector<std::int64_t> unwritten() const;
  [[nodiscard]] bool was_there(std::int64_t version) const;

  [[nodiscard]] std::int64_t written(std::size_t access, std::int64_t version) const;
  /// Whether it is known whose version was read.
  [[nodiscard]] bool is_clear(std::int64_t version) const;
  /// All that were installed up to a version that was read, itself the last.
  [[nodiscard]] std::vector<std::int64_t> up_to(std::int64_t last) const;

 private:
  struct Version {
    std::vector<std::size_t> installed;  ///< by which accesses
    std::vector<std::size_t> failed;     ///< of those that did not commit
    std::vector<std::size_t> removed;

    [[nodiscard]] bool is_unwritten() const { return installed.empty() && failed.empty(); }
  };
  std::set<std::pair<std::size_t, std::int64_t>> known_;  ///< which actor has read or written what
  std::map<std::int64_t, Version> versions_;
};

}  // namespace rowan::testing
