// The captured world as the compiler sees it.
#include "runtime/world/world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "lexer/base/concat.h"

namespace sonde::world {
namespace {

using testing::ElementsAre;

const std::string kWorld = std::string(SONDE_SOURCE_DIR) + "/tests/golden/world";

class CapturedWorld : public testing::Test {
 protected:
  void SetUp() override {
    auto world = make_captured_world(kWorld);
    ASSERT_TRUE(world);
    world_ = *std::move(world);
  }
  std::vector<std::string> functions(std::string_view module, std::string_view name) {
    std::vector<std::string> texts;
    for (const KernelFunction& function : world_->kernel_functions(module, name).value_or({}))
      texts.push_back(concat(function.module, ":", function.name));
    return texts;
  }
  std::unique_ptr<World> world_;
};

TEST_F(CapturedWorld, lists_traceable_functions) {
  EXPECT_THAT(functions("", "vfs_*"),
              ElementsAre("vmlinux:vfs_fsync", "vmlinux:vfs_open", "vmlinux:vfs_read",
                          "vmlinux:vfs_readv", "vmlinux:vfs_write"));
  EXPECT_THAT(functions("nf*", "*"),
              ElementsAre("nf_conntrack:nf_conntrack_in", "nf_conntrack:nf_conntrack_tcp_packet"));
  EXPECT_THAT(functions("vmlinux", "nf*"), ElementsAre());
}

TEST_F(CapturedWorld, leaves_out_functions_that_must_not_be_traced) {
  EXPECT_THAT(functions("", "rcu_*"), ElementsAre());
  EXPECT_THAT(functions("", "arch_cpu*"), ElementsAre());
  EXPECT_THAT(functions("", "*.part.*"), ElementsAre());
  EXPECT_THAT(functions("", "__ftrace*"), ElementsAre());
  EXPECT_THAT(functions("", "cpuidle*"), ElementsAre());  // on the blacklist
}

TEST_F(CapturedWorld, knows_which_functions_exist) {
  EXPECT_TRUE(world_->kernel_function_exists("vfs_read"));
  EXPECT_TRUE(world_->kernel_function_exists("schedule_tail.isra.0"));  // not in BTF
  EXPECT_TRUE(world_->kernel_function_exists("nf_conntrack_in"));
  EXPECT_FALSE(world_->kernel_function_exists("vfs_raed"));
  EXPECT_TRUE(world_->kernel_module_loaded("vmlinux"));
  EXPECT_TRUE(world_->kernel_module_loaded("nf_conntrack"));
  EXPECT_FALSE(world_->kernel_module_loaded("nf"));
}

TEST_F(CapturedWorld, lists_raw_tracepoints) {
  auto found = world_->raw_tracepoints("s*");
  ASSERT_TRUE(found);
  std::vector<std::string> names;
  for (const KernelFunction& tracepoint : *found)
    names.push_back(concat(tracepoint.module, ":", tracepoint.name));
  EXPECT_THAT(names, ElementsAre("vmlinux:sched_process_exec", "vmlinux:sched_switch",
                                 "vmlinux:sys_enter", "vmlinux:sys_exit"));
  EXPECT_TRUE(world_->raw_tracepoint_exists("kfree"));
  EXPECT_FALSE(world_->raw_tracepoint_exists("kfre"));
}

TEST_F(CapturedWorld, reads_tracepoints) {
  auto format = world_->tracepoint("sched", "sched_process_exec");
  ASSERT_TRUE(format);
  ASSERT_EQ(format->fields.size(), 3u);
  EXPECT_EQ(format->fields[0].name, "filename");
  EXPECT_TRUE(format->fields[0].is_data_location);
  EXPECT_EQ(format->fields[1].type, "pid_t");
}

TEST_F(CapturedWorld, reads_executables) {
  auto functions = world_->elf_functions("/bin/bash", "read*");
  ASSERT_TRUE(functions);
  ASSERT_EQ(functions->size(), 1u);
  EXPECT_EQ(functions->front().name, "readline");
  EXPECT_EQ(world_->elf_functions("/bin/zsh", "*").error().code, ENOENT);
}

TEST_F(CapturedWorld, is_the_same_everywhere) {
  EXPECT_THAT(world_->online_cpus(), ElementsAre(0u, 1u, 2u, 3u));
  EXPECT_EQ(world_->possible_cpu_count(), 4u);
  EXPECT_TRUE(world_->pid_namespace().is_initial);
  EXPECT_TRUE(world_->process_exists(4242));
  EXPECT_FALSE(world_->process_exists(1));
  for (std::size_t i = 0; i < static_cast<std::size_t>(Capability::kCount); ++i)
    EXPECT_TRUE(world_->has(static_cast<Capability>(i))) << i;
}

// A folder that holds nothing but `capabilities`.
class CapabilityFile : public testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(::mkdtemp(folder_), nullptr); }
  void TearDown() override {
    ::unlink((std::string(folder_) + "/capabilities").c_str());
    ::rmdir(folder_);
  }
  Result<std::unique_ptr<World>> world_with(std::string_view text) {
    std::ofstream(std::string(folder_) + "/capabilities") << text;
    return make_captured_world(folder_);
  }
  char folder_[32] = "/tmp/sonde-world-XXXXXX";
};

