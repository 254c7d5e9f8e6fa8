// Stacks become text: kernel frames from a captured kallsyms, user frames from this very process.
#include "runtime/symbolize/symbolizer.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "lexer/base/concat.h"
#include "tests/unit/output/fake_run.h"

// A function with a name of its own that lies in this executable.
extern "C" __attribute__((noinline, used)) int symbolizer_test_landmark(int value) {
  return value * 3 + 1;
}

namespace sonde::symbolize {
namespace {

using events::Stack;
using image::StackHandle;
using image::StackMode;

class Symbols : public ::testing::Test {
 protected:
  Symbols() {
    run.manifest.stacks = run.manifest.bpf_maps.push_back({.name = "stacks"});
    char pattern[] = "/tmp/symbolizer.XXXXXX";
    root = ::mkdtemp(pattern);
    ::mkdir((root + "/proc").c_str(), 0755);
    std::ofstream(root + "/proc/kallsyms") << "ffffffff81000000 T first\n"
                                              "ffffffff81000100 t second\n"
                                              "ffffffff81000180 D data\n"
                                              "ffffffffc0000000 t in_module\t[extra]\n";
  }
  ~Symbols() override {
    ::unlink((root + "/proc/kallsyms").c_str());
    ::rmdir((root + "/proc").c_str());
    ::rmdir(root.c_str());
  }
  StackHandle stack(std::uint64_t hash, std::uint32_t pid, std::vector<std::uint64_t> addresses) {
    std::string value = raw<std::uint64_t>(addresses.size());
    for (std::uint64_t address : addresses) value += raw(address);
    run.store.elements[run.manifest.stacks][raw(hash)] = value;
    return {hash, 0, pid, static_cast<std::uint32_t>(addresses.size())};
  }
  static Stack kernel(StackHandle handle, StackMode mode = StackMode::kSymbols) {
    return {.handle = handle, .is_kernel = true, .mode = mode};
  }
  static Stack user(StackHandle handle, StackMode mode = StackMode::kSymbols) {
    return {.handle = handle, .is_kernel = false, .mode = mode};
  }

  FakeRun run;
  std::string root;
};

const auto kLandmark = reinterpret_cast<std::uint64_t>(&symbolizer_test_landmark);

TEST_F(Symbols, KernelFramesShowSymbolAndDecimalOffset) {
  Symbolizer symbolizer(run.manifest, run.store, {.root = root});
  StackHandle handle =
      stack(1, 0, {0xffffffff81000010, 0xffffffff81000100, 0xffffffffc0000005, 0x10});
  EXPECT_EQ(symbolizer.text(kernel(handle), FrameSpaces::kYes),
            "\n        first+16\n        second+0\n        in_module+5\n        0x10\n");
  EXPECT_EQ(symbolizer.text(kernel(handle), FrameSpaces::kNo),
            "\nfirst+16\nsecond+0\nin_module+5\n0x10\n");
  EXPECT_EQ(symbolizer.text(kernel(handle, StackMode::kPerf), FrameSpaces::kYes),
            "\n\tffffffff81000010 first+16\n\tffffffff81000100 second+0\n"
            "\tffffffffc0000005 in_module+5\n\t10 0x10\n");
  EXPECT_EQ(symbolizer.text(kernel(handle, StackMode::kRaw), FrameSpaces::kYes),
            "\nffffffff81000010\nffffffff81000100\nffffffffc0000005\n10\n");
}

TEST_F(Symbols, TheHandleLimitsTheFrames) {
  Symbolizer symbolizer(run.manifest, run.store, {.root = root});
  StackHandle handle = stack(1, 0, {0xffffffff81000010, 0xffffffff81000100});
  handle.frame_count = 1;
  EXPECT_EQ(symbolizer.text(kernel(handle), FrameSpaces::kYes), "\n        first+16\n");
}

TEST_F(Symbols, EmptyAndUnknownStacksAreOneLineEnd) {
  Symbolizer symbolizer(run.manifest, run.store, {.root = root});
  EXPECT_EQ(symbolizer.text(kernel({0, 0, 0, 0}), FrameSpaces::kYes), "\n");
  EXPECT_EQ(symbolizer.text(kernel({77, 0, 0, 3}), FrameSpaces::kYes), "\n");
}

TEST_F(Symbols, ADamagedTraceShowsTheFramesThatAreThere) {
  Symbolizer symbolizer(run.manifest, run.store, {.root = root});
  run.store.elements[run.manifest.stacks][raw<std::uint64_t>(5)] =
      raw<std::uint64_t>(9) + raw<std::uint64_t>(0xffffffff81000001);
  EXPECT_EQ(symbolizer.text(kernel({5, 0, 0, 9}), FrameSpaces::kYes), "\n        first+1\n");
}

TEST_F(Symbols, UserFramesResolveInALivingProcess) {
  Symbolizer symbolizer(run.manifest, run.store, {});
  auto pid = static_cast<std::uint32_t>(::getpid());
  StackHandle handle = stack(2, pid, {kLandmark, kLandmark + 4, 0x10});
  EXPECT_EQ(
      symbolizer.text(user(handle), FrameSpaces::kYes),
      "\n        symbolizer_test_landmark+0\n        symbolizer_test_landmark+4\n        0x10\n");
  char self[4096];
  ssize_t size = ::readlink("/proc/self/exe", self, sizeof self);
  std::string path(self, static_cast<std::size_t>(size));
  EXPECT_EQ(symbolizer.text(user(handle, StackMode::kPerf), FrameSpaces::kYes),
            concat("\n\t", hex(kLandmark), " symbolizer_test_landmark+0 (", path, ")\n\t",
                   hex(kLandmark + 4), " symbolizer_test_landmark+4 (", path,
                   ")\n\t10 0x10 ([unknown])\n"));
}

TEST_F(Symbols, WhatWasNotedResolvesWithoutTheProcess) {
  Symbolizer symbolizer(run.manifest, run.store, {});
  constexpr std::uint32_t kGone = 4194303;
  StackHandle handle = stack(3, kGone, {kLandmark});
  StackHandle later = stack(4, kGone, {kLandmark});
  later.hash = 4;
  EXPECT_EQ(symbolizer.text(user(handle), FrameSpaces::kYes),
            concat("\n        0x", hex(kLandmark), "\n"));
  auto mappings = world::process_mappings("", static_cast<std::uint32_t>(::getpid()));
  ASSERT_TRUE(mappings);
  for (const world::Mapping& mapping : *mappings) symbolizer.note_mapping(kGone, mapping);
  EXPECT_EQ(symbolizer.text(user(later), FrameSpaces::kYes),
            "\n        symbolizer_test_landmark+0\n");
}

TEST_F(Symbols, APidThatWasGivenToAnotherProcessResolvesNothing) {
  Symbolizer symbolizer(run.manifest, run.store, {});
  auto pid = static_cast<std::uint32_t>(::getpid());
  symbolizer.note_process(pid);
  StackHandle handle = stack(6, pid, {kLandmark});
  handle.start_time = 1;  // nanoseconds after boot: not this process
  EXPECT_EQ(symbolizer.text(user(handle), FrameSpaces::kYes),
            concat("\n        0x", hex(kLandmark), "\n"));
}

}  // namespace
}  // namespace sonde::symbolize
