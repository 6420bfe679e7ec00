#pragma once
/// Values into a statement of SOCI's, and cells out of the row that it stands on.

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include <soci/blob.h>
#include <soci/session.h>
#include <soci/statement.h>

#include <rowan/value.hpp>

namespace rowan::driver {

/// The values of one statement, bound in the order in which they are added, as the types that SOCI
/// carries unharmed: texts, whole numbers, doubles, bytes. Must outlive the statement.
class SociParams {
 public:
  explicit SociParams(soci::session& session) : session_(session) {}
  SociParams(const SociParams&) = delete;
  SociParams& operator=(const SociParams&) = delete;

  void add_null();
  void add_integer(std::int64_t number);
  void add_real(double number);
  void add_text(std::string text);
  void add_bytes(const Bytes& bytes);

  /// Before it is prepared.
  void bind_to(soci::statement& statement);

 private:
  struct Param {
    enum class Type { integer, real, text, bytes } type = Type::text;
    soci::indicator indicator = soci::i_ok;
    long long integer = 0;
    double real = 0;
    std::string text{};
    std::unique_ptr<soci::blob> bytes{};
  };

  soci::session& session_;
  std::deque<Param> params_;
};

/// Whether the statement has a row that it stands on, the first one after it was executed and then
/// the next.
[[nodiscard]] bool execute(soci::statement& statement);
[[nodiscard]] bool fetch(soci::statement& statement);

/// The cell at `column`, counted from 0, of the row that the statement stands on; none if it is
/// NULL.
///
/// SOCI's into() has to know the type before the row is there, and each cell of SQLite has one of
/// its own; SOCI's row looks at the declared type, of which it keeps 32 bits of an INTEGER
/// (SOCI/soci#959). So it is done as into() does it, by the backend's interface, after the fetch.
[[nodiscard]] std::optional<long long> integer_at(soci::statement& statement, int column);
[[nodiscard]] std::optional<double> real_at(soci::statement& statement, int column);
[[nodiscard]] std::optional<std::string> text_at(soci::statement& statement, int column);

}  // namespace rowan::driver
