#pragma once
/// Stands between clients and a PostgreSQL server, makes their link slower, and counts.

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

namespace bench {

class Proxy {
 public:
  /// For the server whose socket this is. A round trip takes so much longer.
  Proxy(std::string server_socket, std::chrono::microseconds round_trip);
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;
  ~Proxy();

  /// Where clients find it, as libpq's host; its port is 5432.
  [[nodiscard]] const std::string& folder() const { return folder_; }

  /// How often a client began to send when it had its answer to what it sent before: the end of a
  /// transaction's or a pipeline's step (ReadyForQuery), or anything after it asked for a flush.
  [[nodiscard]] long round_trips() const { return round_trips_; }
  /// Executed: messages Execute and Query.
  [[nodiscard]] long statements() const { return statements_; }

 private:
  class Links;
  void run(int listener);

  std::string server_socket_;
  std::chrono::microseconds one_way_;
  std::string folder_;
  int stop_[2] = {-1, -1};
  std::atomic<long> round_trips_ = 0;
  std::atomic<long> statements_ = 0;
  std::thread thread_;
};

}  // namespace bench
