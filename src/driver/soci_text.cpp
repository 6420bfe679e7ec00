/// PostgreSQL's words told apart as far as quotes go: PostgreSQL 15 manual, 4.1.

#include "soci_text.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <utility>

namespace rowan::driver {
namespace {

bool is_of_name(char c) {
  const auto code = static_cast<unsigned char>(c);
  return std::isalnum(code) != 0 || c == '_' || c == '$' || code >= 0x80;
}

class Reader {
 public:
  explicit Reader(std::string_view sql) : sql_(sql) {}

  SociText read() {
    while (at_ < sql_.size()) read_one();
    if (statements_ != 1 && out_.holds == SociText::Holds::one_statement)
      out_.holds = SociText::Holds::more;
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool is_next(std::string_view text) const {
    return sql_.substr(at_, text.size()) == text;
  }
  [[nodiscard]] bool is_in_name() const { return at_ > 0 && is_of_name(sql_[at_ - 1]); }
  /// Of the first `what` from `from` on; the end of the text where there is none.
  [[nodiscard]] std::size_t end_of(std::string_view what, std::size_t from) const {
    const auto found = sql_.find(what, from);
    return found == sql_.npos ? sql_.size() : found + what.size();
  }
  void copy(std::size_t end) {
    out_.sql += sql_.substr(at_, end - at_);
    at_ = end;
  }

  void read_one();
  void read_quoted(char quote);
  void read_escapes();
  void read_comment();
  void read_dollars();
  void read_colon();
  [[nodiscard]] std::size_t end_of_block() const;
  [[nodiscard]] std::string_view dollars() const;
  void count_statement() {
    if (in_statement_ == In::yes) return;
    in_statement_ = In::yes;
    ++statements_;
  }

  std::string_view sql_;
  std::size_t at_ = 0;
  SociText out_{};
  std::size_t statements_ = 0;
  enum class In { no, yes } in_statement_ = In::no;
};

void Reader::read_one() {
  const char c = sql_[at_];
  if (is_next("--") || is_next("/*")) return read_comment();
  if (c == ';') {
    in_statement_ = In::no;
    return copy(at_ + 1);
  }
  if (std::isspace(static_cast<unsigned char>(c)) == 0) count_statement();
  if ((c == 'E' || c == 'e') && !is_in_name() && sql_.substr(at_ + 1, 1) == "'")
    return read_escapes();
  if (c == '\'' || c == '"') return read_quoted(c);
  if (c == '$' && !is_in_name() && !dollars().empty()) return read_dollars();
  if (c == ':') return read_colon();
  copy(at_ + 1);
}

/// A quote within is two, which SOCI takes for the end of one text and the beginning of another.
void Reader::read_quoted(char quote) {
  copy(end_of({&quote, 1}, at_ + 1));
}

/// E'it\'s' is E'it''s'.
void Reader::read_escapes() {
  copy(at_ + 2);
  while (at_ < sql_.size()) {
    if (is_next("\\'")) {
      out_.sql += "''";
      at_ += 2;
    } else if (is_next("''") || sql_[at_] == '\\') {
      copy(std::min(at_ + 2, sql_.size()));
    } else if (sql_[at_] == '\'') {
      return copy(at_ + 1);
    } else {
      copy(at_ + 1);
    }
  }
}

/// Kept where SOCI passes over it, as some are for the server (pg_hint_plan).
void Reader::read_comment() {
  const std::size_t end = is_next("--") ? end_of("\n", at_) : end_of_block();
  if (sql_.substr(at_, end - at_).find_first_of(":'\"") == sql_.npos) return copy(end);
  out_.sql += ' ';
  at_ = end;
}

/// A block comment may have others in it.
std::size_t Reader::end_of_block() const {
  std::size_t depth = 1;
  std::size_t at = at_ + 2;
  while (at < sql_.size() && depth > 0) {
    const std::string_view two = sql_.substr(at, 2);
    if (two == "/*") ++depth;
    if (two == "*/") --depth;
    at += two == "/*" || two == "*/" ? 2 : 1;
  }
  return at;
}

/// "$$" or "$name$"; empty where it is none, as at "$1".
std::string_view Reader::dollars() const {
  const auto end = sql_.find('$', at_ + 1);
  if (end == sql_.npos) return {};
  const std::string_view name = sql_.substr(at_ + 1, end - at_ - 1);
  if (!name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) != 0) return {};
  if (!std::all_of(name.begin(), name.end(), is_of_name)) return {};
  return sql_.substr(at_, end - at_ + 1);
}

/// $$it's$$ is 'it''s', as standard_conforming_strings is on.
void Reader::read_dollars() {
  const std::string_view dollar = dollars();
  const std::size_t begin = at_ + dollar.size();
  const auto end = std::min(sql_.find(dollar, begin), sql_.size());
  out_.sql += '\'';
  for (const char c : sql_.substr(begin, end - begin)) out_.sql.append(c == '\'' ? 2 : 1, c);
  out_.sql += '\'';
  at_ = std::min(end + dollar.size(), sql_.size());
}

void Reader::read_colon() {
  if (is_next("::") || is_next(":=")) return copy(at_ + 2);
  out_.holds = SociText::Holds::a_bare_colon;
  copy(at_ + 1);
}

}  // namespace

SociText soci_text(std::string_view sql) {
  return Reader(sql).read();
}

}  // namespace rowan::driver
