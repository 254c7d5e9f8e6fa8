// Attaching: one LinkSpec is one attach point with everything about it resolved; attach() makes the
// kernel's links for it. How that is done belongs to the strategy: each row of probes.def has its
// ATTACH hook in links.cc, found by id. There is no second attempt by another strategy, because the
// program was made for this one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "codegen/image/image.h"
#include "lexer/base/result.h"
#include "lexer/base/unique_fd.h"
#include "runtime/kernel/system.h"
#include "stdlib/ids.h"

namespace sonde::kernel {

struct LinkSpec {
  std::size_t probe = 0;  // index into Manifest::probes
  std::string name;       // of the probe, for messages
  Strategy strategy{};
  image::ProgramId program = image::ProgramId::kNone;
  std::string event;     // raw tracepoint, counter, or function of a kprobe; empty: by its address
  std::string path;      // uprobe: the file
  std::uint64_t id = 0;  // tracepoint: its number in tracefs
  std::uint64_t offset = 0;  // kprobe: into the function, or its address; uprobe: in the file
  std::vector<std::string> functions;  // multi links
  std::vector<std::uint64_t> offsets;  // uprobe_multi: in the file, beside `functions`
  std::vector<std::uint32_t> cpus;     // of perf events
  std::uint64_t period = 0;  // clocks: ns between firings, or firings a second; counters: events
  bool is_frequency = false;
  bool is_return = false;
  bool follows_target = false;  // the kernel itself limits it to the process of -p or -c
};

// What holds one attach point. Closing `quick` takes the kernel microseconds, closing any other a
// grace period (27 to 80 ms).
struct Attached {
  std::vector<UniqueFd> quick{};
  std::vector<UniqueFd> links{};  // to perf events: the program runs no more when it is closed
  std::vector<UniqueFd> events{};
  std::vector<std::string> left_out{};  // functions of a multi link that cannot be probed
  std::size_t count = 0;  // attach points as the user counts them: functions of a multi link
};

// `target_pid` is the process of -p or -c, 0 without.
Result<Attached> attach(BpfSystem& system, const LinkSpec& spec, int program,
                        std::uint32_t target_pid);

// enum bpf_attach_type that a program of this strategy is loaded with.
std::uint32_t expected_attach_type(Strategy strategy);

}  // namespace sonde::kernel
