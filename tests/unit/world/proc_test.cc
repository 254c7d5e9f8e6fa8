// The texts of procfs and sysfs.
#include "runtime/world/proc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace sonde::world {
namespace {

using testing::ElementsAre;

const std::string kWorld = std::string(SONDE_SOURCE_DIR) + "/tests/golden/world";

TEST(CpuList, is_ranges) {
  EXPECT_EQ(parse_cpu_list("0\n"), (std::vector<std::uint32_t>{0}));
  EXPECT_EQ(parse_cpu_list("0-3,6\n"), (std::vector<std::uint32_t>{0, 1, 2, 3, 6}));
}

TEST(CpuList, malformed_is_none) {
  for (const char* text : {"", "\n", "a", "3-1", "0-", "0,", "0-3x", "0-99999999", "4294967296"})
    EXPECT_FALSE(parse_cpu_list(text)) << text;
}

TEST(Mappings, are_the_executable_ones_of_files) {
  auto mappings = parse_mappings(
      "400000-401000 r--p 00000000 fe:00 1 /bin/a b\n"
      "401000-402000 r-xp 00001000 fe:00 1                          /bin/a b\n"
      "7f0000-7f1000 r-xp 00000000 fe:00 2 /lib/gone.so (deleted)\n"
      "7f2000-7f3000 r-xp 00000000 00:00 0 [vdso]\n"
      "7f4000-7f5000 rwxp 00000000 00:00 0 \n"
      "nonsense\n\n-\n1-2\n1-2 r-xp\n");
  ASSERT_EQ(mappings.size(), 1u);
  EXPECT_EQ(mappings[0].start, 0x401000u);
  EXPECT_EQ(mappings[0].end, 0x402000u);
  EXPECT_EQ(mappings[0].offset, 0x1000u);
  EXPECT_EQ(mappings[0].path, "/bin/a b");
}

TEST(Process, start_time_survives_odd_names) {
  EXPECT_EQ(process_start_time(kWorld, 4242), 777u);  // its name is "greet me"
  EXPECT_EQ(process_start_time(kWorld, 1), std::nullopt);
  EXPECT_GT(process_start_time("", static_cast<std::uint32_t>(getpid())).value_or(0), 0u);
}

TEST(Process, exists_or_not) {
  EXPECT_TRUE(process_exists(kWorld, 4242));
  EXPECT_FALSE(process_exists(kWorld, 4243));
  EXPECT_TRUE(process_exists("", static_cast<std::uint32_t>(getpid())));
  auto ids = process_ids(kWorld);
  ASSERT_TRUE(ids);
  EXPECT_THAT(*ids, ElementsAre(4242u));
}

TEST(Process, executable_is_where_its_link_points) {
  auto path = process_executable(kWorld, 4242);
  ASSERT_TRUE(path);
  EXPECT_EQ(*path, "/usr/bin/greet");
  EXPECT_FALSE(process_executable(kWorld, 1));
}

TEST(Process, shares_the_mounts_of_this_one) {
  auto self = static_cast<std::uint32_t>(getpid());
  EXPECT_EQ(path_in_process("", self, "/bin/sh"), "/bin/sh");
}

TEST(Process, that_is_ending_has_no_root_to_look_below) {
  char folder[] = "/tmp/sonde-proc-XXXXXX";
  ASSERT_NE(::mkdtemp(folder), nullptr);
  std::filesystem::path root(folder);
  std::filesystem::create_directories(root / "proc/7/ns");
  std::filesystem::create_symlink("mnt:[1]", root / "proc/7/ns/mnt");
  EXPECT_EQ(path_in_process(root, 7, "/bin/sh"), "/bin/sh");
  std::filesystem::create_symlink("/", root / "proc/7/root");
  EXPECT_EQ(path_in_process(root, 7, "/bin/sh"), "/proc/7/root/bin/sh");
  std::filesystem::remove_all(root);
}

TEST(PidNamespace, of_this_process_is_known) {
  EXPECT_NE(own_pid_namespace().inode, 0u);
  EXPECT_NE(own_pid_namespace().device, 0u);
}

}  // namespace
}  // namespace sonde::world
