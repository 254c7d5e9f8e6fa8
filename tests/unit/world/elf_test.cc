// Executables and libraries of the captured world, and damaged ones.
#include "runtime/world/elf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "runtime/world/files.h"

namespace sonde::world {
namespace {

using testing::ElementsAre;
using testing::EndsWith;

const std::string kWorld = std::string(SONDE_SOURCE_DIR) + "/tests/golden/world";

std::vector<std::string> names(const std::string& path, std::string_view pattern) {
  std::vector<std::string> found;
  auto file = ElfFile::open(kWorld + path, kWorld);
  if (!file) return found;
  auto functions = file->functions(pattern);
  if (!functions) return found;
  for (const ElfFunction& function : *functions) found.push_back(function.name);
  return found;
}

// A file with these bytes, removed in the end.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view bytes) {
    int fd = ::mkstemp(path_);
    EXPECT_GE(fd, 0);
    EXPECT_EQ(::write(fd, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    ::close(fd);
  }
  ~TemporaryFile() { ::unlink(path_); }
  const char* path() const { return path_; }

 private:
  char path_[32] = "/tmp/sonde-elf-XXXXXX";
};

TEST(ElfFile, lists_functions_by_name) {
  EXPECT_THAT(names("/usr/bin/greet", "*"),
              ElementsAre("_start", "count_words", "greet", "greet_twice", "main"));
  EXPECT_THAT(names("/usr/bin/greet", "greet*"), ElementsAre("greet", "greet_twice"));
  EXPECT_THAT(names("/usr/bin/greet", "greet"), ElementsAre("greet"));
  EXPECT_THAT(names("/usr/bin/greet", "great"), ElementsAre());
  EXPECT_THAT(names("/lib/x86_64-linux-gnu/libc.so.6", "*alloc"),
              ElementsAre("calloc", "malloc", "realloc"));
}

TEST(ElfFile, of_32_bits_works_as_well) {
  EXPECT_THAT(names("/usr/bin/greet-32", "greet*"), ElementsAre("greet", "greet_twice"));
  auto file = ElfFile::open(kWorld + "/usr/bin/greet-32", kWorld);
  ASSERT_TRUE(file);
  EXPECT_FALSE(file->is_native());
  EXPECT_FALSE(file->is_shared_object());
}

TEST(ElfFile, places_functions_by_its_program_headers) {
  for (const char* path : {"/usr/bin/greet", "/usr/bin/greet-fixed", "/usr/bin/greet-32"}) {
    auto file = ElfFile::open(kWorld + path, kWorld);
    ASSERT_TRUE(file);
    auto functions = file->functions("greet");
    ASSERT_TRUE(functions);
    ASSERT_EQ(functions->size(), 1u) << path;
    const ElfFunction& greet = functions->front();
    auto bytes = read_file(kWorld + path);
    ASSERT_TRUE(bytes);
    // The code of `greet` returns its argument plus one: lea 1(%rdi),%eax; ret, or mov 4(%esp),%eax
    // in 32 bits.
    std::string_view code = std::string_view(*bytes).substr(greet.file_offset, 4);
    bool is_64_bit = std::string_view(path) != "/usr/bin/greet-32";
    EXPECT_EQ(code, is_64_bit ? "\x8d\x47\x01\xc3" : "\x8b\x44\x24\x04") << path;
    EXPECT_EQ(file->address_at(greet.file_offset), greet.address);
  }
  auto fixed = ElfFile::open(kWorld + "/usr/bin/greet-fixed", kWorld);
  EXPECT_GE(fixed->functions("greet")->front().address, 0x400000u);
  EXPECT_LT(fixed->functions("greet")->front().file_offset, 0x1000u);
  EXPECT_FALSE(fixed->file_offset(0x10));
  EXPECT_FALSE(fixed->address_at(0x1000000));
}

TEST(ElfFile, has_a_build_id_or_none) {
  auto file = ElfFile::open(kWorld + "/usr/bin/greet", kWorld);
  EXPECT_EQ(file->build_id().size(), 40u);
  EXPECT_EQ(ElfFile::open(kWorld + "/bin/bash", kWorld)->build_id(), "");
}

TEST(ElfFile, stripped_is_told_apart_from_no_match) {
  auto file = ElfFile::open(kWorld + "/usr/bin/greet-stripped", kWorld);
  ASSERT_TRUE(file);
  auto functions = file->functions("main");
  ASSERT_FALSE(functions);
  EXPECT_THAT(functions.error().message,
              EndsWith("greet-stripped: stripped: the file has no symbol table"));
}

TEST(ElfFile, stripped_may_have_its_symbols_elsewhere) {
  EXPECT_THAT(names("/usr/bin/greet-split", "greet*"), ElementsAre("greet", "greet_twice"));
  std::string path = kWorld + "/usr/bin/greet-split";
  EXPECT_FALSE(ElfFile::open(path, "/nonexistent")->functions("greet"));
  std::uint64_t start = ElfFile::open(path, kWorld)->functions("greet")->front().file_offset;
  auto symbols = ElfSymbols::read(path, kWorld);
  ASSERT_TRUE(symbols);
  EXPECT_EQ(symbols->resolve(start + 1)->name, "greet");
}

TEST(ElfFile, says_what_is_wrong) {
  EXPECT_EQ(ElfFile::open("/nonexistent", "").error().code, ENOENT);
  EXPECT_EQ(ElfFile::open("/tmp", "").error().code, EISDIR);
  EXPECT_EQ(ElfFile::open("/dev/null", "").error().message, "/dev/null: not a regular file");
  EXPECT_THAT(ElfFile::open(kWorld + "/usr/bin/hello.sh", "").error().message,
              EndsWith(": not an ELF file"));
  TemporaryFile empty("");
  EXPECT_THAT(ElfFile::open(empty.path(), "").error().message, EndsWith(": not an ELF file"));
}

TEST(ElfFile, truncated_anywhere_never_faults) {
  auto bytes = read_file(kWorld + "/usr/bin/greet");
  ASSERT_TRUE(bytes);
  for (std::size_t size = 0; size < bytes->size(); size += 61) {
    TemporaryFile cut(std::string_view(*bytes).substr(0, size));
    auto file = ElfFile::open(cut.path(), "");
    if (!file) continue;
    auto functions = file->functions("*");
    if (functions) {
      EXPECT_LE(functions->size(), 5u);
    }
    file->build_id();
  }
}

TEST(ElfFile, with_damaged_headers_never_faults) {
  auto bytes = read_file(kWorld + "/usr/bin/greet");
  ASSERT_TRUE(bytes);
  for (std::size_t at = 4; at < bytes->size(); at += at < 400 ? 1 : 37) {
    std::string damaged = *bytes;
    damaged[at] = static_cast<char>(0xff);
    TemporaryFile copy(damaged);
    auto file = ElfFile::open(copy.path(), "");
    if (!file) continue;
    auto functions = file->functions("*");
    file->build_id();
    auto symbols = ElfSymbols::read(copy.path(), "");
    if (symbols) symbols->resolve(0x280);
  }
}

TEST(ElfSymbols, name_the_function_around_a_place) {
  std::string path = kWorld + "/usr/bin/greet";
  auto symbols = ElfSymbols::read(path, kWorld);
  ASSERT_TRUE(symbols);
  std::uint64_t start = ElfFile::open(path, kWorld)->functions("greet")->front().file_offset;
  auto place = symbols->resolve(start + 3);
  ASSERT_TRUE(place);
  EXPECT_EQ(place->name, "greet");
  EXPECT_EQ(place->offset, 3u);
  EXPECT_FALSE(symbols->resolve(0));
  EXPECT_FALSE(symbols->resolve(~0ull));
}

}  // namespace
}  // namespace sonde::world
