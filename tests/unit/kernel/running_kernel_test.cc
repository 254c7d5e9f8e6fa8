// The running kernel itself: maps and capabilities. Skipped where the process may not use bpf().
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <map>
#include <numeric>
#include <semaphore>
#include <thread>

#include "lexer/base/dense_id.h"
#include "runtime/kernel/capabilities.h"
#include "runtime/kernel/mapping_watch.h"
#include "runtime/kernel/maps.h"
#include "runtime/kernel/system.h"
#include "tests/unit/kernel/fake_system.h"

namespace sonde::kernel {
namespace {

class RunningKernel : public testing::Test {
 protected:
  void SetUp() override {
    auto map = running_kernel().create_map({.name = "probe",
                                            .type = BPF_MAP_TYPE_HASH,
                                            .key_size = 4,
                                            .value_size = 4,
                                            .max_entries = 1});
    if (!map) GTEST_SKIP() << map.error().message;
  }
};

template <typename T>
std::string bytes(T value) {
  return std::string(reinterpret_cast<const char*>(&value), sizeof value);
}

LoadedMaps one_map(image::MapStorage storage, std::uint32_t type, std::uint32_t entries,
                   std::uint32_t cpus) {
  auto fd = running_kernel().create_map(
      {.name = "test", .type = type, .key_size = 4, .value_size = 8, .max_entries = entries});
  EXPECT_TRUE(fd) << fd.error().message;
  IdVector<image::BpfMapId, image::BpfMap> maps;
  image::BpfMap map;
  map.name = "test";
  map.storage = storage;
  map.key_size = 4;
  map.value_size = 8;
  map.max_entries = entries;
  maps.push_back(map);
  IdVector<image::BpfMapId, UniqueFd> fds;
  fds.push_back(*std::move(fd));
  return LoadedMaps(std::move(maps), std::move(fds), cpus);
}
constexpr image::BpfMapId kMap{0};

void insert(const LoadedMaps& maps, const std::string& key, const std::string& value) {
  ASSERT_EQ(bpf_map_update_elem(maps.descriptor(kMap), key.data(), value.data(), BPF_ANY), 0);
}

TEST_F(RunningKernel, EveryElementOfALargeHashIsVisitedOnce) {
  LoadedMaps maps = one_map(image::MapStorage::kHash, BPF_MAP_TYPE_HASH, 5000, 1);
  for (std::uint32_t i = 0; i < 5000; ++i) insert(maps, bytes(i), bytes<std::uint64_t>(i * 3));
  std::map<std::string, std::string> seen;
  ASSERT_TRUE(maps.for_each(kMap, [&](std::string_view key, std::string_view value) {
    EXPECT_TRUE(seen.emplace(key, value).second);
  }));
  ASSERT_EQ(seen.size(), 5000u);
  EXPECT_EQ(seen[bytes<std::uint32_t>(4999)], bytes<std::uint64_t>(14997));
}

TEST_F(RunningKernel, EmptyHashHasNothingToVisit) {
  LoadedMaps maps = one_map(image::MapStorage::kHash, BPF_MAP_TYPE_HASH, 16, 1);
  ASSERT_TRUE(maps.for_each(kMap, [](std::string_view, std::string_view) { ADD_FAILURE(); }));
  EXPECT_EQ(maps.lookup(kMap, bytes<std::uint32_t>(1)).error().code, ENOENT);
  EXPECT_EQ(maps.erase(kMap, bytes<std::uint32_t>(1)).error().code, ENOENT);
  EXPECT_EQ(maps.replace(kMap, bytes<std::uint32_t>(1), bytes<std::uint64_t>(1)).error().code,
            ENOENT);
}

TEST_F(RunningKernel, PerCpuValuesHaveOnePartForEachCpu) {
  std::uint32_t cpus = static_cast<std::uint32_t>(::sysconf(_SC_NPROCESSORS_CONF));
  LoadedMaps maps = one_map(image::MapStorage::kPerCpuHash, BPF_MAP_TYPE_PERCPU_HASH, 16, cpus);
  std::string parts;
  for (std::uint64_t cpu = 0; cpu < cpus; ++cpu) parts += bytes(cpu + 10);
  insert(maps, bytes<std::uint32_t>(7), parts);
  EXPECT_EQ(*maps.lookup(kMap, bytes<std::uint32_t>(7)), parts);
  int visits = 0;
  ASSERT_TRUE(maps.for_each(kMap, [&](std::string_view key, std::string_view value) {
    ++visits;
    EXPECT_EQ(key, bytes<std::uint32_t>(7));
    EXPECT_EQ(value, parts);
  }));
  EXPECT_EQ(visits, 1);
}

TEST_F(RunningKernel, ArrayIsVisitedWhole) {
  LoadedMaps maps = one_map(image::MapStorage::kArray, BPF_MAP_TYPE_ARRAY, 600, 1);
  ASSERT_TRUE(maps.replace(kMap, bytes<std::uint32_t>(599), bytes<std::uint64_t>(5)));
  int visits = 0;
  std::uint64_t sum = 0;
  ASSERT_TRUE(maps.for_each(kMap, [&](std::string_view, std::string_view value) {
    ++visits;
    std::uint64_t number;
    std::memcpy(&number, value.data(), sizeof number);
    sum += number;
  }));
  EXPECT_EQ(visits, 600);
  EXPECT_EQ(sum, 5u);
}

TEST_F(RunningKernel, ProbingCapabilitiesLeavesNothingBehind) {
  std::size_t before = open_descriptor_count();
  for (std::size_t i = 0; i < to_index(Capability::kCount); ++i) {
    auto found = probe_capability(static_cast<Capability>(i));
    EXPECT_TRUE(found || !found.error().message.empty());
  }
  EXPECT_EQ(open_descriptor_count(), before);
}

TEST_F(RunningKernel, HasTheRingThatEverythingNeeds) {
  EXPECT_TRUE(probe_capability(Capability::kRingBuffer));
  EXPECT_TRUE(probe_capability(Capability::kRingBufferQuery));
  EXPECT_TRUE(probe_capability(Capability::kMmapableArray));
}

// A library that another thread than the first one loads.
TEST_F(RunningKernel, MappingsOfEveryThreadAreReported) {
  std::binary_semaphore go(0);
  std::atomic<void*> mapped = nullptr;
  std::thread other([&] {
    go.acquire();
    UniqueFd file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
    mapped = ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, file.get(), 0);
  });
  std::vector<std::uint32_t> cpus(static_cast<std::size_t>(::sysconf(_SC_NPROCESSORS_ONLN)));
  std::iota(cpus.begin(), cpus.end(), 0u);
  auto pid = static_cast<std::uint32_t>(::getpid());
  auto watch = MappingWatch::open(running_kernel(), pid, cpus);
  go.release();
  other.join();
  ASSERT_TRUE(watch) << watch.error().message;
  ASSERT_NE(mapped, MAP_FAILED);
  bool is_seen = false;
  watch->read([&](const CodeMapping& mapping) {
    is_seen |= mapping.start == reinterpret_cast<std::uintptr_t>(mapped.load());
  });
  EXPECT_TRUE(is_seen);
  ::munmap(mapped, 4096);
}

}  // namespace
}  // namespace sonde::kernel
