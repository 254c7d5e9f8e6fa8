// The bits are those of the kernel's include/linux/gfp_types.h, the same from 6.1 to 6.18; those
// that changed their meaning in between are left as numbers. Combinations stand before what they
// are made of, the larger ones first, as in the kernel's own trace output.
#include "runtime/output/gfp_flags.h"

#include <string_view>

#include "lexer/base/concat.h"

namespace sonde::output {
namespace {

struct Flag {
  std::string_view name;
  std::uint64_t bits;
};

constexpr std::uint64_t kDma = 0x1, kHighMemory = 0x2, kDma32 = 0x4, kMovable = 0x8,
                        kReclaimable = 0x10, kHigh = 0x20, kIo = 0x40, kFs = 0x80, kZero = 0x100,
                        kDirectReclaim = 0x400, kKswapdReclaim = 0x800, kWrite = 0x1000,
                        kNoWarn = 0x2000, kRetryMayFail = 0x4000, kNoFail = 0x8000,
                        kNoRetry = 0x10000, kMemAlloc = 0x20000, kCompound = 0x40000,
                        kNoMemAlloc = 0x80000, kHardWall = 0x100000, kThisNode = 0x200000,
                        kAccount = 0x400000, kZeroTags = 0x800000;
constexpr std::uint64_t kReclaim = kDirectReclaim | kKswapdReclaim;
constexpr std::uint64_t kKernel = kReclaim | kIo | kFs;
constexpr std::uint64_t kUser = kKernel | kHardWall;
constexpr std::uint64_t kHighUserMovable = kUser | kHighMemory | kMovable;
constexpr std::uint64_t kHugeLight =
    (kHighUserMovable | kCompound | kNoMemAlloc | kNoWarn) & ~kReclaim;

constexpr Flag kFlags[] = {{"GFP_TRANSHUGE", kHugeLight | kDirectReclaim},
                           {"GFP_TRANSHUGE_LIGHT", kHugeLight},
                           {"GFP_HIGHUSER_MOVABLE", kHighUserMovable},
                           {"GFP_HIGHUSER", kUser | kHighMemory},
                           {"GFP_USER", kUser},
                           {"GFP_KERNEL_ACCOUNT", kKernel | kAccount},
                           {"GFP_KERNEL", kKernel},
                           {"GFP_NOFS", kReclaim | kIo},
                           {"GFP_NOIO", kReclaim},
                           {"GFP_ATOMIC", kHigh | kKswapdReclaim},
                           {"GFP_NOWAIT", kKswapdReclaim},
                           {"GFP_DMA", kDma},
                           {"GFP_DMA32", kDma32},
                           {"__GFP_HIGHMEM", kHighMemory},
                           {"__GFP_MOVABLE", kMovable},
                           {"__GFP_RECLAIMABLE", kReclaimable},
                           {"__GFP_HIGH", kHigh},
                           {"__GFP_IO", kIo},
                           {"__GFP_FS", kFs},
                           {"__GFP_ZERO", kZero},
                           {"__GFP_DIRECT_RECLAIM", kDirectReclaim},
                           {"__GFP_WRITE", kWrite},
                           {"__GFP_NOWARN", kNoWarn},
                           {"__GFP_RETRY_MAYFAIL", kRetryMayFail},
                           {"__GFP_NOFAIL", kNoFail},
                           {"__GFP_NORETRY", kNoRetry},
                           {"__GFP_MEMALLOC", kMemAlloc},
                           {"__GFP_COMP", kCompound},
                           {"__GFP_NOMEMALLOC", kNoMemAlloc},
                           {"__GFP_HARDWALL", kHardWall},
                           {"__GFP_THISNODE", kThisNode},
                           {"__GFP_ACCOUNT", kAccount},
                           {"__GFP_ZEROTAGS", kZeroTags}};

}  // namespace

void append_gfp_flags(std::string& out, std::uint64_t flags) {
  if (flags == 0) {
    out += '0';
    return;
  }
  std::string_view separator;
  for (const Flag& flag : kFlags) {
    if ((flags & flag.bits) != flag.bits) continue;
    out += concat(separator, flag.name);
    separator = "|";
    flags &= ~flag.bits;
  }
  if (flags != 0) out += concat(separator, "0x", hex(flags));
}

}  // namespace sonde::output
