#include "write_texts.hpp"

#include <algorithm>
#include <functional>
#include <mutex>

namespace rowan::sql {

std::size_t WriteForm::hash() const noexcept {
  std::size_t out = std::hash<const Shape*>{}(shape) ^ options;
  const auto add = [&](std::size_t part) { out = out * 31 + part; };
  add(static_cast<std::size_t>(kind));
  for (const std::size_t c : columns) add(c + 1);
  for (const std::size_t c : withheld) add(c + 1);
  return out;
}

bool operator==(const WriteForm& a, const WriteForm& b) noexcept {
  return a.kind == b.kind && a.shape == b.shape && a.options == b.options &&
         std::equal(a.columns.begin(), a.columns.end(), b.columns.begin(), b.columns.end()) &&
         std::equal(a.withheld.begin(), a.withheld.end(), b.withheld.begin(), b.withheld.end());
}

WriteTexts::Pointer WriteTexts::find(const WriteForm& form) const {
  const std::shared_lock lock(mutex_);
  const auto [begin, end] = texts_.equal_range(form.hash());
  const auto found =
      std::find_if(begin, end, [&](const auto& kept) { return kept.second->form == form; });
  return found == end ? nullptr : found->second;
}

WriteTexts::Pointer WriteTexts::keep(const WriteForm& form, WriteText text) {
  auto kept = std::make_shared<Kept>(Kept{{form.columns.begin(), form.columns.end()},
                                          {form.withheld.begin(), form.withheld.end()},
                                          form,
                                          std::move(text)});
  kept->form.columns = kept->columns;
  kept->form.withheld = kept->withheld;
  const std::unique_lock lock(mutex_);
  if (texts_.size() < capacity) texts_.emplace(form.hash(), kept);
  return kept;
}

}  // namespace rowan::sql
