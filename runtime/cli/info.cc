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

// Two entries a line.
class Entries {
 public:
  void add(std::string_view name, std::string_view value) {
    std::string entry = concat("  ", name, ": ", value);
    if (is_first_ && entry.size() < kEntryWidth) entry.resize(kEntryWidth, ' ');
    text_ += entry;
    if (!is_first_) text_ += '\n';
    is_first_ = !is_first_;
  }
  std::string text() && {
    while (text_.ends_with(' ')) text_.pop_back();
    if (!is_first_) text_ += '\n';
    return std::move(text_);
  }

 private:
  std::string text_;
  bool is_first_ = true;
};

std::string section_text(CapabilitySection section, World& world, Entries entries) {
  for (std::size_t i = 0; i < to_index(Capability::kCount); ++i) {
    auto capability = static_cast<Capability>(i);
    const CapabilityRow& row = capability_row(capability);
    if (row.section == section) entries.add(row.name, world.has(capability) ? "yes" : "no");
  }
  for (const UnusedFeature& unused : kUnused)
    if (unused.section == section) entries.add(unused.name, "no");
  return std::move(entries).text();
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

std::string info_text(World& world, std::uint32_t instruction_limit) {
  utsname system{};
  uname(&system);
  std::string out = concat("System\n  OS: ", system.sysname, ' ', system.release, ' ',
                           system.version, "\n  Arch: ", system.machine, '\n');
  out += concat("\nBuild\n  version: ", version(), "\n  LLVM: ", SONDE_LLVM_VERSION,
                "\n  bfd: no\n  libdw: yes\n  libsystemd: no\n  blazesym: no\n  dwunwind: no\n");
  for (const SectionTitle& title : kSections) {
    Entries entries;
    if (title.section == CapabilitySection::kFeatures)
      entries.add("Instruction limit", concat(instruction_limit));
    out += concat('\n', title.title, '\n', section_text(title.section, world, entries));
  }
  append_reasons(out, world);
  return out;
}

}  // namespace sonde::cli
