/// The matrix of all ready-made scenarios: what each database allows at each level, with versions
/// and guards and without, found by running them.
///
///     isolation [--postgres KEYWORDS] [--html FILE] [--json FILE] [--markdown FILE]

#include <cstddef>
#include <fstream>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>

#include <rowan/testing/explore.hpp>
#include <rowan/testing/printing.hpp>

#include "orders.hpp"

namespace {

using namespace rowan::testing;

/// By the name of each option what was said behind it.
std::map<std::string, std::string> options(int count, char** arguments) {
  std::map<std::string, std::string> out;
  for (int i = 1; i < count; i += 2) {
    const std::string name = arguments[i];
    const bool is_known =
        name == "--postgres" || name == "--html" || name == "--json" || name == "--markdown";
    if (!is_known || i + 1 == count)
      throw std::invalid_argument(
          "usage: isolation [--postgres KEYWORDS] [--html FILE] [--json FILE] [--markdown FILE]");
    out[name] = arguments[i + 1];
  }
  return out;
}

Matrix matrix(const std::map<std::string, std::string>& options) {
  using enum rowan::Isolation;
  Matrix out;
  out.on(TestDatabase::sqlite());
  out.on(TestDatabase::sqlite(rowan::Journal::rollback));
  if (const auto found = options.find("--postgres"); found != options.end())
    out.on(TestDatabase::postgres("postgresql://" + found->second));
  out.isolation({read_committed, repeatable_read, serializable})
      .spans({rowan::Transaction::at_commit, rowan::Transaction::from_first_read})
      .versions({rowan::Versions::check, rowan::Versions::ignore})
      .guards({Guards::on, Guards::off});
  return out;
}

/// Says of each setting what it allows, once all its scenarios are done.
class Teller {
 public:
  explicit Teller(std::size_t scenarios) : scenarios_(scenarios) {}

  void operator()(const Cell& cell) {
    runs_ += cell.runs;
    if (cell.verdict() == Verdict::allowed)
      allowed_ += (allowed_.empty() ? "" : ", ") + cell.scenario;
    if (++done_ % scenarios_ != 0) return;
    std::cout << cell.setting << "\n    allows " << (allowed_.empty() ? "nothing" : allowed_)
              << std::endl;
    allowed_.clear();
  }
  [[nodiscard]] std::size_t runs() const { return runs_; }

 private:
  std::size_t scenarios_;
  std::size_t done_ = 0;
  std::size_t runs_ = 0;
  std::string allowed_;
};

void write(const std::string& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  if (!out.flush()) throw std::runtime_error("cannot write " + file);
  std::cout << "written: " << file << "\n";
}

void run(const std::map<std::string, std::string>& options) {
  const auto scenarios = shop::scenarios_of_orders();
  Teller teller(scenarios.size());
  const Report report = explore(rowan::Schema::of<shop::Order>(), scenarios, matrix(options),
                                [&](const Cell& cell) { teller(cell); });
  std::cout << teller.runs() << " runs of " << scenarios.size() << " scenarios\n";
  for (const auto& [option, file] : options) {
    if (option == "--html") write(file, to_html(report, "Isolation"));
    if (option == "--json") write(file, to_json(report));
    if (option == "--markdown") write(file, to_markdown(report));
  }
}

}  // namespace

int main(int count, char** arguments) {
  try {
    run(options(count, arguments));
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "isolation: " << error.what() << "\n";
    return 1;
  }
}
