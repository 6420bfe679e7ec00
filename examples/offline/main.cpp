/// Ann and Ben take the same order onto two planes, each in a file, and edit it there. Both come
/// back: what can be merged is merged, and what cannot is shown.
///
///     offline [FOLDER]      the database and the files; ./offline_orders when none is given

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include <rowan/rowan.hpp>

#include "clash_table.hpp"
#include "form.hpp"
#include "order_desk/order_mapping.hpp"
#include "service.hpp"

using namespace desk;

namespace {

void say(const std::string& what) {
  std::cout << "\n" << what << "\n";
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path);
  file.exceptions(std::ios::badbit | std::ios::failbit);
  file << text << "\n";
}

void store_an_order(rowan::Store& store) {
  Order order(OrderId{42}, CustomerId{7}, {"1 Main Street", "Ghent"});
  order.add_line(ProductId{1}, 2, Money(995, "EUR"));
  order.add_line(ProductId{2}, 1, Money(2000, "EUR"));
  auto work = store.begin();
  work.add(std::move(order));
  work.commit();
}

void take_away(rowan::Store& store, const std::filesystem::path& path) {
  // [take_away]
  auto work = store.begin();
  rowan::Detached<Order> copy = work.detach(work.get<Order>(OrderId{42}));
  write_file(path, copy.to_json());
  // [/take_away]
  std::cout << "  " << path.string() << ": " << copy.to_json().size() << " bytes\n";
}

template <class F>
void edit(const std::filesystem::path& path, F&& change) {
  // [edit]
  const auto schema = rowan::Schema::of<Order>();
  auto copy = rowan::Detached<Order>::from_json(schema, read_file(path));
  change(*copy);
  write_file(path, copy.to_json());
  // [/edit]
}

rowan::Detached<Order> read_copy(const std::filesystem::path& path) {
  return rowan::Detached<Order>::from_json(rowan::Schema::of<Order>(), read_file(path));
}

void ann_comes_back(rowan::Store& store, const std::filesystem::path& path) {
  const auto copy = read_copy(path);
  // [bring_back]
  auto work = store.begin();
  auto order = work.merge(copy);  // StaleDataError if it is not at the copy's version any more
  work.commit();
  // [/bring_back]
  std::cout << "  stored as version " << order.version() << "\n";
}

void ben_comes_back(rowan::Store& store, const std::filesystem::path& path) {
  const auto copy = read_copy(path);
  try {
    auto work = store.begin();
    work.merge(copy);
  } catch (const rowan::StaleDataError& stale) {
    std::cout << "  " << stale.what() << "\n";
  }
  auto work = store.begin();
  // [by_field]
  try {
    work.merge(copy, rowan::Merging::by_field);
  } catch (const rowan::MergeConflict& conflict) {
    std::cout << offline::clash_table(conflict.clashes());
    rowan::Resolution answers = conflict.resolution();
    for (const rowan::Clash& clash : conflict.clashes())
      answers.take(clash.pointer, rowan::Side::mine);  // a person would be asked
    work.merge(copy, answers);
  }
  work.commit();
  // [/by_field]
}

void show(rowan::Store& store) {
  auto work = store.begin();
  const auto order = work.get<Order>(OrderId{42});
  std::cout << "MERGED: " << order->lines().size() << " lines, line 1 of "
            << order->line(1).quantity << ", to be shipped to " << order->ship_to().street
            << ", version " << order.version() << "\n";
}

void print(const char* request, const offline::Response& response) {
  std::cout << "  " << request << " -> " << response.status << " " << response.etag << "\n";
}

void serve(rowan::Store& store) {
  const offline::Response form = offline::get_order(store, OrderId{42});
  print("GET", form);
  print("PUT, unchanged", offline::put_order(store, OrderId{42}, form.body));
  print("PATCH, without If-Match",
        offline::ship_order_to(store, OrderId{42}, "", {"4 Quay", "Ghent"}));
  print("PATCH, If-Match",
        offline::ship_order_to(store, OrderId{42}, form.etag, {"4 Quay", "Ghent"}));
  print("PATCH, the same If-Match",
        offline::ship_order_to(store, OrderId{42}, form.etag, {"5 Quay", "Ghent"}));
}

void fill_in_a_form(rowan::Store& store) {
  auto work = store.begin();
  const auto copy = work.detach(work.get<Order>(OrderId{42}));
  std::cout << offline::order_form(copy).substr(0, 60) << "...\n";
  store.transact([](rowan::UnitOfWork& other) {
    other.get<Order>(OrderId{42})->ship_to({"6 Harbour", "Ostend"});
  });
  // What the browser would send:
  offline::Fields fields{
      {"document", copy.to_json()}, {"street", "7 Canal Street"}, {"city", "Ghent"}};
  const offline::Response shown = offline::post_form(store, fields);
  print("POST", shown);
  std::cout << shown.body.substr(shown.body.find("<p>"), 60) << "...\n";
  fields["answer /state/ship_street"] = "mine";
  fields["shown /state/ship_street"] = R"({"ship_street":"6 Harbour","ship_city":"Ostend"})";
  print("POST, decided", offline::post_form(store, fields));
}

void run(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  const auto database = folder / "orders.db";
  for (const char* suffix : {"", "-wal", "-shm"})
    std::filesystem::remove(database.string() + suffix);
  rowan::Store store("sqlite3://" + database.string(), rowan::Schema::of<Order>());
  store.create_tables();
  store_an_order(store);

  say("Ann and Ben each take order 42 away:");
  take_away(store, folder / "ann.json");
  take_away(store, folder / "ben.json");

  say("Ann wants five of product 1, and has it sent to the docks.");
  edit(folder / "ann.json", [](Order& order) {
    order.change_quantity(1, 5);
    order.ship_to({"2 Dock Road", "Ghent"});
  });
  say("Ben adds product 3, and has it sent up the hill.");
  edit(folder / "ben.json", [](Order& order) {
    order.add_line(ProductId{3}, 1, Money(150, "EUR"));
    order.ship_to({"3 Hill Street", "Ghent"});
  });

  say("Ann lands first:");
  ann_comes_back(store, folder / "ann.json");
  say("Ben lands, and decides:");
  ben_comes_back(store, folder / "ben.json");
  show(store);

  say("The same for a web service:");
  serve(store);
  say("And for a form in a browser:");
  fill_in_a_form(store);
}

}  // namespace

int main(int count, char** values) {
  try {
    run(count > 1 ? values[1] : "offline_orders");
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "FAILED: " << error.what() << "\n";
    return 1;
  }
}
