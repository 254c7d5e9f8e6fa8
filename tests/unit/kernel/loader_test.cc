// What the loader asks of the kernel, in which order, and what it makes of a refusal.
#include "runtime/kernel/loader.h"

#include <gtest/gtest.h>

#include "codegen/image/wire.h"
#include "tests/unit/kernel/fake_system.h"
#include "tests/unit/kernel/object_writer.h"

namespace sonde::kernel {
namespace {

using image::MapStorage;

// One program `probe-1`, which returns 0, and the given maps.
image::ProgramImage one_program() {
  ObjectWriter writer;
  auto code = writer.add_code("probes", {kMoveZero, kExit});
  writer.add_function("probe-1", code, 0, 2);
  image::ProgramImage image;
  image.elf = writer.text();
  image.manifest.license = "GPL";
  image.manifest.programs.push_back(
      {.name = "probe-1", .type = ProgramType::kRawTracepoint, .span = {}});
  return image;
}

image::BpfMap array(std::string name, std::uint32_t value_size) {
  image::BpfMap map;
  map.name = std::move(name);
  map.storage = MapStorage::kArray;
  map.key_size = 4;
  map.value_size = value_size;
  map.max_entries = 1;
  return map;
}

image::BpfMap constants_map() {
  image::BpfMap map = array("constants", sizeof(image::Constants));
  map.is_constant = true;
  return map;
}

image::BpfMap ring_map(std::uint32_t size) {
  image::BpfMap map;
  map.name = "ring";
  map.storage = MapStorage::kRing;
  map.max_entries = size;
  return map;
}

struct Outcome {
  Result<LoadedObject> object;
  std::optional<VerifierRejection> rejection;
};
Outcome load_with(FakeSystem& system, const image::ProgramImage& image, LoadOptions options = {}) {
  std::optional<VerifierRejection> rejection;
  auto object = load(system, image, options, rejection);
  return {std::move(object), std::move(rejection)};
}

TEST(Loader, MapsAreNamedAsTheKernelAccepts) {
  auto image = one_program();
  image.manifest.bpf_maps.push_back(array("@reads_by_process", 8));
  FakeSystem system;
  ASSERT_TRUE(load_with(system, image).object);
  EXPECT_EQ(system.maps[0].name, "_reads_by_proce");
  EXPECT_EQ(system.programs[0].name, "probe_1");
}

TEST(Loader, ConstantsAreFilledAndFrozenBeforeAnyProgramIsLoaded) {
  auto image = one_program();
  image.manifest.constants = image.manifest.bpf_maps.push_back(constants_map());
  image.manifest.ring = image.manifest.bpf_maps.push_back(ring_map(1 << 16));
  FakeSystem system;
  LoadOptions options;
  options.target_pid = 41;
  options.child_pid = 42;
  options.possible_cpus = 3;
  options.pid_namespace = {.device = 4, .inode = 5, .is_initial = false};
  auto outcome = load_with(system, image, options);
  ASSERT_TRUE(outcome.object) << outcome.object.error().message;
  EXPECT_EQ(system.maps[0].flags, BPF_F_RDONLY_PROG);
  auto position = [&](std::string_view call) { return std::ranges::find(system.calls, call); };
  EXPECT_LT(position("update constants"), position("freeze constants"));
  EXPECT_LT(position("freeze constants"), position("load_program probe_1"));
  image::Constants constants;
  ASSERT_EQ(system.elements.size(), 1u);
  std::memcpy(&constants, system.elements.begin()->second.data(), sizeof constants);
  EXPECT_EQ(constants.target_pid, 41u);
  EXPECT_EQ(constants.child_pid, 42u);
  EXPECT_EQ(constants.possible_cpus, 3u);
  EXPECT_EQ(constants.pid_namespace_device, 4u);
  EXPECT_EQ(constants.pid_namespace_inode, 5u);
  EXPECT_EQ(constants.ring_data_limit, 57344u);  // seven eighths
  EXPECT_GT(constants.start_boot_ns, 0u);
}

TEST(Loader, ConstantMapDefinedInTheObjectStartsWithItsBytes) {
  ObjectWriter writer;
  auto code = writer.add_code("probes", {kMoveZero, kExit});
  writer.add_function("probe-1", code, 0, 2);
  auto data = writer.add_section(".rodata", "..text", SHF_ALLOC);
  writer.add_symbol("literals", data, 2, 4, STT_OBJECT);
  auto image = one_program();
  image.elf = writer.text();
  image::BpfMap literals = array("literals", 8);
  literals.is_constant = true;
  image.manifest.bpf_maps.push_back(literals);
  FakeSystem system;
  ASSERT_TRUE(load_with(system, image).object);
  EXPECT_EQ(system.elements.begin()->second, std::string("text\0\0\0\0", 8));
}

TEST(Loader, SharedMapsAreMappableAndHashesPreallocated) {
  auto image = one_program();
  image::BpfMap shared = array("shared", 64);
  shared.is_mapped = true;
  image.manifest.bpf_maps.push_back(shared);
  image::BpfMap hash = array("hash", 8);
  hash.storage = MapStorage::kPerCpuHash;
  image.manifest.bpf_maps.push_back(hash);
  hash.grows = true;
  image.manifest.bpf_maps.push_back(hash);
  FakeSystem system;
  ASSERT_TRUE(load_with(system, image).object);
  EXPECT_EQ(system.maps[0].flags, BPF_F_MMAPABLE);
  EXPECT_EQ(system.maps[1].flags, 0u);
  EXPECT_EQ(system.maps[2].flags, BPF_F_NO_PREALLOC);
  EXPECT_EQ(system.maps[1].type, BPF_MAP_TYPE_PERCPU_HASH);
}

TEST(Loader, StopWordAndLossCountersAreShared) {
  auto image = one_program();
  image.manifest.losses.push_back({});
  image.manifest.losses.push_back({});
  image::BpfMap control = array("control", 24);
  control.is_mapped = true;
  image.manifest.control = image.manifest.bpf_maps.push_back(control);
  FakeSystem system;
  auto outcome = load_with(system, image);
  ASSERT_TRUE(outcome.object);
  EXPECT_FALSE(outcome.object->control.programs_stopped());
  outcome.object->control.stop_programs();
  EXPECT_TRUE(outcome.object->control.programs_stopped());
  EXPECT_EQ(outcome.object->control.lost(image::LossId{1}), 0u);
}

TEST(Loader, ProgramLoadsWithoutLogWhenItCan) {
  FakeSystem system;
  ASSERT_TRUE(load_with(system, one_program()).object);
  EXPECT_EQ(system.calls, std::vector<std::string>{"load_program probe_1"});
}

TEST(Loader, ProgramsOfMultiLinksAreLoadedAsSuch) {
  auto image = one_program();
  image.manifest.programs[image::ProgramId{0}].type = ProgramType::kKprobe;
  image::Probe probe;
  probe.strategy = Strategy::kUretprobeMulti;
  probe.program = image::ProgramId{0};
  image.manifest.probes.push_back(probe);
  FakeSystem system;
  ASSERT_TRUE(load_with(system, image).object);
  EXPECT_EQ(system.programs[0].expected_attach_type, 48u);
  EXPECT_EQ(system.programs[0].type, BPF_PROG_TYPE_KPROBE);
}

TEST(Loader, BtfThatTheKernelRefusesIsDoneWithout) {
  ObjectWriter writer;
  auto code = writer.add_code("probes", {kMoveZero, kExit});
  writer.add_function("probe-1", code, 0, 2);
  std::string btf("\x9f\xeb\x01\0\x18\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0", 25);
  writer.add_section(".BTF", btf);
  auto image = one_program();
  image.elf = writer.text();
  FakeSystem system;
  system.fail = [](const std::string& call) { return call == "load_btf" ? EINVAL : 0; };
  ASSERT_TRUE(load_with(system, image).object);
  EXPECT_EQ(system.calls[0], "load_btf");
  EXPECT_EQ(system.programs[0].btf, -1);
}

TEST(Loader, RefusalSaysWhatTheVerifierSaid) {
  FakeSystem system;
  system.verifier_log = "0: (b7) r0 = 0\n1: (95) exit\nR1 is not what it should be\n";
  system.fail = [](const std::string& call) {
    return call.starts_with("load_program") ? EACCES : 0;
  };
  auto outcome = load_with(system, one_program());
  ASSERT_FALSE(outcome.object);
  EXPECT_EQ(
      outcome.object.error().message,
      "Error loading BPF program for probe-1. Error code: -13 (Permission denied). Use -v for "
      "full kernel error log.");
  ASSERT_TRUE(outcome.rejection);
  EXPECT_EQ(outcome.rejection->program, image::ProgramId{0});
  EXPECT_EQ(outcome.rejection->code, EACCES);
  EXPECT_EQ(outcome.rejection->log, system.verifier_log);
  EXPECT_FALSE(outcome.rejection->is_log_trimmed);
  EXPECT_EQ(system.count("load_program"), 2u);
}

TEST(Loader, LogGrowsUpToItsLimit) {
  FakeSystem system;
  int attempts = 0;
  system.fail = [&](const std::string& call) {
    if (!call.starts_with("load_program")) return 0;
    return ++attempts == 1 ? EACCES : ENOSPC;
  };
  LoadOptions options;
  options.log_size = 300 << 10;
  auto outcome = load_with(system, one_program(), options);
  ASSERT_TRUE(outcome.rejection);
  EXPECT_TRUE(outcome.rejection->is_log_trimmed);
  EXPECT_EQ(system.count("load_program probe_1 with log"), 3u);  // 64, 256 and 300 KiB
}

TEST(Loader, FailureAtAnyStepLeavesNoDescriptor) {
  auto image = one_program();
  image.manifest.constants = image.manifest.bpf_maps.push_back(constants_map());
  image.manifest.ring = image.manifest.bpf_maps.push_back(ring_map(1 << 16));
  image::BpfMap control = array("control", 8);
  control.is_mapped = true;
  image.manifest.control = image.manifest.bpf_maps.push_back(control);
  std::size_t steps = 0;
  {
    FakeSystem system;
    ASSERT_TRUE(load_with(system, image).object);
    steps = system.calls.size();
  }
  ASSERT_GT(steps, 8u);
  std::size_t before = open_descriptor_count();
  for (std::size_t step = 0; step < steps; ++step) {
    FakeSystem system;
    system.fail = [&](const std::string&) { return system.calls.size() == step + 1 ? EIO : 0; };
    EXPECT_FALSE(load_with(system, image).object) << system.calls.back();
    EXPECT_EQ(open_descriptor_count(), before) << system.calls.back();
  }
}

}  // namespace
}  // namespace sonde::kernel
