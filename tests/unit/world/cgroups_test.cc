#include "runtime/world/cgroups.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace sonde::world {
namespace {

constexpr std::string_view kMounts =
    "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
    "32 31 0:29 / /sys/fs/cgroup/memory rw,relatime shared:4 - cgroup cgroup rw,memory\n"
    "33 31 0:30 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpuacct,cpu\n"
    "40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd\n"
    "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n"
    "broken\n";

TEST(Cgroups, TheUnifiedHierarchyComesFirstThenTheOthersByName) {
  auto found = parse_cgroup_hierarchies(kMounts);
  ASSERT_EQ(found.size(), 4u);
  EXPECT_EQ(found[0].name, "unified");
  EXPECT_EQ(found[0].mount, "/sys/fs/cgroup/unified");
  EXPECT_EQ(found[1].name, "cpu,cpuacct");
  EXPECT_EQ(found[2].name, "memory");
  EXPECT_EQ(found[3].name, "systemd");
}

TEST(Cgroups, AGroupIsFoundByItsInode) {
  char pattern[] = "/tmp/cgroups_test.XXXXXX";
  std::string root = ::mkdtemp(pattern);
  namespace fs = std::filesystem;
  fs::create_directories(root + "/proc/self");
  fs::create_directories(root + "/all/a/b");
  fs::create_directories(root + "/old/c");
  std::ofstream(root + "/proc/self/mountinfo")
      << "1 1 0:1 / /all rw - cgroup2 none rw\n2 1 0:2 / /old rw - cgroup none rw,memory\n";
  auto inode = [&](const char* path) {
    struct stat status{};
    EXPECT_EQ(::stat((root + path).c_str(), &status), 0);
    return status.st_ino;
  };
  EXPECT_EQ(cgroup_paths(root, inode("/all/a/b"), ""), "unified:/a/b");
  EXPECT_EQ(cgroup_paths(root, inode("/all"), ""), "unified:/");
  EXPECT_EQ(cgroup_paths(root, inode("/old/c"), "mem*"), "memory:/c");
  EXPECT_EQ(cgroup_paths(root, inode("/old/c"), "unified"), "");
  EXPECT_EQ(cgroup_paths(root, 0, ""), "");
  fs::remove_all(root);
}

}  // namespace
}  // namespace sonde::world
