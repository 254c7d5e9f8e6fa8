// Kernel symbols from text.
#include "runtime/world/kallsyms.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace sonde::world {
namespace {

constexpr std::string_view kText =
    "0000000000000000 A fixed_percpu_data\n"
    "ffffffff81000100 t helper\n"
    "ffffffff81000000 T _stext\n"
    "ffffffff81000000 T start\n"
    "ffffffff81000200 D table\n"
    "ffffffff81000300 d other_table\n"
    "ffffffffc0000000 t packet_in\t[nf_conntrack]\n"
    "ffffffffc0000040 t packet_out\t[nf_conntrack]\n"
    "ffffffffc0001000 t bpf_prog_1\t[bpf]\n"
    "garbage\n\nffffffff\n";

std::string describe(const KernelSymbols& symbols, std::uint64_t address) {
  auto found = symbols.resolve(address);
  if (!found) return "none";
  return std::string(found->name) + "+" + std::to_string(found->offset) + " " +
         std::string(found->module);
}

TEST(KernelSymbols, resolve_addresses) {
  auto symbols = KernelSymbols::parse(kText);
  ASSERT_TRUE(symbols);
  EXPECT_EQ(describe(*symbols, 0xffffffff81000000), "_stext+0 ");
  EXPECT_EQ(describe(*symbols, 0xffffffff810000ff), "_stext+255 ");
  EXPECT_EQ(describe(*symbols, 0xffffffff81000101), "helper+1 ");
  EXPECT_EQ(describe(*symbols, 0xffffffffc0000041), "packet_out+1 nf_conntrack");
  EXPECT_EQ(describe(*symbols, 0xffffffffc0001002), "bpf_prog_1+2 bpf");
}

TEST(KernelSymbols, end_where_data_begins) {
  auto symbols = KernelSymbols::parse(kText);
  ASSERT_TRUE(symbols);
  EXPECT_EQ(describe(*symbols, 0xffffffff81000200), "none");
  EXPECT_EQ(describe(*symbols, 0xffffffff81000fff), "none");
  EXPECT_EQ(describe(*symbols, 0x1000), "none");
}

TEST(KernelSymbols, hidden_addresses_are_an_error) {
  auto symbols = KernelSymbols::parse("0000000000000000 T _stext\n0000000000000000 t helper\n");
  ASSERT_FALSE(symbols);
  EXPECT_EQ(symbols.error().code, EPERM);
  EXPECT_FALSE(KernelSymbols::parse(""));
  EXPECT_EQ(KernelSymbols::read("/nonexistent/kallsyms").error().code, ENOENT);
}

TEST(FindKernelSymbol, takes_data_too_and_says_what_is_missing) {
  constexpr std::string_view kText =
      "0000000000034c00 A runqueues\nffffffff81234560 T vfs_read\n"
      "ffffffffc0000000 t vfs_read\t[module]\n";
  EXPECT_EQ(*find_kernel_symbol(kText, "vfs_read"), 0xffffffff81234560);
  EXPECT_EQ(*find_kernel_symbol(kText, "runqueues"), 0x34c00u);
  EXPECT_EQ(find_kernel_symbol(kText, "vfs_rea").error().code, ENOENT);
  EXPECT_EQ(find_kernel_symbol("0000000000000000 T vfs_read\n", "vfs_read").error().code, EPERM);
}

}  // namespace
}  // namespace sonde::world
