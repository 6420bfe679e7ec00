/// The report: what there is, who buys, what sells, who works here.

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <map>

#include "steps.hpp"

namespace chinook {
namespace {

/// The first five of a sum, the largest first.
void top(const std::string& title, const std::map<std::string, Money>& sums) {
  std::vector<std::pair<std::string, Money>> rows(sums.begin(), sums.end());
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  if (rows.size() > 5) rows.resize(5);
  std::cout << "\n  " << title << "\n";
  for (const auto& [name, sum] : rows)
    std::cout << "    " << std::left << std::setw(28) << name << std::right << std::setw(10)
              << sum.to_string() << "\n";
}

template <class T>
void row(const std::string& what, const std::vector<rowan::Ref<T>>& roots,
         const std::string& parts = {}, std::size_t count = 0) {
  const auto edited = std::count_if(roots.begin(), roots.end(),
                                    [](const auto& root) { return root.version() > 1; });
  std::cout << "    " << std::left << std::setw(12) << what << std::right << std::setw(6)
            << roots.size() << std::setw(8) << edited;
  if (!parts.empty()) std::cout << std::setw(8) << count << ' ' << parts;
  std::cout << "\n";
}

void staff(const std::vector<rowan::Ref<Employee>>& all,
           const std::map<EmployeeId, std::size_t>& customers, std::optional<EmployeeId> boss,
           std::size_t depth) {
  for (const auto& employee : all) {
    if (employee->reports_to() != boss) continue;
    std::cout << "    " << std::string(2 * depth, ' ') << employee->name() << ", "
              << employee->title();
    if (const auto n = customers.find(employee->id()); n != customers.end())
      std::cout << ", looks after " << counted(n->second, "customer");
    std::cout << "\n";
    staff(all, customers, employee->id(), depth + 1);
  }
}

template <class T>
std::size_t parts(const std::vector<rowan::Ref<T>>& roots, const auto& of) {
  std::size_t n = 0;
  for (const auto& root : roots) n += of(*root).size();
  return n;
}

}  // namespace

void report(Shop& shop) {
  say("The store, as it is now");
  auto work = shop.store().begin({.access = rowan::Access::read_only});
  const auto employees = work.find_all<Employee>();
  const auto customers = work.find_all<Customer>();
  const auto albums = work.find_all<Album>();
  const auto playlists = work.find_all<Playlist>();
  const auto invoices = work.find_all<Invoice>();

  std::cout << "\n    " << std::left << std::setw(12) << ""
            << "   all  edited\n";
  row("employees", employees);
  row("customers", customers);
  row("albums", albums, "tracks", parts(albums, [](const Album& a) { return a.tracks(); }));
  row("playlists", playlists, "entries",
      parts(playlists, [](const Playlist& p) { return p.tracks(); }));
  row("invoices", invoices, "lines", parts(invoices, [](const Invoice& i) { return i.lines(); }));

  std::map<TrackId, std::string> genre_of;
  for (const auto& album : albums)
    for (const Track& track : album->tracks())
      if (track.genre)
        genre_of[track.id] = work.get<Genre>(*track.genre)->name.value_or("(no name)");
  std::map<std::string, Money> by_country;
  std::map<std::string, Money> by_genre;
  for (const auto& invoice : invoices) {
    by_country[invoice->billing().country.value_or("(none)")] += invoice->total();
    for (const InvoiceLine& line : invoice->lines())
      by_genre[genre_of[line.track]] += line.amount();
  }
  top("Revenue by country", by_country);
  top("Revenue by genre", by_genre);

  std::map<EmployeeId, std::size_t> looked_after;
  for (const auto& customer : customers)
    if (const auto support = customer->support()) ++looked_after[*support];
  std::cout << "\n  Who works here\n";
  staff(employees, looked_after, std::nullopt, 0);
}

}  // namespace chinook
