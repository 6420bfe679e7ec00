/// What each SQLSTATE means to a program: PostgreSQL 15 manual, appendix A.

#include "postgres_errors.hpp"

#include <array>

namespace rowan::driver {
namespace {

struct Meaning {
  std::string_view code;  // an SQLSTATE, or the class that it begins with
  FailureKind kind;
};

/// The first that fits counts.
constexpr auto meanings = std::to_array<Meaning>({
    {"40001", FailureKind::serialization},
    {"40P01", FailureKind::deadlock},
    {"40003", FailureKind::connection_lost},  // statement completion unknown
    {"55P03", FailureKind::lock_timeout},
    {"57014", FailureKind::statement_timeout},
    {"57P01", FailureKind::connection_lost},  // an administrator ended the server or the session
    {"57P02", FailureKind::connection_lost},  // the server crashed
    {"57P03", FailureKind::connection_lost},  // the server is starting up
    {"57P04", FailureKind::connection_lost},  // the database was dropped
    {"57P05", FailureKind::connection_lost},  // idle_session_timeout
    {"25P03", FailureKind::connection_lost},  // idle_in_transaction_session_timeout
    {"25P04", FailureKind::connection_lost},  // transaction_timeout, from PostgreSQL 17 on
    {"08", FailureKind::connection_lost},
    {"23505", FailureKind::unique},
    {"23P01", FailureKind::unique},  // an exclusion constraint: uniqueness by another operator
    {"23503", FailureKind::foreign_key},
    {"23001", FailureKind::foreign_key},  // ON DELETE RESTRICT, from PostgreSQL 18 on
    {"23502", FailureKind::not_null},
    {"23514", FailureKind::check},
    {"23", FailureKind::check},
    {"22", FailureKind::value},
    {"25006", FailureKind::read_only},
    {"25P02", FailureKind::aborted},
    {"42P01", FailureKind::unknown_table},
    {"42703", FailureKind::unknown_column},
    {"53", FailureKind::resources},
});

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? std::string() : std::string(text);
}

bool is_constraint(FailureKind kind) {
  return kind == FailureKind::unique || kind == FailureKind::foreign_key ||
         kind == FailureKind::not_null || kind == FailureKind::check;
}

std::string constraint(const PGresult* result, FailureKind kind, std::string_view message) {
  if (kind == FailureKind::not_null) return field(result, PG_DIAG_COLUMN_NAME);
  std::string name = field(result, PG_DIAG_CONSTRAINT_NAME);
  return name.empty() ? constraint_in(message) : name;
}

}  // namespace

FailureKind sqlstate_kind(std::string_view sqlstate) noexcept {
  for (const Meaning& meaning : meanings)
    if (sqlstate.starts_with(meaning.code)) return meaning.kind;
  return FailureKind::refused;
}

std::string constraint_in(std::string_view message) {
  constexpr std::string_view marker = "constraint \"";
  const auto start = message.find(marker);
  if (start == message.npos) return {};
  message.remove_prefix(start + marker.size());
  message = message.substr(0, message.find('"'));
  const auto last = message.find_last_not_of("0123456789");
  const bool numbered = last != message.npos && last + 1 < message.size() && message[last] == '_';
  return std::string(numbered ? message.substr(0, last) : message);
}

Failure postgres_failure(const PGconn* connection, const PGresult* result) {
  Failure failure;
  if (result != nullptr) {
    failure.code = field(result, PG_DIAG_SQLSTATE);
    failure.message = field(result, PG_DIAG_MESSAGE_PRIMARY);
  }
  failure.kind = sqlstate_kind(failure.code);
  // An error that no server has coded is libpq's own: it could not send, or got no answer, even
  // where it has not yet noticed that the connection is gone.
  const bool own =
      failure.code.empty() && (result == nullptr || PQresultStatus(result) == PGRES_FATAL_ERROR);
  if (own) failure.code = "08006";  // connection_failure
  if (own || PQstatus(connection) != CONNECTION_OK) failure.kind = FailureKind::connection_lost;
  if (failure.message.empty()) failure.message = PQerrorMessage(connection);
  if (is_constraint(failure.kind))
    failure.constraint = constraint(result, failure.kind, failure.message);
  if (result != nullptr) {
    if (const std::string detail = field(result, PG_DIAG_MESSAGE_DETAIL); !detail.empty())
      failure.message += "\n" + detail;
  }
  return failure;
}

}  // namespace rowan::driver
