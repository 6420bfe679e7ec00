#include "proxy.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "message_watch.hpp"

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

void check_system_call(bool worked, const char* what) {
  if (!worked) throw std::system_error(errno, std::generic_category(), what);
}

int make_socket() {
  const int made = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  check_system_call(made >= 0, "socket");
  return made;
}

sockaddr_un address(const std::string& path) {
  sockaddr_un out{};
  out.sun_family = AF_UNIX;
  if (path.size() >= sizeof out.sun_path)
    throw std::invalid_argument("too long for a socket: " + path);
  std::memcpy(out.sun_path, path.c_str(), path.size() + 1);
  return out;
}

void never_block(int socket) {
  ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK);
}

/// One direction: what was read waits here until it is due.
class Channel {
 public:
  explicit Channel(microseconds delay) : delay_(delay) {}

  /// False at the end.
  template <class F>
  bool receive(int from, std::vector<char>& buffer, F see) {
    const ssize_t got = ::read(from, buffer.data(), buffer.size());
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (got <= 0) return false;
    see(buffer.data(), static_cast<std::size_t>(got));
    waiting_.push_back({Clock::now() + delay_, {buffer.data(), static_cast<std::size_t>(got)}});
    return true;
  }
  /// What is due. False when nobody is there to take it.
  template <class F>
  bool deliver(int to, F see) {
    while (is_due()) {
      Chunk& chunk = waiting_.front();
      if (!std::exchange(chunk.is_seen, true)) see(chunk.bytes.data(), chunk.bytes.size());
      const ssize_t put = ::send(to, chunk.bytes.data() + chunk.sent,
                                 chunk.bytes.size() - chunk.sent, MSG_NOSIGNAL);
      if (put < 0 && (errno == EAGAIN || errno == EINTR)) return true;
      if (put < 0) return false;
      chunk.sent += static_cast<std::size_t>(put);
      if (chunk.sent == chunk.bytes.size()) waiting_.pop_front();
    }
    return true;
  }
  [[nodiscard]] bool is_due() const { return !waiting_.empty() && due() <= Clock::now(); }
  [[nodiscard]] bool is_waiting() const { return !waiting_.empty(); }
  [[nodiscard]] Clock::time_point due() const { return waiting_.front().due; }
  /// Else the sender has to wait, as on a real link.
  [[nodiscard]] bool has_room() const { return waiting_.size() < 256; }

 private:
  struct Chunk {
    Clock::time_point due;
    std::string bytes;
    std::size_t sent = 0;
    bool is_seen = false;
  };
  microseconds delay_;
  std::deque<Chunk> waiting_;
};

struct Link {
  Link(int to_client, int to_server, microseconds delay)
      : client(to_client), server(to_server), up(delay), down(delay) {
    never_block(client);
    never_block(server);
  }
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link() {
    ::close(client);
    ::close(server);
  }
  int client;
  int server;
  Channel up;
  Channel down;
  MessageWatch from_client{MessageWatch::Sender::client};
  MessageWatch from_server{MessageWatch::Sender::server};
  bool is_answered = true;
  char last_sent = 0;
};

}  // namespace

class Proxy::Links {
 public:
  Links(Proxy& proxy, int listener) : proxy_(proxy), listener_(listener), buffer_(1U << 16U) {}

  void run() {
    for (;;) {
      wait();
      if (polled_[0].revents != 0) return;
      for (std::size_t i = 0; i < links_.size();) {
        const bool alive =
            pass_on(*links_[i], polled_[2 + 2 * i].revents, polled_[3 + 2 * i].revents);
        if (alive) {
          ++i;
          continue;
        }
        links_.erase(links_.begin() + static_cast<std::ptrdiff_t>(i));
        polled_.erase(polled_.begin() + static_cast<std::ptrdiff_t>(2 + 2 * i),
                      polled_.begin() + static_cast<std::ptrdiff_t>(4 + 2 * i));
      }
      if (polled_[1].revents != 0) accept();
    }
  }

