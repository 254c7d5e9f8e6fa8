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

// One whose name C++ mangles.
__attribute__((noinline, used)) int cpp_landmark(int value) {
  return value * 5 + 2;
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

TEST_F(Symbols, SymbolsHaveNoOffsetAndUnknownOnesAreTheirAddress) {
  Symbolizer symbolizer(run.manifest, run.store, {});
  auto pid = static_cast<std::uint32_t>(::getpid());
  auto user_symbol = [&](std::uint64_t address) {
    return symbolizer.text(events::Lookup{image::UserAddress{address, pid, 0}});
  };
  EXPECT_EQ(user_symbol(kLandmark + 4), "symbolizer_test_landmark");
  EXPECT_EQ(user_symbol(0x10), "0x10");
  EXPECT_EQ(user_symbol(0), "0");
  Symbolizer kernel_symbols(run.manifest, run.store, {.root = root});
  auto kernel_symbol = [&](std::uint64_t address) {
    return kernel_symbols.text(events::Lookup{events::KernelSymbol{address}});
  };
  EXPECT_EQ(kernel_symbol(0xffffffff81000001), "first");
  EXPECT_EQ(kernel_symbol(0x10), "0x10");
  EXPECT_EQ(kernel_symbol(0), "0");
}

TEST_F(Symbols, FramesWithABuildIdShowItAndTheirPlaceInTheFile) {
  Symbolizer symbolizer(run.manifest, run.store, {});
  image::BuildIdFrame found{.status = image::kBuildIdFound, .build_id = {0xab, 0x01}, .place = 0xf};
  image::BuildIdFrame bare{.status = 2, .build_id = {}, .place = 0x7f01};
  run.store.elements[run.manifest.stacks][raw<std::uint64_t>(8)] =
      raw<std::uint64_t>(2) + raw(found) + raw(bare);
  StackHandle handle{8, 0, 1, 2};
  EXPECT_EQ(symbolizer.text(user(handle, StackMode::kBuildId), FrameSpaces::kYes),
            "\nab01000000000000000000000000000000000000 0x0f\n7f01\n");
}

TEST_F(Symbols, CppNamesAreWrittenAsTheSettingAsks) {
  auto pid = static_cast<std::uint32_t>(::getpid());
  auto address = reinterpret_cast<std::uint64_t>(&cpp_landmark);
  Symbolizer readable(run.manifest, run.store, {});
  EXPECT_EQ(readable.text(events::Lookup{image::UserAddress{address, pid, 0}}),
            "cpp_landmark(int)");
  Symbolizer plain(run.manifest, run.store, {.demangles = false});
  EXPECT_EQ(plain.text(events::Lookup{image::UserAddress{address, pid, 0}}), "_Z12cpp_landmarki");
}

TEST_F(Symbols, DatesCountFromBootOrFrom1970) {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  auto format = run.manifest.texts.push_back("%Y.%l");
  auto id = static_cast<std::uint32_t>(format);
  std::vector<std::string> troubles;
  Symbolizer symbolizer(run.manifest, run.store, {.on_trouble = [&](const Error& error) {
                          troubles.push_back(error.message);
                        }});
  auto date = [&](image::Timestamp timestamp) {
    return symbolizer.text(events::Lookup{timestamp});
  };
  EXPECT_EQ(date({1'700'000'000'012'000'000, id, 1}), "2023.012");
  EXPECT_NE(date({1'000'000'000, id, 0}), "1970.000");
  EXPECT_EQ(date({0, id, 1}), "(?)");
  EXPECT_EQ(date({1, id + 1, 1}), "(?)");
  EXPECT_TRUE(troubles.empty());
  run.manifest.texts.push_back("");
  EXPECT_EQ(date({1, id + 1, 1}), "(?)");
  EXPECT_EQ(troubles.size(), 1u);
}

}  // namespace
}  // namespace sonde::symbolize
