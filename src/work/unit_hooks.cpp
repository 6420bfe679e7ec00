/// When hooks are called, and what becomes of what they throw.

#include <exception>

#include "unit.hpp"

namespace rowan {

void UnitOfWork::Impl::check_no_hook(const char* doing) const {
  if (in_hook_)
    throw UsageError(std::string("a hook of the unit of work must not ") + doing + " it");
}

void UnitOfWork::Impl::call(Hook hook) {
  const auto one = [&](const Hooks& hooks) {
    const auto& function = hook == Hook::before_flush    ? hooks.before_flush
                           : hook == Hook::before_commit ? hooks.before_commit
                           : hook == Hook::after_commit  ? hooks.after_commit
                                                         : hooks.after_rollback;
    if (!function) return;
    in_hook_ = hook;
    function(*unit_);
  };
  struct Leave {
    std::optional<Hook>& hook;
    ~Leave() { hook.reset(); }
  } const leave{in_hook_};
  one(host_->hooks);
  one(settings_.hooks);
}

/// A savepoint takes back what is in it, and no more.
void UnitOfWork::Impl::refuse(const std::string& cause) noexcept {
  if (savepoints_ > 0)
    failed_ = cause;
  else
    fail_of(cause);
}

/// Before anything is sent: what a hook throws, or a rollback that it asked for, fails the unit.
void UnitOfWork::Impl::call_before(Hook hook) {
  try {
    call(hook);
  } catch (const std::exception& error) {
    refuse(error.what());
    throw;
  } catch (...) {
    refuse("a hook threw");
    throw;
  }
  check_usable();
}

/// What it throws fails the unit, or within a savepoint takes back what is in it.
void UnitOfWork::Impl::report(std::size_t sent, const work::ChangeSet& changes) {
  if (!settings_.progress) return;
  Progress progress{.sent = sent, .rows = 0};
  for (const work::Change& change : changes) progress.rows += 1 + change.beneath.size();
  try {
    const std::shared_ptr<void> leave(nullptr, [&](void*) { in_hook_.reset(); });
    in_hook_ = Hook::progress;
    settings_.progress(progress);
  } catch (const std::exception& error) {
    refuse(error.what());
    throw;
  } catch (...) {
    refuse("the function for the progress threw");
    throw;
  }
  check_usable();
}

void UnitOfWork::Impl::call_after_commit() {
  try {
    call(Hook::after_commit);
  } catch (const std::exception& error) {
    throw AfterCommitError(std::string("committed, but a hook threw: ") + error.what(),
                           std::current_exception());
  } catch (...) {
    throw AfterCommitError("committed, but a hook threw", std::current_exception());
  }
}

void UnitOfWork::Impl::call_after_rollback() noexcept {
  if (in_hook_) return;
  try {
    call(Hook::after_rollback);
  } catch (...) {
    // The transaction is over, and its own error is the one to tell of.
  }
}

}  // namespace rowan
