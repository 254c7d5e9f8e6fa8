// The run of a script: load, begin, attach, run, end, maps. The types of runtime/session keep the
// order; this file joins them with the output, the traced process and what is said on standard
// error. Whatever happens, the last thing is Departure::leave.
#include "runtime/cli/trace.h"

#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>

#include "lexer/base/concat.h"
#include "runtime/kernel/mapping_watch.h"
#include "runtime/output/consumer.h"
#include "runtime/output/output.h"
#include "runtime/session/service_manager.h"
#include "runtime/session/session.h"
#include "runtime/symbolize/symbolizer.h"
#include "runtime/world/clocks.h"

namespace sonde::cli {
namespace {

session::MissingProbes missing_probes(const Settings& settings) {
  const std::string& word = settings.text(Option::kMissingProbes);
  if (word == "warn") return session::MissingProbes::kWarn;
  if (word == "ignore") return session::MissingProbes::kIgnore;
  return session::MissingProbes::kError;
}

output::Buffering buffering(Buffering wanted) {
  switch (wanted) {
    case Buffering::kNone:
      return output::Buffering::kNone;
    case Buffering::kLine:
      return output::Buffering::kLine;
    case Buffering::kFull:
      return output::Buffering::kFull;
  }
  CHECK(false);
}

Result<output::Writer> open_output(const Arguments& arguments) {
  output::Buffering mode = buffering(arguments.buffering);
  if (arguments.output.empty())
    return output::Writer::to_descriptor(STDOUT_FILENO, "standard output", mode);
  return output::Writer::to_file(arguments.output, mode);
}

// One run. Its members are made one after the other by start(), and each needs those before it.
class Tracer {
 public:
  explicit Tracer(const TraceInput& input) : in_(input), arguments_(input.arguments) {}

  kernel::Departure& departure() { return departure_; }

  // The exit status.
  int run() {
    if (auto target = find_target(); !target) return fail(target.error(), kFailed);
    auto writer = open_output(arguments_);
    if (!writer) return fail(writer.error(), kFailed);

    std::optional<kernel::VerifierRejection> rejection;
    auto loaded = session::load({kernel::running_kernel(), departure_}, in_.image, in_.plan,
                                load_options(), rejection);
    if (rejection) return report(*rejection);
    if (!loaded) return fail(loaded.error(), kRunFailed);
    make_output(*std::move(writer), loaded->maps());

    for (const session::PlannedRun& begin : in_.plan.begins)
      in_.console.verbose(concat("Attaching '", begin.name, "' probe"));
    auto begun = session::run_begin(*std::move(loaded));
    if (!begun) return fail(begun.error(), kRunFailed);
    // Begin bodies have run; what they recorded waits in the ring.
    auto attached = session::attach(*std::move(begun), attach_options());
    if (!attached) return fail(attached.error(), kRunFailed);
    // Everything is attached, and a child of -c has not begun.
    watch_mappings();
    if (auto announced = announce(*attached); !announced)
      return fail(announced.error(), kRunFailed);
    if (arguments_.dry_run) return 0;

    auto ended = session::run(*std::move(attached), target_ ? &*target_ : nullptr, reactions());
    session::tell_service_manager(session::kServiceStopping);
    if (!ended) return fail(ended.error(), kRunFailed);
    // Nothing is attached any more and every record has been read.
    return finish(ended->unsent_exit_code());
  }

 private:
  Result<void> find_target() {
    if (arguments_.pid != 0) {
      auto found = session::TracedProcess::existing(arguments_.pid);
      if (!found) return std::move(found).error().context("Failed to attach to pid");
      target_.emplace(*std::move(found));
    } else if (!arguments_.command.empty()) {
      TRY(session::TracedProcess child, session::TracedProcess::start_stopped(arguments_.command));
      target_.emplace(std::move(child));
    }
    return {};
  }

  kernel::LoadOptions load_options() {
    return {.target_pid = arguments_.pid,
            .child_pid = target_ && target_->is_child() ? target_->pid() : 0,
            .possible_cpus = in_.world.possible_cpu_count(),
            .pid_namespace = in_.world.pid_namespace(),
            .tai_offset_ns = world::ahead_of_boot_clock(CLOCK_TAI),
            .option_values = in_.option_values,
            .log_size = in_.settings.number(Option::kLogSize),
            .on_log = log_reader()};
  }

  std::function<void(image::ProgramId, std::string_view)> log_reader() {
    if ((arguments_.debug & kDebugVerifier) == 0) return nullptr;
    return [this](image::ProgramId program, std::string_view log) { show_log(program, log); };
  }

  void show_log(image::ProgramId program, std::string_view log) const {
    print(concat("BPF verifier log for ", in_.image.manifest.programs[program].name, ":\n", log,
                 '\n'));
  }

