#pragma once
/// Processes that work beside each other, pipes between them, and what makes a torture test fail.

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

namespace torture {

/// A promise that was not kept.
struct Broken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline void require(bool kept, const std::string& promise) {
  if (!kept) throw Broken(promise);
}

inline void check_system_call(bool worked, const char* what) {
  if (!worked) throw std::system_error(errno, std::generic_category(), what);
}

/// Both ends are this process's until it closes them; a fork has them too, a program that is
/// started does not.
class Pipe {
 public:
  Pipe() { check_system_call(::pipe2(ends_, O_CLOEXEC) == 0, "pipe2"); }
  Pipe(Pipe&& other) noexcept {
    for (const int end : {0, 1}) ends_[end] = std::exchange(other.ends_[end], -1);
  }
  Pipe& operator=(Pipe&&) = delete;
  ~Pipe() {
    close(0);
    close(1);
  }
  [[nodiscard]] int reading() const noexcept { return ends_[0]; }
  void close_writing() noexcept { close(1); }

  /// At most `size` bytes; how many, 0 at the end.
  [[nodiscard]] std::size_t read(void* to, std::size_t size) const {
    for (;;) {
      const ssize_t got = ::read(ends_[0], to, size);
      if (got >= 0) return static_cast<std::size_t>(got);
      check_system_call(errno == EINTR, "read from a pipe");
    }
  }
  /// A whole T, or false at the end.
  template <class T>
  [[nodiscard]] bool receive(T& to) const {
    std::size_t got = 0;
    while (got < sizeof to) {
      const std::size_t more = read(reinterpret_cast<char*>(&to) + got, sizeof to - got);
      if (more == 0) return false;
      got += more;
    }
    return true;
  }
  [[nodiscard]] std::string receive_all() const {
    std::string all;
    char some[4096];
    while (const std::size_t got = read(some, sizeof some)) all.append(some, got);
    return all;
  }
  template <class T>
  void send(const T& value) const {
    write(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void write(const char* from, std::size_t size) const {
    while (size > 0) {
      const ssize_t put = ::write(ends_[1], from, size);
      check_system_call(put >= 0 || errno == EINTR, "write to a pipe");
      from += std::max<ssize_t>(put, 0);
      size -= static_cast<std::size_t>(std::max<ssize_t>(put, 0));
    }
  }

 private:
  void close(int end) noexcept {
    if (ends_[end] >= 0) ::close(std::exchange(ends_[end], -1));
  }
  int ends_[2] = {-1, -1};
};

/// A fork of this process, which must have neither threads nor connections by then: neither
/// survives it in one piece.
class Process {
 public:
  template <class Body>
  explicit Process(Body&& body) {
    std::fflush(nullptr);
    pid_ = ::fork();
    check_system_call(pid_ >= 0, "fork");
    if (pid_ > 0) return;
#ifdef __linux__
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // whoever stops the test stops all of it
#endif
    int status = EXIT_FAILURE;
    try {
      body();
      status = EXIT_SUCCESS;
    } catch (const std::exception& error) {
      std::fprintf(stderr, "FAILED: %s\n", error.what());
    }
    std::fflush(nullptr);
    std::_Exit(status);  // what the parent wants done at its exit is not for here
  }
  Process(Process&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
  Process& operator=(Process&&) = delete;
  ~Process() {
    if (pid_ < 0) return;
    ::kill(pid_, SIGKILL);
    (void)wait();
  }

  void kill() const {
    check_system_call(::kill(pid_, SIGKILL) == 0, "kill");
  }
  /// Whether it ended by itself, and content.
  [[nodiscard]] bool wait() noexcept {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
  }

 private:
  pid_t pid_ = -1;
};

/// Holds processes back until all of them are there.
class StartingGun {
 public:
  /// In each that waits.
  void wait() {
    pipe_.close_writing();
    char nothing = 0;
    (void)pipe_.read(&nothing, 1);
  }
  /// Where they were forked from.
  void fire() { pipe_.close_writing(); }

 private:
  Pipe pipe_;
};

}  // namespace torture