TEST_F(CapabilityFile, says_no_with_its_reason) {
  auto world =
      world_with("kprobe_multi: no (bpf(BPF_LINK_CREATE): Invalid argument)\nringbuf: yes\n");
  ASSERT_TRUE(world);
  EXPECT_FALSE((*world)->has(Capability::kKprobeMulti));
  EXPECT_EQ((*world)->why_not(Capability::kKprobeMulti), "bpf(BPF_LINK_CREATE): Invalid argument");
  EXPECT_TRUE((*world)->has(Capability::kRingBuffer));
  EXPECT_TRUE((*world)->has(Capability::kLoop));
}

TEST_F(CapabilityFile, with_other_lines_is_refused) {
  EXPECT_FALSE(world_with("ringbug: yes\n"));
  EXPECT_FALSE(world_with("ringbuf: maybe\n"));
  EXPECT_FALSE(world_with("ringbuf\n"));
  EXPECT_FALSE(make_captured_world("/nonexistent"));
}

TEST_F(CapabilityFile, alone_makes_a_world_without_facts) {
  auto world = world_with("");
  ASSERT_TRUE(world);
  EXPECT_FALSE((*world)->tracepoint("sched", "sched_switch"));
  EXPECT_FALSE((*world)->kernel_functions("", "*"));
  EXPECT_FALSE((*world)->raw_tracepoints("*"));
  EXPECT_FALSE((*world)->kernel_prototype("vfs_read"));
  EXPECT_EQ((*world)->raw_tracepoint_btf_id("kfree"), 0u);
  EXPECT_THAT((*world)->online_cpus(), ElementsAre(0u));
}

int probes_made = 0;

TEST(RealWorld, asks_for_each_capability_once) {
  probes_made = 0;
  auto world = make_world([](Capability) -> Result<void> {
    ++probes_made;
    return system_error("bpf", EPERM);
  });
  EXPECT_FALSE(world->has(Capability::kLoop));
  EXPECT_FALSE(world->has(Capability::kLoop));
  EXPECT_EQ(world->why_not(Capability::kLoop), "bpf: Operation not permitted");
  EXPECT_EQ(probes_made, 1);
}

TEST(RealWorld, finds_the_c_library) {
  auto world = make_world([](Capability) -> Result<void> { return {}; });
  auto paths = world->resolve_target("libc", 0);
  ASSERT_TRUE(paths);
  auto functions = world->elf_functions(paths->front(), "malloc");
  ASSERT_TRUE(functions);
  ASSERT_EQ(functions->size(), 1u);
  EXPECT_GT(functions->front().file_offset, 0u);
  auto self = static_cast<std::uint32_t>(::getpid());
  EXPECT_TRUE(world->resolve_target("", self));
  EXPECT_TRUE(world->resolve_target("libc", self));
  EXPECT_TRUE(world->process_exists(self));
  EXPECT_FALSE(world->online_cpus().empty());
}

}  // namespace
}  // namespace sonde::world