  session::AttachOptions attach_options() {
    return {.missing = missing_probes(in_.settings),
            .target_pid = target_ ? target_->pid() : 0,
            .on_attempt = [this](const kernel::LinkSpec& link) { tell_attempt(link); },
            .on_failure = [this](const std::string& probe,
                                 const Error& reason) { report_unattached(probe, reason); },
            .on_left_out =
                [this](const std::string& probe, const std::vector<std::string>& functions) {
                  in_.console.warning(concat(probe, ": the kernel cannot probe ", functions.size(),
                                             " of its functions; they are left out"));
                  for (const std::string& function : functions)
                    in_.console.verbose(concat("  ", function));
                }};
  }

  void tell_attempt(const kernel::LinkSpec& link) const {
    if (!in_.console.is_verbose()) return;
    in_.console.verbose(concat("Trying to attach probe: ", link.name));
    if (link.functions.empty()) return;
    in_.console.verbose(concat("Attaching to ", link.functions.size(), " functions"));
    for (const std::string& function : link.functions) in_.console.verbose(concat("  ", function));
  }

  void report_unattached(const std::string& probe, const Error& reason) {
    if (missing_probes(in_.settings) == session::MissingProbes::kError) {
      in_.console.error(reason);
      return;
    }
    in_.console.warning(reason.message);
    in_.console.warning(concat("Unable to attach probe: ", probe, ". Skipping."));
  }

  void make_output(output::Writer writer, kernel::MapStore& store) {
    const image::Manifest& manifest = in_.image.manifest;
    symbolizer_.emplace(
        manifest, store,
        symbolize::SymbolizerOptions{
            .root = {},
            .demangles = in_.settings.flag(Option::kCppDemangle),
            .longest_date = in_.settings.number(Option::kMaxStrlen),
            .on_trouble = [this](const Error& error) { note(output_->trouble(error)); }});
    output::OutputSetup setup{
        .manifest = manifest,
        .sources = in_.sources,
        .style = {.stacks = *symbolizer_, .cut_mark = in_.settings.text(Option::kStrTruncTrailer)},
        .out = std::move(writer),
        .messages = output::Writer::to_descriptor(STDERR_FILENO, "standard error",
                                                  output::Buffering::kLine),
        .shows_warnings = !arguments_.no_warnings};
    output_ = arguments_.format == OutputFormat::kJson ? output::make_json_output(std::move(setup))
                                                       : output::make_text_output(std::move(setup));
    consumer_.emplace(manifest, store, *symbolizer_, *output_,
                      in_.settings.number(Option::kMaxCatBytes));
    losses_.resize(manifest.losses.size());
  }

  Result<void> announce(const session::AttachedSession& session) {
    if (!arguments_.quiet) {
      TRY_DO(output_->attached(session.probe_count()));
      TRY_DO(output_->flush());
    }
    if (arguments_.ready_fd >= 0) TRY_DO(session::announce_ready(arguments_.ready_fd));
    constexpr std::string_view kHarnessHook = "__BPFTRACE_NOTIFY_PROBES_ATTACHED";
    if (std::getenv(kHarnessHook.data())) print(concat(kHarnessHook, '\n'));
    session::tell_service_manager(session::kServiceReady);
    if (arguments_.dry_run || !target_ || !target_->is_child()) return {};
    return target_->release().context(arguments_.command);
  }

  // User stacks are resolved when they are printed, by when the traced process may be gone.
  void watch_mappings() {
    bool has_user_symbols =
        std::ranges::any_of(in_.image.manifest.types, [](const image::ValueType& type) {
          return type.kind == image::ValueKind::kUserStack ||
                 type.kind == image::ValueKind::kUserSymbol;
        });
    if (!target_ || !has_user_symbols) return;
    if (!target_->is_child()) symbolizer_->note_process(target_->pid());
    auto watch = kernel::MappingWatch::open(kernel::running_kernel(), target_->pid(),
                                            in_.world.online_cpus());
    if (watch)
      mappings_.emplace(*std::move(watch));
    else
      in_.console.verbose(watch.error().message);
  }

  void note_mappings() {
    if (!mappings_) return;
    mappings_->read([this](const kernel::CodeMapping& mapping) {
      symbolizer_->note_mapping(mapping.pid, {.start = mapping.start,
                                              .end = mapping.end,
                                              .offset = mapping.file_offset,
                                              .path = std::string(mapping.path)});
    });
  }

  session::Reactions reactions() {
    return {.on_record =
                [this](std::string_view record) {
                  note_mappings();
                  auto consumed = consumer_->consume(record);
                  if (!consumed) stop_for(consumed.error());
                  bool is_exit = consumed && *consumed == output::Consumed::kExit;
                  return is_exit ? session::RecordAction::kExit : next_action();
                },
            .on_loss =
                [this](image::LossId loss, std::uint64_t count) {
                  if (loss == image::LossId::kNone)
                    unread_ += count;
                  else
                    losses_[to_index(loss)] += count;
                  note(consumer_->report_losses(losses_));
                  return next_action();
                },
            .on_idle =
                [this] {
                  note_mappings();
                  note(output_->settle());
                  return next_action();
                }};
  }

  void note(const Result<void>& written) {
    if (!written) stop_for(written.error());
  }
  // Output that cannot be written ends the run: the first reason is the one to tell.
  void stop_for(const Error& error) {
    if (!failure_) failure_ = error;
  }
  session::RecordAction next_action() const {
    return failure_ ? session::RecordAction::kExit : session::RecordAction::kContinue;
  }

