// EventLoop: waiting for whatever comes first - records, a signal, the end of the traced process -
// and handing out records in their order. It never spins: it sleeps until one of these is there or
// a loss counter is due to be looked at. Records are taken in rounds of bounded length, so that a
// flood of them cannot keep a signal from being seen.
#pragma once

#include <chrono>
#include <cstdint>

#include "lexer/base/dense_id.h"
#include "lexer/base/result.h"
#include "lexer/base/unique_fd.h"
#include "runtime/kernel/loader.h"
#include "runtime/session/session.h"
#include "runtime/session/signals.h"

namespace sonde::session {

enum class Patience : std::uint8_t { kOneSecond, kEndless };

class EventLoop {
 public:
  // `target` may be null. All arguments must outlive the loop.
  static Result<EventLoop> open(kernel::LoadedObject& object, StopSignals& signals,
                                const TracedProcess* target, const Reactions& reactions);

  // Without `waits`, the end comes as soon as the ring is empty.
  Result<StopReason> wait_for_end(bool waits);
  // Hands out what the ring holds now; what patience does not suffice for is counted as lost. kExit
  // when a record said so, with the rest left in the ring.
  RecordAction drain(Patience patience);
  // Forgets what the ring holds now.
  void discard();
  RecordAction report_losses();

 private:
  using Clock = std::chrono::steady_clock;
  EventLoop(kernel::LoadedObject& object, StopSignals& signals, const Reactions& reactions,
            UniqueFd epoll)
      : object_(object),
        signals_(signals),
        reactions_(reactions),
        epoll_(std::move(epoll)),
        reported_(object.control.loss_count(), 0) {}
  Result<void> watch(int fd, std::uint32_t events, std::uint32_t tag);
  // At most one round of records.
  RecordAction take_round(bool& is_empty);
  RecordAction settle();
  RecordAction report_loss(image::LossId loss, std::uint64_t count);
  RecordAction report_losses_when_due();

  kernel::LoadedObject& object_;
  StopSignals& signals_;
  const Reactions& reactions_;
  UniqueFd epoll_;
  IdVector<image::LossId, std::uint64_t> reported_;
  Clock::time_point next_report_{};
};

}  // namespace sonde::session
