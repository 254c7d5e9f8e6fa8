// A session from loading to the end, one type per stage. Each stage consumes the one before it, so
// a program that calls them out of order does not compile:
//
//   load -> LoadedSession -> run_begin -> BegunSession -> attach -> AttachedSession -> run ->
//   EndedSession
//
// Whatever stage a session dies in, it detaches and lets go of everything; what the kernel is slow
// to let go of goes to the caller's Departure.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codegen/image/image.h"
#include "lexer/base/result.h"
#include "runtime/kernel/departure.h"
#include "runtime/kernel/loader.h"
#include "runtime/session/plan.h"
#include "runtime/session/process.h"

namespace sonde::session {

// What the world outside may do to a session; tests replace the first.
struct Surroundings {
  kernel::BpfSystem& system;
  kernel::Departure& departure;
};

enum class RecordAction : std::uint8_t { kContinue, kExit };

// How the caller takes part while a session runs. All are called from the session's own thread;
// what returns kExit ends the run and discards what is queued.
struct Reactions {
  // A record of the ring, header included, valid during the call.
  std::function<RecordAction(std::string_view record)> on_record;
  // Growth of a loss counter, about every 100 ms; kNone counts records that were still unread when
  // time was up.
  std::function<RecordAction(image::LossId, std::uint64_t count)> on_loss;
  // The ring is empty: a good moment to flush.
  std::function<RecordAction()> on_idle;
};

enum class StopReason : std::uint8_t {
  kNothingToFire,  // only begin and end bodies
  kSignal,
  kExit,        // a record said so
  kTargetEnded  // the process of -p or -c
};

enum class MissingProbes : std::uint8_t { kError, kWarn, kIgnore };

struct AttachOptions {
  MissingProbes missing = MissingProbes::kError;
  std::uint32_t target_pid = 0;  // of -p or -c
  std::function<void(const kernel::LinkSpec&)> on_attempt;
  // The reason why an attach point failed, before the policy is applied; not called under kIgnore.
  std::function<void(const std::string& probe, const Error& reason)> on_failure;
  // Functions of a wildcard that cannot be probed while others can.
  std::function<void(const std::string& probe, const std::vector<std::string>& functions)>
      on_left_out;
};

struct SessionState;
struct DeleteState {
  void operator()(SessionState* state) const;
};
using SessionStatePtr = std::unique_ptr<SessionState, DeleteState>;

// The elements of the script's maps; valid at every stage and across them.
class Stage {
 public:
  kernel::MapStore& maps();

 protected:
  explicit Stage(SessionStatePtr state) : state_(std::move(state)) {}
  SessionStatePtr state_;
};

class LoadedSession : public Stage {
  using Stage::Stage;
  friend Result<LoadedSession> load(Surroundings, const image::ProgramImage&, const AttachPlan&,
                                    const kernel::LoadOptions&,
                                    std::optional<kernel::VerifierRejection>&);
  friend Result<class BegunSession> run_begin(LoadedSession&&);
};

class BegunSession : public Stage {
  using Stage::Stage;
  friend Result<BegunSession> run_begin(LoadedSession&&);
  friend Result<class AttachedSession> attach(BegunSession&&, const AttachOptions&);
};

class AttachedSession : public Stage {
 public:
  // Programs attached, each function of a multi link, and begin and end bodies.
  std::size_t probe_count() const;

 private:
  using Stage::Stage;
  friend Result<AttachedSession> attach(BegunSession&&, const AttachOptions&);
  friend Result<class EndedSession> run(AttachedSession&&, TracedProcess*, const Reactions&);
};

class EndedSession : public Stage {
 public:
  StopReason reason() const;
  // Of an exit() that found no room for its record, else 0.
  std::uint32_t unsent_exit_code() const;

 private:
  using Stage::Stage;
  friend Result<EndedSession> run(AttachedSession&&, TracedProcess*, const Reactions&);
};

// `image` and `plan` must outlive the session. From here on the first SIGINT or SIGTERM is a
// request to stop.
Result<LoadedSession> load(Surroundings surroundings, const image::ProgramImage& image,
                           const AttachPlan& plan, const kernel::LoadOptions& options,
                           std::optional<kernel::VerifierRejection>& rejection);
Result<BegunSession> run_begin(LoadedSession&& session);
// EINTR when a signal asks to stop meanwhile: then no probe has run that matters, and the session
// is over.
Result<AttachedSession> attach(BegunSession&& session, const AttachOptions& options);
// Waits, hands out records and stops. Afterwards nothing is attached, end bodies have run, the ring
// is drained. `target` may be null; a child is asked to end when the run ends before it.
Result<EndedSession> run(AttachedSession&& session, TracedProcess* target,
                         const Reactions& reactions);

// One byte and a newline for whoever waits for the probes to be attached (`--ready-fd`).
Result<void> announce_ready(int fd);

}  // namespace sonde::session
