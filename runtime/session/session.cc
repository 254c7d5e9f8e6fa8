// The stages. The order of stopping is what makes the counts exact: the stop word, then one grace
// period, and from then on no program changes a map or the ring, so detaching may take as long as
// it likes; `end` bodies see the maps as they are printed.
#include "runtime/session/session.h"

#include <errno.h>
#include <unistd.h>

#include "lexer/base/concat.h"
#include "runtime/kernel/control.h"
#include "runtime/session/event_loop.h"
#include "runtime/session/privileges.h"
#include "runtime/session/signals.h"

namespace sonde::session {

struct SessionState {
  kernel::BpfSystem& system;
  kernel::Departure& departure;
  const AttachPlan& plan;
  kernel::LoadedObject object;
  StopSignals signals;  // ends before what it switches off
  std::vector<kernel::Attached> attached{};
  StopReason reason = StopReason::kNothingToFire;

  void disarm() {
    object.control.stop_programs();
    if (!attached.empty()) kernel::wait_for_running_programs();
  }

  // In reverse order of attaching.
  void detach() {
    while (!attached.empty()) {
      kernel::Attached last = std::move(attached.back());
      attached.pop_back();
      departure.add(std::move(last.links), std::move(last.events));
    }
  }
};

void DeleteState::operator()(SessionState* state) const {
  if (!state->attached.empty()) {
    state->disarm();
    state->detach();
  }
  delete state;
}

kernel::MapStore& Stage::maps() {
  return state_->object.maps;
}

std::size_t AttachedSession::probe_count() const {
  std::size_t count = state_->plan.begins.size() + state_->plan.ends.size();
  for (const kernel::Attached& attached : state_->attached) count += attached.count;
  return count;
}

StopReason EndedSession::reason() const {
  return state_->reason;
}

std::uint32_t EndedSession::unsent_exit_code() const {
  return state_->object.control.unsent_exit_code();
}

Result<LoadedSession> load(Surroundings surroundings, const image::ProgramImage& image,
                           const AttachPlan& plan, const kernel::LoadOptions& options,
                           std::optional<kernel::VerifierRejection>& rejection) {
  raise_descriptor_limit();
  TRY(kernel::LoadedObject object, kernel::load(surroundings.system, image, options, rejection));
  // Not before: the kernel may take its time over a program, and until then a signal just ends us.
  TRY(StopSignals signals, StopSignals::watch());
  return LoadedSession(SessionStatePtr(new SessionState{.system = surroundings.system,
                                                        .departure = surroundings.departure,
                                                        .plan = plan,
                                                        .object = std::move(object),
                                                        .signals = std::move(signals)}));
}

Result<BegunSession> run_begin(LoadedSession&& session) {
  SessionState& state = *session.state_;
  for (const PlannedRun& begin : state.plan.begins)
    TRY_DO(state.system.run_once(state.object.programs[begin.program].get()).context(begin.name));
  return BegunSession(std::move(session.state_));
}

Result<AttachedSession> attach(BegunSession&& session, const AttachOptions& options) {
  SessionState& state = *session.state_;
  state.signals.switch_off(state.object.control);
  for (const kernel::LinkSpec& link : state.plan.links) {
    if (state.signals.arrived())
      return Error{.message = "stopped while attaching", .code = EINTR, .hint = {}};
    if (options.on_attempt) options.on_attempt(link);
    auto attached = kernel::attach(state.system, link, state.object.programs[link.program].get(),
                                   options.target_pid);
    if (attached) {
      if (!attached->left_out.empty() && options.on_left_out)
        options.on_left_out(link.name, attached->left_out);
      state.attached.push_back(*std::move(attached));
      continue;
    }
    Error reason = std::move(attached).error().context(concat("attach ", link.name));
    if (options.missing != MissingProbes::kIgnore && options.on_failure)
      options.on_failure(link.name, reason);
    if (options.missing == MissingProbes::kError)
      return Error{.message = concat("Unable to attach probe: ", link.name,
                                     ". If this is expected, set the 'missing_probes' config "
                                     "variable to 'warn'."),
                   .code = reason.code,
                   .hint = {}};
  }
  bool has_own_bodies = !state.plan.begins.empty() || !state.plan.ends.empty();
  if (state.attached.empty() && !state.plan.links.empty() && !has_own_bodies)
    return Error{.message = "Attachment failed for all probes.", .code = ENOENT, .hint = {}};
  return AttachedSession(std::move(session.state_));
}

Result<EndedSession> run(AttachedSession&& session, TracedProcess* target,
                         const Reactions& reactions) {
  SessionState& state = *session.state_;
  TRY(EventLoop loop, EventLoop::open(state.object, state.signals, target, reactions));
  bool waits = !state.plan.ends_by_itself();
  TRY(state.reason, loop.wait_for_end(waits));

  state.disarm();
  if (target != nullptr && state.reason != StopReason::kTargetEnded) target->terminate();
  // Nothing is recorded any more: what the ring holds now is all that there will be before `end`.
  if (state.reason != StopReason::kExit)
    loop.drain(state.reason == StopReason::kSignal ? Patience::kOneSecond : Patience::kEndless);
  loop.discard();
  state.detach();
  bool is_heard = true;
  for (const PlannedRun& end : state.plan.ends) {
    TRY_DO(state.system.run_once(state.object.programs[end.program].get()).context(end.name));
    if (is_heard) is_heard = loop.drain(Patience::kEndless) == RecordAction::kContinue;
    loop.discard();
  }
  loop.report_losses();
  return EndedSession(std::move(session.state_));
}

Result<void> announce_ready(int fd) {
  if (::write(fd, "1\n", 2) != 2) return system_error(concat("write to descriptor ", fd), errno);
  return {};
}

}  // namespace sonde::session
