// FakeSystem: a kernel that does nothing and remembers what it was asked. Descriptors are real ones
// (of memory files), so a leak shows in /proc/self/fd; any call can be made to fail.
#pragma once

#include <errno.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "lexer/base/concat.h"
#include "runtime/kernel/system.h"

namespace sonde::kernel {

inline std::size_t open_descriptor_count() {
  std::filesystem::directory_iterator folder("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(folder), end(folder)));
}

class FakeSystem : public BpfSystem {
 public:
  // One line per call, its outcome not included.
  std::vector<std::string> calls{};
  // errno that the next call makes of itself, 0 for success; asked with the line it will leave in
  // `calls`.
  std::function<int(const std::string& call)> fail = [](const std::string&) { return 0; };
  std::vector<ProgramSpec> programs{};
  std::vector<MapSpec> maps{};
  std::map<int, std::string> elements{};  // by map: the value that was put in
  std::string verifier_log{};

  std::size_t count(std::string_view beginning) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        calls, [&](const std::string& call) { return call.starts_with(beginning); }));
  }

  Result<UniqueFd> create_map(const MapSpec& spec) override {
    maps.push_back(spec);
    return descriptor(concat("create_map ", spec.name));
  }
  Result<void> update_element(int map, const void*, const void* value) override {
    std::size_t size = maps[number_of_[map]].value_size;
    elements[map].assign(static_cast<const char*>(value), size);
    return done(concat("update ", maps[number_of_[map]].name));
  }
  Result<void> freeze_map(int map) override {
    return done(concat("freeze ", maps[number_of_[map]].name));
  }
  Result<MappedMemory> map_memory(int fd, std::size_t size, int protection,
                                  std::uint64_t offset) override {
    if (auto result = done(concat("mmap ", size, " at ", offset)); !result)
      return std::move(result).error();
    // Of a shared mapping, growing from nothing makes a second view.
    void* start = ::mremap(memory_of(fd) + offset, 0, size, MREMAP_MAYMOVE);
    EXPECT_NE(start, MAP_FAILED);
    EXPECT_EQ(::mprotect(start, size, protection), 0);
    return MappedMemory(start, size);
  }
  // The bytes of a map, as every mapping of it shows them.
  char* memory_of(int map) {
    MappedMemory& memory = memory_[map];
    if (!memory) {
      void* start =
          ::mmap(nullptr, kMemory, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
      EXPECT_NE(start, MAP_FAILED);
      memory = MappedMemory(start, kMemory);
    }
    return memory.data();
  }
  Result<UniqueFd> load_btf(std::string_view) override { return descriptor("load_btf"); }
  Result<UniqueFd> load_program(const ProgramSpec& spec, std::span<char> log) override {
    programs.push_back(spec);
    verifier_log.copy(log.data(), log.size());
    return descriptor(concat("load_program ", spec.name, log.empty() ? "" : " with log"));
  }
  Result<void> run_once(int) override {
    auto result = done("run_once");
    if (result && on_run) on_run();
    return result;
  }
  std::function<void()> on_run{};

  Result<UniqueFd> open_raw_tracepoint(int, const std::string& event) override {
    return descriptor(concat("raw_tracepoint ", event));
  }
  Result<UniqueFd> open_perf_event(const PerfEventSpec& spec) override {
    return descriptor(concat("perf_event config=", spec.config, " period=", spec.period,
                             spec.is_frequency ? " hz" : "", spec.starts_disabled ? " off" : "",
                             " pid=", spec.pid, " cpu=", spec.cpu));
  }
  Result<UniqueFd> link_perf_event(int, int) override { return descriptor("link_perf_event"); }
  Result<void> set_perf_program(int, int) override { return done("set_perf_program"); }
  Result<void> enable_perf_event(int) override { return done("enable_perf_event"); }
  Result<void> share_perf_ring(int, int) override { return done("share_perf_ring"); }
  Result<UniqueFd> link_kprobe_multi(int, const std::vector<std::string>& functions,
                                     bool is_return) override {
    std::string call = is_return ? "kprobe_multi return" : "kprobe_multi";
    for (const std::string& function : functions) call += concat(" ", function);
    return descriptor(call);
  }
  Result<UniqueFd> link_uprobe_multi(int, const std::string& path,
                                     std::span<const std::uint64_t> offsets, bool is_return,
                                     std::uint32_t pid) override {
    std::string call = concat("uprobe_multi ", path, is_return ? " return" : "", " pid=", pid);
    for (std::uint64_t offset : offsets) call += concat(" ", offset);
    return descriptor(call);
  }

 private:
  Result<void> done(const std::string& call) {
    calls.push_back(call);
    if (int code = fail(call)) return system_error(call, code);
    return {};
  }
  Result<UniqueFd> descriptor(const std::string& call) {
    if (auto result = done(call); !result) return std::move(result).error();
    UniqueFd fd(::eventfd(0, EFD_CLOEXEC));
    memory_.erase(fd.get());
    if (call.starts_with("create_map")) number_of_[fd.get()] = maps.size() - 1;
    return fd;
  }
  static constexpr std::size_t kMemory = 1 << 20;
  std::map<int, std::size_t> number_of_{};
  std::map<int, MappedMemory> memory_{};
};

}  // namespace sonde::kernel
