// One epoll descriptor over the ring, the signals and the target's pidfd.
#include "runtime/session/event_loop.h"

#include <errno.h>
#include <sys/epoll.h>

namespace sonde::session {
namespace {

constexpr std::chrono::milliseconds kReportEvery(100);
constexpr int kMostInRound = 4096;  // records
constexpr int kClockEvery = 64;     // records between two looks at the clock
constexpr std::chrono::seconds kPatience(1);

enum Tag : std::uint32_t { kRing, kSignals, kTarget };

}  // namespace

Result<EventLoop> EventLoop::open(kernel::LoadedObject& object, StopSignals& signals,
                                  const TracedProcess* target, const Reactions& reactions) {
  UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return system_error("epoll", errno);
  EventLoop loop(object, signals, reactions, std::move(epoll));
  // The kernel also calls a ring readable whose next record is still being written; only its end is
  // worth waking up for.
  if (object.ring) TRY_DO(loop.watch(object.ring->fd(), EPOLLIN | EPOLLET, kRing));
  // The handler writes to it once, and nobody reads: one wake-up is enough.
  TRY_DO(loop.watch(signals.fd(), EPOLLIN | EPOLLET, kSignals));
  if (target != nullptr) TRY_DO(loop.watch(target->exit_descriptor(), EPOLLIN, kTarget));
  return loop;
}

Result<void> EventLoop::watch(int fd, std::uint32_t events, std::uint32_t tag) {
  epoll_event event{};
  event.events = events;
  event.data.u32 = tag;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0)
    return system_error("epoll", errno);
  return {};
}

Result<StopReason> EventLoop::wait_for_end(bool waits) {
  next_report_ = Clock::now() + kReportEvery;
  while (true) {
    if (signals_.arrived()) return StopReason::kSignal;
    // Asked before the ring is read: on_idle() may wait for a slow reader while records arrive.
    bool were_stopped = object_.control.programs_stopped();
    bool is_empty = true;
    if (take_round(is_empty) == RecordAction::kExit) return StopReason::kExit;
    if (is_empty && settle() == RecordAction::kExit) return StopReason::kExit;
    if (is_empty && !waits) return StopReason::kNothingToFire;
    if (report_losses_when_due() == RecordAction::kExit) return StopReason::kExit;
    // An exit() whose record found no room stopped the programs itself, as the first signal does.
    if (is_empty && were_stopped && !signals_.arrived()) return StopReason::kExit;

    int timeout = is_empty ? static_cast<int>(kReportEvery.count()) : 0;
    epoll_event events[3];
    int count = ::epoll_wait(epoll_.get(), events, std::size(events), timeout);
    if (count < 0 && errno != EINTR) return system_error("wait for events", errno);
    for (int i = 0; i < count; ++i)
      if (events[i].data.u32 == kTarget) return StopReason::kTargetEnded;
  }
}

RecordAction EventLoop::take_round(bool& is_empty) {
  is_empty = true;
  std::string_view record;
  for (int i = 0; object_.ring && i < kMostInRound; ++i) {
    if (!object_.ring->next(record)) return RecordAction::kContinue;
    if (reactions_.on_record(record) == RecordAction::kExit) return RecordAction::kExit;
  }
  is_empty = !object_.ring;
  return RecordAction::kContinue;
}

RecordAction EventLoop::drain(Patience patience) {
  if (!object_.ring) return RecordAction::kContinue;
  kernel::RingReader& ring = *object_.ring;
  std::uint64_t end = ring.end_position();
  Clock::time_point deadline = Clock::now() + kPatience;
  std::string_view record;
  for (int i = 1; ring.position() < end && ring.next(record); ++i) {
    if (reactions_.on_record(record) == RecordAction::kExit) return RecordAction::kExit;
    if (patience == Patience::kEndless || i % kClockEvery != 0 || Clock::now() < deadline) continue;
    std::uint64_t unread = 0;
    while (ring.position() < end && ring.next(record)) ++unread;
    if (unread != 0 && report_loss(image::LossId::kNone, unread) == RecordAction::kExit)
      return RecordAction::kExit;
  }
  return settle();
}

void EventLoop::discard() {
  if (!object_.ring) return;
  std::uint64_t end = object_.ring->end_position();
  std::string_view record;
  while (object_.ring->position() < end && object_.ring->next(record)) continue;
}

RecordAction EventLoop::settle() {
  return reactions_.on_idle ? reactions_.on_idle() : RecordAction::kContinue;
}

RecordAction EventLoop::report_loss(image::LossId loss, std::uint64_t count) {
  return reactions_.on_loss ? reactions_.on_loss(loss, count) : RecordAction::kContinue;
}

RecordAction EventLoop::report_losses_when_due() {
  Clock::time_point now = Clock::now();
  if (now < next_report_) return RecordAction::kContinue;
  next_report_ = now + kReportEvery;
  return report_losses();
}

RecordAction EventLoop::report_losses() {
  auto action = RecordAction::kContinue;
  for (std::size_t i = 0; i < reported_.size(); ++i) {
    auto loss = static_cast<image::LossId>(i);
    std::uint64_t lost = object_.control.lost(loss);
    std::uint64_t grown = lost - std::exchange(reported_[loss], lost);
    if (grown != 0 && report_loss(loss, grown) == RecordAction::kExit) action = RecordAction::kExit;
  }
  return action;
}

}  // namespace sonde::session