  int finish(std::uint32_t unsent_exit_code) {
    if (failure_) return fail(*failure_, kRunFailed);
    note_mappings();
    auto shown = show_end();
    if (!shown) return fail(shown.error(), kRunFailed);
    report_child();
    return static_cast<int>(consumer_->exit_code().value_or(unsent_exit_code) & 0xff);
  }

  Result<void> show_end() {
    if (unread_ > 0) TRY_DO(consumer_->report_unread(unread_));
    TRY_DO(consumer_->report_total_loss());
    bool prints_maps = in_.settings.flag(Option::kPrintMapsOnExit);
    TRY_DO(prints_maps ? consumer_->print_all_maps() : consumer_->end_run());
    return output_->flush();
  }

  void report_child() {
    if (!target_ || !target_->is_child()) return;
    auto status = target_->reap();
    if (!status) return;
    in_.console.verbose(*status >= 0 ? concat("Child exited with status ", *status)
                                     : concat("Child was ended by signal ", -*status));
  }

  int report(const kernel::VerifierRejection& rejection) {
    const image::Program& program = in_.image.manifest.programs[rejection.program];
    Span place = program.span;
    std::string name;
    for (const image::Probe& probe : in_.image.manifest.probes)
      if (probe.program == rejection.program && name.empty()) name = probe.name;
    Diagnostics diagnostics;
    auto report = diagnostics.report(
        DiagnosticKind::kProgramRefused, rejection_place(rejection, place),
        concat("Error loading BPF program for ", name, ". Error code: -", rejection.code, " (",
               std::strerror(rejection.code), "). Use -v for full kernel error log."));
    explain(rejection, report);
    in_.console.show(diagnostics, in_.sources);
    if ((arguments_.debug & kDebugVerifier) != 0) show_log(rejection.program, rejection.log);
    in_.console.verbose(concat("Kernel error log:\n", rejection.log));
    if (rejection.is_log_trimmed)
      in_.console.verbose(
          "The log was cut: BPFTRACE_LOG_SIZE=N or config = { log_size = N; } keeps more of it.");
    return kRunFailed;
  }

  // What a script can ask of the verifier that no compiler can know beforehand; the rest is ours.
  static void explain(const kernel::VerifierRejection& rejection, Diagnostics::Report& report) {
    if (rejection.log.find("infinite loop detected") != std::string::npos) {
      report.note("the kernel's verifier cannot see that a `while` loop ends")
          .hint("count a variable up to a constant, or use a range: `for $i : 0..10 { … }`");
    } else if (rejection.code == E2BIG || rejection.code == EFAULT) {
      report
          .note(
              "the kernel's verifier walks every path of a program and gives up after a million "
              "instructions or 8192 open branches")
          .hint("it walks a `while` or `unroll` round by round, the body of `for $i : 0..10` once");
    } else if (rejection.code == ENOMEM) {
      // What it says when it rewrites a program and a jump becomes too long, too.
      report
          .note(
              "the body is too long for the kernel, whose jumps reach 32,767 instructions, or its "
              "memory is short")
          .hint("part it into several probes on the same attach point, which fire in their order");
    } else if (rejection.code == EMFILE) {
      report.note("each program, map and probe takes a descriptor, and this process has no more")
          .hint(kDescriptorHint);
    } else {
      report.note(
          "the kernel's verifier refused what sonde made of this line; this is a bug in sonde");
    }
  }

  // The line at which the verifier stopped, else the probe.
  Span rejection_place(const kernel::VerifierRejection& rejection, Span probe) const {
    if (!rejection.place || !probe.has_place()) return probe;
    std::string_view text = in_.sources.text(probe.file);
    std::uint32_t line = rejection.place->line, begin = 0;
    for (std::uint32_t i = 1; i < line && begin < text.size(); ++i)
      begin = static_cast<std::uint32_t>(text.find('\n', begin) + 1);
    auto length = static_cast<std::uint32_t>(in_.sources.line_text(probe.file, line).size());
    if (length == 0) return probe;
    return {probe.file, begin, begin + length};
  }

  int fail(const Error& error, int status) {
    if (output_) output_->flush().has_value();
    in_.console.error(error);
    return status;
  }

  const TraceInput& in_;
  const Arguments& arguments_;
  kernel::Departure departure_;
  std::optional<session::TracedProcess> target_;
  std::optional<symbolize::Symbolizer> symbolizer_;
  std::optional<kernel::MappingWatch> mappings_;
  std::unique_ptr<output::Output> output_;
  std::optional<output::Consumer> consumer_;
  std::vector<std::uint64_t> losses_;
  std::uint64_t unread_ = 0;
  std::optional<Error> failure_;
};

}  // namespace

void trace(const TraceInput& input) {
  // A reader that goes away is an error of write(), with a message, and not the end of the process
  // half-way.
  ::signal(SIGPIPE, SIG_IGN);
  Tracer tracer(input);
  int status = tracer.run();
  tracer.departure().leave(status);
}

}  // namespace sonde::cli
