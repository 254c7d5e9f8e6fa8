// Processes and processors, as procfs and sysfs tell of them. `root` is put in front of every path,
// "" for the running system.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ast/world.h"

namespace sonde::world {

// One mapping of a file into a process's memory.
struct Mapping {
  std::uint64_t start = 0;
  std::uint64_t end = 0;
  std::uint64_t offset = 0;  // of `start`, in the file
  std::string path;          // as the process sees it
};

// The executable mappings of files in a line-per-mapping `maps` text, in order of address.
std::vector<Mapping> parse_mappings(std::string_view text);
Result<std::vector<Mapping>> process_mappings(const std::string& root, std::uint32_t pid);

// Ticks after boot at which the process started: with the pid it names one process for good.
std::optional<std::uint64_t> process_start_time(const std::string& root, std::uint32_t pid);
bool process_exists(const std::string& root, std::uint32_t pid);
Result<std::vector<std::uint32_t>> process_ids(const std::string& root);
// The executable's path as the process sees it.
Result<std::string> process_executable(const std::string& root, std::uint32_t pid);
// The value of a variable in the environment the process was started with.
std::optional<std::string> process_variable(const std::string& root, std::uint32_t pid,
                                            std::string_view name);
// A path that the process names, as this one can open it: below /proc/PID/root where its mounts
// differ.
std::string path_in_process(const std::string& root, std::uint32_t pid, const std::string& path);

PidNamespace own_pid_namespace();
// As `uname -r` says it, empty when it cannot be read.
std::string kernel_release(const std::string& root);

// A list like "0-3,6"; none when it is malformed.
std::optional<std::vector<std::uint32_t>> parse_cpu_list(std::string_view text);
std::vector<std::uint32_t> online_cpus(const std::string& root);
std::uint32_t possible_cpu_count(const std::string& root);

}  // namespace sonde::world
