// The ATTACH hooks. Three mechanisms carry them all: a raw tracepoint, a perf event with the
// program linked to it, and a multi link over many functions.
//
// A perf event of a tracepoint, kprobe or uprobe runs the program on every CPU whatever CPU it was
// opened on, and whether it is enabled or not. A counter's or clock's does not: it is opened
// disabled, and enabled when the program is in place.
#include "runtime/kernel/links.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <unistd.h>

#include <charconv>
#include <iterator>
#include <span>

#include "lexer/base/concat.h"
#include "lexer/base/dense_id.h"
#include "runtime/kernel/tasks.h"
#include "stdlib/capabilities.h"
#include "stdlib/probes.h"

namespace sonde::kernel {
namespace {

constexpr int kNotSupported = 524;         // the kernel's own ENOTSUPP, which libc does not name
constexpr std::uint64_t kReturnProbe = 1;  // bit 0 of config, by the PMU's `format/retprobe`

struct Attaching {
  BpfSystem& system;
  const LinkSpec& spec;
  int program;
  std::uint32_t target_pid;
};

// ---- mechanisms ----

Result<Attached> open_raw_tracepoint(const Attaching& at) {
  auto link = at.system.open_raw_tracepoint(at.program, at.spec.event);
  if (!link) {
    if (link.error().code == EINVAL)
      link.error().hint = "maybe it reads arguments beyond what is available in this tracepoint";
    return std::move(link).error();
  }
  Attached attached{.count = 1};
  attached.quick.push_back(*std::move(link));
  return attached;
}

// The program runs whenever the event fires. The link, where the kernel has such links, ends that
// without the event.
Result<UniqueFd> run_on_event(const Attaching& at, int event) {
  auto link = at.system.link_perf_event(at.program, event);
  if (link || link.error().code != EINVAL) return link;
  TRY_DO(at.system.set_perf_program(at.program, event));
  return UniqueFd();
}

Result<Attached> attach_to_event(const Attaching& at, PerfEventSpec event_spec) {
  CHECK(!at.spec.cpus.empty());
  bool only_target = at.spec.follows_target && at.target_pid != 0;
  event_spec.pid = only_target ? static_cast<int>(at.target_pid) : -1;
  event_spec.cpu = only_target ? -1 : static_cast<int>(at.spec.cpus.front());
  TRY(UniqueFd event, at.system.open_perf_event(event_spec));
  TRY(UniqueFd link, run_on_event(at, event.get()));
  Attached attached{.count = 1};
  if (link) attached.links.push_back(std::move(link));
  attached.events.push_back(std::move(event));
  return attached;
}

// What is counted for: everyone (-1), or each thread that the target has now; later ones inherit
// the counters.
std::vector<int> counted_tasks(const Attaching& at) {
  if (!at.spec.follows_target || at.target_pid == 0) return {-1};
  return tasks_of(at.target_pid);
}

// A counter or clock on each CPU, and with a target for each of its threads there.
Result<Attached> attach_to_counters(const Attaching& at, PerfEventSpec counter) {
  Attached attached{.count = 1};
  std::vector<int> tasks = counted_tasks(at);
  counter.period = at.spec.period;
  counter.is_frequency = at.spec.is_frequency;
  counter.starts_disabled = true;
  for (std::size_t i = 0; i < tasks.size() * at.spec.cpus.size(); ++i) {
    counter.pid = tasks[i / at.spec.cpus.size()];
    counter.is_inherited = counter.pid >= 0;
    counter.cpu = static_cast<int>(at.spec.cpus[i % at.spec.cpus.size()]);
    auto event = at.system.open_perf_event(counter);
    bool has_ended = !event && event.error().code == ESRCH && tasks.size() > 1;
    if (has_ended) continue;
    if (!event && event.error().code == EINVAL && counter.is_frequency)
      event.error().hint = "sysctl kernel.perf_event_max_sample_rate says how often it may fire";
    if (!event) return std::move(event).error();
    TRY(UniqueFd link, run_on_event(at, event->get()));
    TRY_DO(at.system.enable_perf_event(event->get()));
    if (link) attached.quick.push_back(std::move(link));
    attached.quick.push_back(*std::move(event));
  }
  return attached;
}

Result<Attached> attach_to_clocks(const Attaching& at) {
  return attach_to_counters(at, {.type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_CPU_CLOCK});
}

constexpr std::uint64_t kPerfEventConfig[] = {
#define PERF_EVENT(id, type, name, alias, count, config) config,
#include "stdlib/perf_events.def"
#undef PERF_EVENT
};

Result<Attached> attach_to_named_counter(const Attaching& at, std::uint32_t perf_type) {
  auto event = find_perf_event(strategy_row(at.spec.strategy).probe_type, at.spec.event);
  CHECK(event);
  auto attached =
      attach_to_counters(at, {.type = perf_type, .config = kPerfEventConfig[to_index(*event)]});
  if (!attached && (attached.error().code == ENOENT || attached.error().code == EOPNOTSUPP))
    attached.error().hint = "this machine has no such counter; virtual machines often have none";
  return attached;
}

// The number under which the kernel offers this kind of perf event.
Result<std::uint32_t> perf_event_type(const char* path, Capability capability) {
  UniqueFd file(::open(path, O_RDONLY | O_CLOEXEC));
  char text[16];
  ssize_t size = file ? ::read(file.get(), text, sizeof text) : -1;
  std::uint32_t type = 0;
  if (size < 0 || std::from_chars(text, text + size, type).ec != std::errc()) {
    Error error = system_error(path, errno);
    error.hint = capability_row(capability).hint;
    return error;
  }
  return type;
}

Result<Attached> attach_kprobe(const Attaching& at) {
  TRY(std::uint32_t type, perf_event_type("/sys/bus/event_source/devices/kprobe/type",
                                          strategy_row(at.spec.strategy).capability));
  bool by_address = at.spec.event.empty();
  auto name = reinterpret_cast<std::uintptr_t>(at.spec.event.c_str());
  auto attached = attach_to_event(at, {.type = type,
                                       .config = at.spec.is_return ? kReturnProbe : 0,
                                       .config1 = by_address ? 0 : name,
                                       .config2 = at.spec.offset});
  if (!attached && at.spec.offset != 0 && !by_address &&
      (attached.error().code == EINVAL || attached.error().code == EILSEQ))
    attached.error().hint =
        "possible attachment attempt in the middle of an instruction, try a different offset";
  return attached;
}

Result<Attached> attach_uprobe(const Attaching& at) {
  TRY(std::uint32_t type, perf_event_type("/sys/bus/event_source/devices/uprobe/type",
                                          strategy_row(at.spec.strategy).capability));
  return attach_to_event(at, {.type = type,
                              .config = at.spec.is_return ? kReturnProbe : 0,
                              .config1 = reinterpret_cast<std::uintptr_t>(at.spec.path.c_str()),
                              .config2 = at.spec.offset});
}

// Links the functions of a probe by `link`. When one of them cannot be probed the kernel refuses
// them all without saying which, so halves are tried until the culprits stand alone.
template <typename Link>
class MultiLink {
 public:
  MultiLink(const std::vector<std::string>& functions, const Link& link)
      : functions_(functions), link_(link) {}

