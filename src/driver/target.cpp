/// Takes URLs apart, and puts connection strings together that SOCI does not garble.

#include "target.hpp"

#include <algorithm>
#include <cctype>
#include <memory>
#include <optional>

#include <libpq-fe.h>
#include <soci/version.h>

#include <rowan/errors.hpp>

namespace rowan::driver {
namespace {

constexpr std::string_view forms =
    "\"sqlite3://shop.db\", \"sqlite3://:memory:\", \"postgresql://user@host/database\" or "
    "\"postgresql://host=/tmp dbname=shop\"";

/// What stands behind `scheme`, if `url` begins with it.
std::optional<std::string_view> after(std::string_view url, std::string_view scheme) {
  if (!url.starts_with(scheme)) return {};
  return url.substr(scheme.size());
}

bool is_in_memory(std::string_view file) {
  return file == ":memory:" || file.starts_with("file::memory:") ||
         (file.starts_with("file:") && file.find("mode=memory") != file.npos);
}

/// SOCI takes the string for a file name when there is no '=' in it, else for options, of which it
/// can quote a value, but no quotation mark in it.
std::string soci_file(std::string_view file) {
  if (file.find('=') == file.npos) return std::string(file);
  if (file.find('"') != file.npos || file.starts_with(' '))
    throw UsageError(
        "the name of a database file with '=' in it must neither hold a quotation "
        "mark nor begin with a blank");
  return "dbname=\"" + std::string(file) + '"';
}

Target sqlite_target(std::string_view file) {
  if (file.empty() || file.find('\0') != file.npos)
    throw UsageError("the URL names no database; write " + std::string(forms));
  return {.backend = Backend::sqlite,
          .storage = is_in_memory(file) ? Storage::in_memory : Storage::lasting,
          .connect = soci_file(file),
          .label = "sqlite3://" + std::string(file),
          .password = {}};
}

/// Whether the text begins with a word and '=', as libpq's keyword strings do.
bool is_keyword_string(std::string_view text) {
  const auto word_end = std::find_if(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) == 0 && c != '_' && c != ' ';
  });
  return word_end != text.begin() && word_end != text.end() && *word_end == '=';
}

struct FreeOptions {
  void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
};

/// The options that `text` gives, in libpq's order.
ConnectOptions parse_options(const std::string& text) {
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, FreeOptions> parsed(
      PQconninfoParse(text.c_str(), &message));
  // The message may quote a part of the password, so it is left out.
  PQfreemem(message);
  if (!parsed)
    throw UsageError(
        "the URL of the PostgreSQL database is not one that libpq understands; write " +
        std::string(forms));
  ConnectOptions options;
  for (const PQconninfoOption* option = parsed.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) options.emplace_back(option->keyword, option->val);
  }
  return options;
}

bool is_secret(std::string_view keyword) {
  return keyword == "password" || keyword == "sslpassword";
}

std::string label_of(const ConnectOptions& options) {
  std::string label = "postgresql://";
  const char* separator = "";
  for (const auto& [keyword, value] : options) {
    if (is_secret(keyword)) continue;
    label.append(separator).append(keyword).append("=").append(value);
    separator = " ";
  }
  return label;
}

Target postgres_target(std::string_view rest) {
  if (rest.empty() || rest.find('\0') != rest.npos)
    throw UsageError("the URL names no database; write " + std::string(forms));
  ConnectOptions options = parse_options(
      is_keyword_string(rest) ? std::string(rest) : "postgresql://" + std::string(rest));
  Target target{.backend = Backend::postgres,
                .storage = Storage::lasting,
                .connect = {},
                .label = label_of(options),
                .password = {}};
  for (const auto& [keyword, value] : options)
    if (keyword == "password") target.password = value;

  // All our texts are UTF-8. The name gives way to one from the URL or from PGAPPNAME.
  std::erase_if(options, [](const auto& option) {
    return option.first == "client_encoding" || option.first == "fallback_application_name";
  });
  options.emplace_back("client_encoding", "UTF8");
  options.emplace_back("fallback_application_name", "rowan");
  if constexpr (SOCI_VERSION >= 400100) target.connect = keywords_of(options);
  // SOCI 4.0 reads the string as words of KEYWORD=VALUE, without quoting, and joins them again. It
  // finds one such word here, and what it joins is what it read.
  if (target.connect.empty()) target.connect = uri_of(options);
  return target;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (std::isalnum(code) != 0 || c == '.' || c == '_' || c == '-') {
      encoded += c;
    } else {
      encoded += {'%', digits[code >> 4U], digits[code & 15U]};
    }
  }
  return encoded;
}

}  // namespace

Target parse_target(std::string_view url) {
  if (const auto file = after(url, "sqlite3://")) return sqlite_target(*file);
  for (const char* scheme : {"postgresql://", "postgres://"})
    if (const auto rest = after(url, scheme)) return postgres_target(*rest);
  throw UsageError("the URL is of no database that is known here; write " + std::string(forms));
}

std::string uri_of(const ConnectOptions& options) {
  std::string uri = "postgresql://";
  char separator = '?';
  for (const auto& [keyword, value] : options) {
    uri += separator + keyword + '=' + percent_encoded(value);
    separator = '&';
  }
  return uri;
}

std::string keywords_of(const ConnectOptions& options) {
  std::string text;
  for (const auto& [keyword, value] : options) {
    // SOCI 4.1 takes a value in either quotes up to the next, has no escape inside, and passes
    // backslashes on to libpq, for which they are escapes.
    const char quote = value.find('\'') == value.npos ? '\'' : '"';
    if (value.find(quote) != value.npos) return {};
    if (!text.empty()) text += ' ';
    text += keyword + '=' + quote;
    for (const char c : value) text += c == '\\' ? "\\\\" : std::string(1, c);
    text += quote;
  }
  return text;
}

}  // namespace rowan::driver
