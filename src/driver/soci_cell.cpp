#include "soci_cell.hpp"

#include <utility>

#include <soci/soci.h>

namespace rowan::driver {
namespace {

template <class T>
std::optional<T> cell_at(soci::statement& statement, int column) {
  using soci::details::exchange_traits;
  const std::unique_ptr<soci::details::standard_into_type_backend> into(
      statement.make_into_type_backend());
  T cell{};
  soci::indicator indicator = soci::i_ok;
  int position = column + 1;
  into->define_by_pos(position, &cell,
                      static_cast<soci::details::exchange_type>(exchange_traits<T>::x_type));
  into->pre_fetch();
  into->post_fetch(true, true, &indicator);
  into->clean_up();
  if (indicator == soci::i_null) return {};
  return cell;
}

}  // namespace

void SociParams::add_null() {
  params_.emplace_back().indicator = soci::i_null;
}

void SociParams::add_integer(std::int64_t number) {
  Param& param = params_.emplace_back();
  param.type = Param::Type::integer;
  param.integer = number;
}

void SociParams::add_real(double number) {
  Param& param = params_.emplace_back();
  param.type = Param::Type::real;
  param.real = number;
}

void SociParams::add_text(std::string text) {
  params_.emplace_back().text = std::move(text);
}

void SociParams::add_bytes(const Bytes& bytes) {
  Param& param = params_.emplace_back();
  param.type = Param::Type::bytes;
  param.bytes = std::make_unique<soci::blob>(session_);
  // One that was never written to has no address, and would be bound as NULL.
  const char none = 0;
  const char* data = bytes.empty() ? &none : reinterpret_cast<const char*>(bytes.data());
  param.bytes->append(data, bytes.empty() ? 1 : bytes.size());
  if (bytes.empty()) param.bytes->trim(0);
}

void SociParams::bind_to(soci::statement& statement) {
  for (Param& param : params_) {
    switch (param.type) {
      case Param::Type::integer:
        statement.exchange(soci::use(param.integer, param.indicator));
        break;
      case Param::Type::real: statement.exchange(soci::use(param.real, param.indicator)); break;
      case Param::Type::text: statement.exchange(soci::use(param.text, param.indicator)); break;
      case Param::Type::bytes: statement.exchange(soci::use(*param.bytes, param.indicator)); break;
    }
  }
}

bool execute(soci::statement& statement) {
  return statement.execute(true);
}

bool fetch(soci::statement& statement) {
  // Where nothing is into() SOCI's own fetch() takes no row.
  return statement.get_backend()->fetch(1) == soci::details::statement_backend::ef_success;
}

std::optional<long long> integer_at(soci::statement& statement, int column) {
  return cell_at<long long>(statement, column);
}

std::optional<double> real_at(soci::statement& statement, int column) {
  return cell_at<double>(statement, column);
}

std::optional<std::string> text_at(soci::statement& statement, int column) {
  return cell_at<std::string>(statement, column);
}

}  // namespace rowan::driver
