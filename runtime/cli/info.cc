// The capability sections hold two entries a line, as tools that parse them expect; reasons follow
// in a section of their own.
#include "runtime/cli/info.h"

#include <sys/utsname.h>

#include "lexer/base/concat.h"
#include "lexer/base/dense_id.h"
#include "runtime/cli/help.h"

namespace sonde::cli {
namespace {

constexpr std::size_t kEntryWidth = 35;

struct SectionTitle {
  CapabilitySection section;
  std::string_view title;
};
constexpr SectionTitle kSections[] = {{CapabilitySection::kHelpers, "Kernel helpers"},
                                      {CapabilitySection::kFeatures, "Kernel features"},
                                      {CapabilitySection::kProbeTypes, "Probe types"}};

// What wrappers look for, and this version uses nowhere, whatever the kernel offers.
struct UnusedFeature {
  CapabilitySection section;
  std::string_view name;
};
constexpr UnusedFeature kUnused[] = {{CapabilitySection::kHelpers, "dpath"},
                                     {CapabilitySection::kProbeTypes, "kprobe_session"},
                                     {CapabilitySection::kProbeTypes, "iter"}};

void append_section(std::string& out, const SectionTitle& title, World& world) {
  out += concat('\n', title.title, '\n');
  bool is_first = true;
  auto append = [&](std::string_view name, bool is_there) {
    std::string entry = concat("  ", name, ": ", is_there ? "yes" : "no");
    if (is_first && entry.size() < kEntryWidth) entry.resize(kEntryWidth, ' ');
    out += entry;
    if (!is_first) out += '\n';
    is_first = !is_first;
  };
  for (std::size_t i = 0; i < to_index(Capability::kCount); ++i) {
    auto capability = static_cast<Capability>(i);
    const CapabilityRow& row = capability_row(capability);
    if (row.section == title.section) append(row.name, world.has(capability));
  }
  for (const UnusedFeature& unused : kUnused)
    if (unused.section == title.section) append(unused.name, false);
  if (!is_first) {
    while (out.ends_with(' ')) out.pop_back();
    out += '\n';
  }
}

void append_reasons(std::string& out, World& world) {
  std::string reasons;
  for (std::size_t i = 0; i < to_index(Capability::kCount); ++i) {
    auto capability = static_cast<Capability>(i);
    if (world.has(capability)) continue;
    const CapabilityRow& row = capability_row(capability);
    reasons += concat("  ", row.name, ": ", world.why_not(capability), " (", row.hint, ")\n");
  }
  for (const UnusedFeature& unused : kUnused)
    reasons += concat("  ", unused.name, ": this version does not use it\n");
  out += concat("\nWhy not\n", reasons);
}

}  // namespace

std::string info_text(World& world) {
  utsname system{};
  uname(&system);
  std::string out = concat("System\n  OS: ", system.sysname, ' ', system.release, ' ',
                           system.version, "\n  Arch: ", system.machine, '\n');
  out += concat("\nBuild\n  version: ", version(), "\n  LLVM: ", SONDE_LLVM_VERSION,
                "\n  bfd: no\n  libdw: yes\n  libsystemd: no\n  blazesym: no\n  dwunwind: no\n");
  for (const SectionTitle& title : kSections) append_section(out, title, world);
  append_reasons(out, world);
  return out;
}

}  // namespace sonde::cli
