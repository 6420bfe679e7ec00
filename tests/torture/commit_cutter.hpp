#pragma once
/// Stands between clients and a PostgreSQL server, and does harm at a COMMIT: cuts the link, or has
/// it answered with ROLLBACK.

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "processes.hpp"

namespace torture {

/// A run of bytes made of messages: a type, except of the first that a client sends, and a length
/// that includes itself (https://www.postgresql.org/docs/15/protocol-message-formats.html).
class Messages {
 public:
  struct Message {
    char type = 0;      ///< 0: the first of a client
    std::string bytes;  ///< all of it
    /// By itself, or parsed as part of a pipeline.
    [[nodiscard]] bool is_commit() const {
      using namespace std::string_view_literals;
      return (type == 'Q' && std::string_view(bytes).substr(5) == "COMMIT\0"sv) || is_piped();
    }
    /// Without a name, and with no types of parameters.
    [[nodiscard]] bool is_piped() const {
      using namespace std::string_view_literals;
      return type == 'P' && std::string_view(bytes).substr(5) == "\0COMMIT\0\0\0"sv;
    }
  };
  enum class Sender { client, server };
  explicit Messages(Sender sender) : started_(sender == Sender::server) {}

  void add(const char* bytes, std::size_t size) { bytes_.append(bytes, size); }
  std::optional<Message> next() {
    const std::size_t type = started_ ? 1 : 0;
    if (bytes_.size() < type + 4) return {};
    std::size_t size = type;
    for (std::size_t i = 0, length = 0; i < 4; ++i) {
      length = length << 8U | static_cast<unsigned char>(bytes_[type + i]);
      if (i == 3) size += length;
    }
    if (bytes_.size() < size) return {};
    Message out{started_ ? bytes_[0] : '\0', bytes_.substr(0, size)};
    bytes_.erase(0, size);
    started_ = true;
    return out;
  }

 private:
  bool started_;
  std::string bytes_;
};

class CommitCutter {
 public:
  enum class When {
    before,       ///< the server never sees the COMMIT, but that the client is gone
    stalled,      ///< it sees neither, and keeps the transaction open
    after,        ///< the client never sees the answer
    rolled_back,  ///< the server is sent ROLLBACK, and answers that; the link stays
  };