 private:
  void wait() {
    polled_ = {{proxy_.stop_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
    Clock::time_point next = Clock::time_point::max();
    const auto events = [&](const Channel& in, const Channel& out) {
      int events = in.has_room() ? POLLIN : 0;
      if (out.is_due())
        events |= POLLOUT;
      else if (out.is_waiting())
        next = std::min(next, out.due());
      return static_cast<short>(events);
    };
    for (const auto& link : links_) {
      polled_.push_back({link->client, events(link->up, link->down), 0});
      polled_.push_back({link->server, events(link->down, link->up), 0});
    }
    timespec timeout{};
    const bool is_limited = next != Clock::time_point::max();
    if (is_limited) {
      const auto left = std::max(Clock::duration::zero(), next - Clock::now());
      const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
      timeout.tv_sec = seconds.count();
      timeout.tv_nsec = std::chrono::nanoseconds(left - seconds).count();
    }
    if (::ppoll(polled_.data(), polled_.size(), is_limited ? &timeout : nullptr, nullptr) < 0)
      for (pollfd& one : polled_) one.revents = 0;
  }

  bool pass_on(Link& link, short client_events, short server_events) {
    constexpr int readable = POLLIN | POLLHUP | POLLERR;
    const auto nothing = [](const char*, std::size_t) {};
    if ((client_events & readable) != 0 &&
        !link.up.receive(link.client, buffer_,
                         [&](const char* bytes, std::size_t size) { sent(link, bytes, size); }))
      return false;
    if ((server_events & readable) != 0 && !link.down.receive(link.server, buffer_, nothing))
      return false;
    return link.up.deliver(link.server, nothing) &&
           link.down.deliver(link.client, [&](const char* bytes, std::size_t size) {
             answered(link, bytes, size);
           });
  }

  void sent(Link& link, const char* bytes, std::size_t size) {
    link.from_client.look_at(bytes, size, [&](char type) {
      if (type == 'X') return;  // it leaves
      if (std::exchange(link.is_answered, false)) ++proxy_.round_trips_;
      if (type == 'E' || type == 'Q') ++proxy_.statements_;
      link.last_sent = type;
    });
  }
  static void answered(Link& link, const char* bytes, std::size_t size) {
    link.from_server.look_at(bytes, size, [&](char type) {
      constexpr char ready = 'Z';
      constexpr char asks_for_copy = 'G';
      constexpr char flush = 'H';
      if (type == ready || type == asks_for_copy || link.last_sent == flush)
        link.is_answered = true;
    });
  }

  void accept() {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    auto link = std::make_unique<Link>(client, make_socket(), proxy_.one_way_);
    const sockaddr_un there = address(proxy_.server_socket_);
    never_block(link->server);
    if (::connect(link->server, reinterpret_cast<const sockaddr*>(&there), sizeof there) == 0)
      links_.push_back(std::move(link));
  }

  Proxy& proxy_;
  int listener_;
  std::vector<char> buffer_;
  std::vector<pollfd> polled_;
  std::vector<std::unique_ptr<Link>> links_;
};

Proxy::Proxy(std::string server_socket, microseconds round_trip)
    : server_socket_(std::move(server_socket)), one_way_(round_trip / 2) {
  char folder[] = "/tmp/rowan-proxy.XXXXXX";
  check_system_call(::mkdtemp(folder) != nullptr, "mkdtemp");
  folder_ = folder;
  const int listener = make_socket();
  const sockaddr_un here = address(folder_ + "/.s.PGSQL.5432");
  check_system_call(::bind(listener, reinterpret_cast<const sockaddr*>(&here), sizeof here) == 0,
                    "bind");
  check_system_call(::listen(listener, 16) == 0, "listen");
  check_system_call(::pipe2(stop_, O_CLOEXEC) == 0, "pipe2");
  thread_ = std::thread([this, listener] { run(listener); });
}

Proxy::~Proxy() {
  ::close(stop_[1]);
  thread_.join();
  ::close(stop_[0]);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void Proxy::run(int listener) {
#ifdef __linux__
  ::prctl(PR_SET_TIMERSLACK, 1000UL);  // nanoseconds: else it oversleeps by fifty microseconds
#endif
  Links(*this, listener).run();
  ::close(listener);
}

}  // namespace bench
