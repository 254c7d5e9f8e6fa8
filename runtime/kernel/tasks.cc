// proc(5), /proc/PID/task.
#include "runtime/kernel/tasks.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "lexer/base/concat.h"

namespace sonde::kernel {

std::vector<int> tasks_of(std::uint32_t pid) {
  std::vector<int> tasks;
  std::error_code failure;
  std::filesystem::directory_iterator folder(concat("/proc/", pid, "/task"), failure);
  for (; !failure && folder != std::filesystem::directory_iterator(); folder.increment(failure))
    tasks.push_back(std::atoi(folder->path().filename().c_str()));
  auto main = std::ranges::find(tasks, static_cast<int>(pid));
  if (main != tasks.end())
    std::iter_swap(tasks.begin(), main);
  else if (tasks.empty())
    tasks.push_back(static_cast<int>(pid));
  return tasks;
}

}  // namespace sonde::kernel