  explicit CommitCutter(std::string server_socket) : server_socket_(std::move(server_socket)) {
    char folder[] = "/tmp/rowan-cutter.XXXXXX";
    check_system_call(::mkdtemp(folder) != nullptr, "mkdtemp");
    folder_ = folder;
    listener_ = make_socket();
    const sockaddr_un here = address(folder_ + "/.s.PGSQL.5432");
    check_system_call(::bind(listener_, reinterpret_cast<const sockaddr*>(&here), sizeof here) == 0,
                      "bind");
    check_system_call(::listen(listener_, 16) == 0, "listen");
    thread_ = std::thread([this] { run(); });
  }
  ~CommitCutter() {
    stop_.close_writing();
    thread_.join();
    for (const Link& link : links_) link.close();
    end_stalled();
    ::close(listener_);
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  CommitCutter(const CommitCutter&) = delete;
  CommitCutter& operator=(const CommitCutter&) = delete;

  /// Where clients find it, as libpq's host; its port is 5432.
  [[nodiscard]] const std::string& folder() const { return folder_; }

  /// The n-th COMMIT from now on, from 1, of all clients.
  void cut(int n, When when) {
    const std::lock_guard lock(mutex_);
    commits_left_ = n;
    when_ = when;
  }
  [[nodiscard]] int cuts() {
    const std::lock_guard lock(mutex_);
    return cuts_;
  }

  /// Has the server see that those clients are gone.
  void end_stalled() {
    const std::lock_guard lock(mutex_);
    for (const int server : stalled_) ::close(server);
    stalled_.clear();
  }

 private:
  struct Link {
    int client = -1;
    int server = -1;
    Messages from_client{Messages::Sender::client};
    std::optional<Messages> answer{};  ///< to the COMMIT that is to be lost
    bool over = false;
    void close() const {
      ::close(client);
      if (server >= 0) ::close(server);
    }
  };

  /// Not for a server that is started meanwhile: what it held would never be hung up.
  static int make_socket() {
    const int made = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check_system_call(made >= 0, "socket");
    return made;
  }
  static sockaddr_un address(const std::string& path) {
    sockaddr_un out{};
    out.sun_family = AF_UNIX;
    require(path.size() < sizeof out.sun_path, "too long for a socket: " + path);
    std::memcpy(out.sun_path, path.c_str(), path.size() + 1);
    return out;
  }

  void run() {
    std::vector<pollfd> polled;
    for (;;) {
      polled = {{stop_.reading(), POLLIN, 0}, {listener_, POLLIN, 0}};
      for (const Link& link : links_) {
        polled.push_back({link.client, POLLIN, 0});
        polled.push_back({link.server, POLLIN, 0});
      }
      if (::poll(polled.data(), polled.size(), -1) < 0) continue;
      if (polled[0].revents != 0) return;
      for (std::size_t i = 0; i < links_.size(); ++i) {
        if (polled[2 + 2 * i].revents != 0) pass_on_from_client(links_[i]);
        if (!links_[i].over && polled[3 + 2 * i].revents != 0) pass_on_from_server(links_[i]);
        if (links_[i].over) links_[i].close();
      }
      std::erase_if(links_, [](const Link& link) { return link.over; });
      if (polled[1].revents != 0) accept();
    }
  }

  void accept() {
    Link link;
    link.client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    link.server = make_socket();
    const sockaddr_un there = address(server_socket_);
    link.over =
        ::connect(link.server, reinterpret_cast<const sockaddr*>(&there), sizeof there) != 0;
    if (link.over)
      link.close();
    else
      links_.push_back(std::move(link));
  }

  void pass_on_from_client(Link& link) {
    char bytes[8192];
    const ssize_t got = ::read(link.client, bytes, sizeof bytes);
    if (got <= 0) {
      link.over = true;
      return;
    }
    link.from_client.add(bytes, static_cast<std::size_t>(got));
    while (const auto message = link.from_client.next()) {
      if (const auto harm = message->is_commit() ? next_harm() : std::nullopt) {
        if (harm == When::rolled_back) {
          send(link, link.server,
               message->is_piped() ? std::string_view("P\0\0\0\x10\0ROLLBACK\0\0\0", 17)
                                   : std::string_view("Q\0\0\0\rROLLBACK\0", 14));
          continue;
        }
        if (harm != When::after) {
          link.over = true;
          if (harm == When::stalled) keep_open(std::exchange(link.server, -1));
          return;
        }
        link.answer.emplace(Messages::Sender::server);
      }
      send(link, link.server, message->bytes);
    }
  }

  void pass_on_from_server(Link& link) {
    char bytes[8192];
    const ssize_t got = ::read(link.server, bytes, sizeof bytes);
    if (got <= 0) {
      link.over = true;
      return;
    }
    if (!link.answer) return send(link, link.client, {bytes, static_cast<std::size_t>(got)});
    link.answer->add(bytes, static_cast<std::size_t>(got));
    while (const auto message = link.answer->next())
      if (message->type == 'Z') link.over = true;  // the server is done with it
  }

  /// What is to become of this COMMIT, if it is one that is waited for.
  std::optional<When> next_harm() {
    const std::lock_guard lock(mutex_);
    if (commits_left_ == 0 || --commits_left_ > 0) return {};
    ++cuts_;
    return when_;
  }

  void keep_open(int server) {
    const std::lock_guard lock(mutex_);
    stalled_.push_back(server);
  }

  static void send(Link& link, int to, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t put = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (put <= 0) {
        link.over = true;
        return;
      }
      bytes.remove_prefix(static_cast<std::size_t>(put));
    }
  }

  std::string server_socket_;
  std::string folder_;
  int listener_ = -1;
  Pipe stop_;
  std::vector<Link> links_;
  std::mutex mutex_;          // of what follows
  std::vector<int> stalled_;  // ends of links to the server
  int commits_left_ = 0;
  When when_ = When::before;
  int cuts_ = 0;
  std::thread thread_;
};

}  // namespace torture
