// Capabilities are read from /proc/self/status, whose CapEff line is the effective set in
// hexadecimal.
#include "runtime/session/privileges.h"

#include <linux/capability.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

#include "lexer/base/concat.h"

namespace sonde::session {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

std::uint64_t effective_capabilities() {
  File status(std::fopen("/proc/self/status", "re"));
  char line[256];
  unsigned long long set = 0;
  while (status && std::fgets(line, sizeof line, status.get()) != nullptr)
    if (std::sscanf(line, "CapEff: %llx", &set) == 1) return set;
  return ~std::uint64_t{0};  // unknown: let the kernel itself say no
}

bool is_locked_down_for_confidentiality() {
  File lockdown(std::fopen("/sys/kernel/security/lockdown", "re"));
  char line[256];
  return lockdown && std::fgets(line, sizeof line, lockdown.get()) != nullptr &&
         std::strstr(line, "[confidentiality]") != nullptr;
}

struct Needed {
  int capability;
  const char* name;
  int substitute;      // another that includes it, -1 for none
  bool only_non_root;  // files that uid 0 may read and change anyway
};
constexpr Needed kNeeded[] = {
    {CAP_BPF, "CAP_BPF", CAP_SYS_ADMIN, false},
    {CAP_PERFMON, "CAP_PERFMON", CAP_SYS_ADMIN, false},
    {CAP_DAC_READ_SEARCH, "CAP_DAC_READ_SEARCH", -1, true},
    {CAP_DAC_OVERRIDE, "CAP_DAC_OVERRIDE", -1, true},
};

}  // namespace

Result<void> check_privileges() {
  std::uint64_t held = effective_capabilities();
  auto has = [held](int capability) { return capability >= 0 && (held >> capability & 1) != 0; };
  for (const Needed& needed : kNeeded) {
    if (needed.only_non_root && ::geteuid() == 0) continue;
    if (!has(needed.capability) && !has(needed.substitute))
      return Error{.message = concat("Missing ", needed.name,
                                     " capability, please run sonde as the root user."),
                   .code = 0,
                   .hint = {}};
  }
  if (is_locked_down_for_confidentiality())
    return Error{.message =
                     "kernel lockdown is enabled and set to 'confidentiality'\n"
                     "tracing is not possible in this state: programs may not read memory\n"
                     "boot with lockdown=integrity, or turn it off as the kernel's manual\n"
                     "page kernel_lockdown(7) describes",
                 .code = 0,
                 .hint = {}};
  return {};
}

void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace sonde::session
