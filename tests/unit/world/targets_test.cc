// What a target names, in the captured world; and the linker's cache.
#include "runtime/world/targets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "runtime/world/files.h"
#include "runtime/world/linker_cache.h"

namespace sonde::world {
namespace {

using testing::ElementsAre;

const std::string kWorld = std::string(SONDE_SOURCE_DIR) + "/tests/golden/world";
constexpr const char* kLibc = "/lib/x86_64-linux-gnu/libc.so.6";
constexpr const char* kLibgreet = "/lib/x86_64-linux-gnu/libgreet.so.1";

std::vector<std::string> resolve(std::string_view target, std::uint32_t pid = 0) {
  return Targets(kWorld).resolve(target, pid).value_or({"none"});
}

TEST(Targets, may_be_paths) {
  EXPECT_THAT(resolve("/usr/bin/greet"), ElementsAre("/usr/bin/greet"));
  EXPECT_THAT(resolve("usr/bin/greet"), ElementsAre("/usr/bin/greet"));
  EXPECT_THAT(resolve("./usr/bin/greet"), ElementsAre("/usr/bin/greet"));
}

TEST(Targets, may_be_names_in_path) {
  EXPECT_THAT(resolve("greet"), ElementsAre("/usr/bin/greet"));
  EXPECT_THAT(resolve("bash"), ElementsAre("/bin/bash"));
}

TEST(Targets, may_be_libraries) {
  EXPECT_THAT(resolve("libc"), ElementsAre(kLibc));
  EXPECT_THAT(resolve("libc.so.6"), ElementsAre(kLibc));
  EXPECT_THAT(resolve("libgreet"), ElementsAre(kLibgreet));
  EXPECT_THAT(resolve("libgreet", 4242), ElementsAre(kLibgreet));
  EXPECT_THAT(resolve("libgree"), ElementsAre("none"));
  EXPECT_THAT(resolve("libgreet.so.2"), ElementsAre("none"));
}

TEST(Targets, may_be_patterns) {
  EXPECT_THAT(resolve("/usr/bin/gree?"), ElementsAre("/usr/bin/greet"));
  EXPECT_THAT(resolve("/usr/bin/*"),
              ElementsAre("/usr/bin/greet", "/usr/bin/greet-32", "/usr/bin/greet-fixed",
                          "/usr/bin/greet-split", "/usr/bin/greet-stripped"));
  EXPECT_THAT(resolve("lib*"), ElementsAre(kLibgreet, kLibc));
  EXPECT_THAT(resolve("bas*"), ElementsAre("/bin/bash"));
}

TEST(Targets, give_a_file_with_two_names_once) {
  char root[] = "/tmp/sonde-links-XXXXXX";
  ASSERT_NE(::mkdtemp(root), nullptr);
  std::string link = std::string(root) + "/link", again = std::string(root) + "/link2";
  ASSERT_EQ(::symlink((kWorld + "/usr/bin/greet").c_str(), link.c_str()), 0);
  ASSERT_EQ(::symlink("link", again.c_str()), 0);
  EXPECT_THAT(Targets(root).resolve("/link*", 0).value_or({}), ElementsAre("/link"));
  ::unlink(again.c_str());
  ::unlink(link.c_str());
  ::rmdir(root);
}

TEST(Targets, may_be_a_process) {
  EXPECT_THAT(resolve("", 4242), ElementsAre("/usr/bin/greet"));
  EXPECT_THAT(resolve("*", 4242), ElementsAre(kLibc, kLibgreet, "/usr/bin/greet"));
  EXPECT_THAT(resolve("*"), ElementsAre(kLibc, kLibgreet, "/usr/bin/greet"));
  EXPECT_THAT(resolve("", 1), ElementsAre("none"));
}

struct Failure {
  std::string_view target;
  std::string_view message;
  std::string_view hint;
};
class FailureTest : public testing::TestWithParam<Failure> {};

TEST_P(FailureTest, says_why) {
  auto resolved = Targets(kWorld).resolve(GetParam().target, 0);
  ASSERT_FALSE(resolved);
  EXPECT_EQ(resolved.error().message, GetParam().message);
  EXPECT_EQ(resolved.error().hint, GetParam().hint);
}

INSTANTIATE_TEST_SUITE_P(
    targets, FailureTest,
    testing::Values(Failure{"", "target file is not given",
                            "name a file, a program or a library, or give a process with `-p`"},
                    Failure{"/usr/bin/greeet",
                            "target file '/usr/bin/greeet' does not exist or is not executable",
                            "did you mean `/usr/bin/greet`?"},
                    Failure{"gret", "target file 'gret' does not exist or is not executable",
                            "did you mean `greet`?"},
                    Failure{"libgret", "target file 'libgret' does not exist or is not executable",
                            "did you mean `libgreet`?"},
                    Failure{"/usr/bin/hello.sh",
                            "target file '/usr/bin/hello.sh' does not exist or is not executable",
                            "/usr/bin/hello.sh: not an ELF file"},
                    Failure{"/usr/bin",
                            "target file '/usr/bin' does not exist or is not executable",
                            "/usr/bin: Is a directory"},
                    Failure{"/nowhere/at/all",
                            "target file '/nowhere/at/all' does not exist or is not executable",
                            ""}));

TEST(LinkerCache, of_the_captured_world_is_read) {
  auto cache = MappedFile::open(kWorld + "/etc/ld.so.cache");
  ASSERT_TRUE(cache);
  auto libraries = parse_linker_cache(cache->bytes());
  ASSERT_TRUE(libraries);
  ASSERT_EQ(libraries->size(), 2u);
  EXPECT_EQ((*libraries)[0].name, "libgreet.so.1");
  EXPECT_EQ((*libraries)[0].path, kLibgreet);
}

TEST(LinkerCache, may_begin_with_the_old_table) {
  auto cache = read_file(kWorld + "/etc/ld.so.cache");
  ASSERT_TRUE(cache);
  std::string old("ld.so-1.7.0\0\1\0\0\0", 16);
  // One entry of 12 bytes ends at 28, and the next table begins at 32.
  std::string with_old_table = old + std::string(16, '\0') + *cache;
  auto libraries = parse_linker_cache(with_old_table);
  ASSERT_TRUE(libraries);
  EXPECT_EQ(libraries->size(), 2u);
}

TEST(LinkerCache, truncated_anywhere_never_faults) {
  auto cache = read_file(kWorld + "/etc/ld.so.cache");
  ASSERT_TRUE(cache);
  for (std::size_t size = 0; size < cache->size(); ++size) {
    auto libraries = parse_linker_cache(std::string_view(*cache).substr(0, size));
    if (libraries) {
      EXPECT_LE(libraries->size(), 2u);
    }
  }
}

TEST(LinkerCache, names_libraries_as_people_do) {
  EXPECT_TRUE(is_library_named("libc.so.6", "libc"));
  EXPECT_TRUE(is_library_named("libc.so", "libc"));
  EXPECT_TRUE(is_library_named("libc-2.31.so", "libc"));
  EXPECT_TRUE(is_library_named("libssl.so.3", "libssl.so.3"));
  EXPECT_TRUE(is_library_named("libz.so.1.2.13", "libz.so.1"));
  EXPECT_FALSE(is_library_named("libcap.so.2", "libc"));
  EXPECT_FALSE(is_library_named("libc_malloc_debug.so.0", "libc"));
  EXPECT_FALSE(is_library_named("libssl.so.31", "libssl.so.3"));
  EXPECT_FALSE(is_library_named("libc-client.so", "libc"));
}

}  // namespace
}  // namespace sonde::world
