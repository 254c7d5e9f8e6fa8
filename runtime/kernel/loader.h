// Loading an image: BTF, maps, constants, programs. Nothing is attached and nothing runs yet.
//
// What the object and the Manifest must agree on: every map that code refers to is a symbol,
// defined or not, with the name of its Manifest row (image::BpfMap::name). A reference to a map
// with `is_mapped` or `is_constant` is to its bytes (value 0 of an array, plus the addend); any
// other is to the map itself. A program is the function symbol named by its Manifest row, in any
// executable section; what it calls, and functions whose address it takes, are appended to it. When
// the symbol of an `is_constant` map is defined in the object, its bytes there are the map's first
// content.
//
// All probes of one program are attached by the same kind of strategy, because a program that goes
// through a multi link is loaded as such.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ast/world.h"
#include "codegen/image/image.h"
#include "lexer/base/result.h"
#include "lexer/base/source_map.h"
#include "runtime/kernel/control.h"
#include "runtime/kernel/maps.h"
#include "runtime/kernel/ring.h"
#include "runtime/kernel/system.h"

namespace sonde::kernel {

struct LoadOptions {
  std::uint32_t target_pid = 0;  // of -p, 0 without
  std::uint32_t child_pid = 0;   // of -c, 0 without
  std::uint32_t possible_cpus = 1;
  PidNamespace pid_namespace;
  std::uint64_t tai_offset_ns = 0;         // international atomic time less the boot clock
  std::vector<std::string> option_values;  // beside Manifest::options, none longer than its option
  std::size_t log_size = 1'000'000;        // bytes of verifier log that are kept at most
  // Called with the verifier's log of each program that it accepts; null when nobody asks.
  std::function<void(image::ProgramId, std::string_view)> on_log{};
};

// The kernel refused a program that we emitted.
struct VerifierRejection {
  image::ProgramId program = image::ProgramId::kNone;
  int code = 0;                       // errno
  std::optional<LineColumn> place{};  // in the script, when the log and the line information tell
  std::string log{};
  bool is_log_trimmed = false;
};

struct LoadedObject {
  IdVector<image::ProgramId, UniqueFd> programs;
  LoadedMaps maps;
  SharedControl control;
  std::optional<RingReader> ring;
};

// On a refusal by the verifier `rejection` says more than the error does.
Result<LoadedObject> load(BpfSystem& system, const image::ProgramImage& image,
                          const LoadOptions& options, std::optional<VerifierRejection>& rejection);

// The name under which the kernel shows a map or program: at most 15 bytes that it accepts.
std::string kernel_name(std::string_view name);

}  // namespace sonde::kernel