  Result<Attached> attach() && {
    TRY_DO(halve(0, functions_.size()));
    if (attached_.count > 0) return std::move(attached_);
    return std::move(first_refusal_).context("none of its functions can be probed");
  }

 private:
  // With so many refused one by one and none accepted it is not the functions that are refused.
  static constexpr std::size_t kMostRefused = 256;

  Result<void> halve(std::size_t first, std::size_t last) {
    auto made = link_(first, last);
    if (made) {
      attached_.count += last - first;
      attached_.quick.push_back(*std::move(made));
      return {};
    }
    int code = made.error().code;
    bool is_one_of_them = code == kNotSupported || code == ESRCH || code == EINVAL ||
                          code == ENOENT || code == EADDRNOTAVAIL || code == EILSEQ;
    if (!is_one_of_them) return std::move(made).error();
    if (last - first == 1) {
      if (attached_.left_out.empty()) first_refusal_ = std::move(made).error();
      attached_.left_out.push_back(functions_[first]);
      if (attached_.count == 0 && attached_.left_out.size() == kMostRefused) return first_refusal_;
      return {};
    }
    std::size_t middle = first + (last - first) / 2;
    TRY_DO(halve(first, middle));
    return halve(middle, last);
  }

  const std::vector<std::string>& functions_;
  const Link& link_;
  Attached attached_;
  Error first_refusal_;
};

template <typename Link>
Result<Attached> attach_multi(const Attaching& at, const Link& link) {
  return MultiLink(at.spec.functions, link).attach();
}

Result<Attached> attach_kprobe_multi(const Attaching& at) {
  return attach_multi(at, [&](std::size_t first, std::size_t last) {
    const auto& all = at.spec.functions;
    using Difference = std::vector<std::string>::difference_type;
    std::vector<std::string> some(all.begin() + static_cast<Difference>(first),
                                  all.begin() + static_cast<Difference>(last));
    return at.system.link_kprobe_multi(at.program, some, at.spec.is_return);
  });
}

Result<Attached> attach_uprobe_multi(const Attaching& at) {
  CHECK(at.spec.functions.size() == at.spec.offsets.size());
  std::uint32_t pid = at.spec.follows_target ? at.target_pid : 0;
  return attach_multi(at, [&](std::size_t first, std::size_t last) {
    return at.system.link_uprobe_multi(at.program, at.spec.path,
                                       std::span(at.spec.offsets).subspan(first, last - first),
                                       at.spec.is_return, pid);
  });
}

// ---- one hook per row of probes.def ----

template <Strategy>
Result<Attached> attach_by(const Attaching& at);
template <Strategy>
constexpr std::uint32_t kAttachType = 0;

#define ATTACH(id) \
  template <>      \
  Result<Attached> attach_by<Strategy::id>([[maybe_unused]] const Attaching& at)

// The session runs these itself.
ATTACH(kRunBegin) {
  return Attached{.count = 1};
}
ATTACH(kRunEnd) {
  return Attached{.count = 1};
}
ATTACH(kTracepointRaw) {
  return open_raw_tracepoint(at);
}
ATTACH(kTracepointPerf) {
  return attach_to_event(at, {.type = PERF_TYPE_TRACEPOINT, .config = at.spec.id});
}
ATTACH(kRawTracepointDirect) {
  return open_raw_tracepoint(at);
}
ATTACH(kKprobeMulti) {
  return attach_kprobe_multi(at);
}
ATTACH(kKprobePerf) {
  return attach_kprobe(at);
}
ATTACH(kKretprobeMulti) {
  return attach_kprobe_multi(at);
}
ATTACH(kKretprobePerf) {
  return attach_kprobe(at);
}
ATTACH(kUprobeMulti) {
  return attach_uprobe_multi(at);
}
ATTACH(kUprobePerf) {
  return attach_uprobe(at);
}
ATTACH(kUretprobeMulti) {
  return attach_uprobe_multi(at);
}
ATTACH(kUretprobePerf) {
  return attach_uprobe(at);
}
ATTACH(kIntervalClock) {
  return attach_to_clocks(at);
}
ATTACH(kProfileClock) {
  return attach_to_clocks(at);
}
ATTACH(kSoftwareCounter) {
  return attach_to_named_counter(at, PERF_TYPE_SOFTWARE);
}
ATTACH(kHardwareCounter) {
  return attach_to_named_counter(at, PERF_TYPE_HARDWARE);
}
#undef ATTACH

template <>
constexpr std::uint32_t kAttachType<Strategy::kKprobeMulti> = BPF_TRACE_KPROBE_MULTI;
template <>
constexpr std::uint32_t kAttachType<Strategy::kKretprobeMulti> = BPF_TRACE_KPROBE_MULTI;
template <>
constexpr std::uint32_t kAttachType<Strategy::kUprobeMulti> = kUprobeMultiAttach;
template <>
constexpr std::uint32_t kAttachType<Strategy::kUretprobeMulti> = kUprobeMultiAttach;

struct Hook {
  Result<Attached> (*attach)(const Attaching&);
  std::uint32_t attach_type;
};
constexpr Hook kHooks[] = {
#define STRATEGY(id, ...) {&attach_by<Strategy::id>, kAttachType<Strategy::id>},
#include "stdlib/probes.def"
#undef STRATEGY
};

}  // namespace

Result<Attached> attach(BpfSystem& system, const LinkSpec& spec, int program,
                        std::uint32_t target_pid) {
  auto attached = kHooks[to_index(spec.strategy)].attach({system, spec, program, target_pid});
  if (!attached && attached.error().hint.empty() &&
      (attached.error().code == EOPNOTSUPP || attached.error().code == ENOSYS))
    attached.error().hint = capability_row(strategy_row(spec.strategy).capability).hint;
  return attached;
}

std::uint32_t expected_attach_type(Strategy strategy) {
  return kHooks[to_index(strategy)].attach_type;
}

}  // namespace sonde::kernel
