// The formats are those of proc(5): a `maps` line is "start-end perms offset device inode path",
// `stat` keeps its second field in parentheses that may themselves hold anything, CPU lists are
// comma-separated ranges.
#include "runtime/world/proc.h"

#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <climits>

#include "lexer/base/concat.h"
#include "runtime/world/files.h"

namespace sonde::world {
namespace {

// The PID namespace that the kernel itself starts in has a fixed inode (PROC_PID_INIT_INO).
constexpr std::uint64_t kInitialPidNamespace = 0xEFFFFFFC;
constexpr std::string_view kDeleted = " (deleted)";
constexpr std::uint32_t kMaxCpu = 8191;

template <typename T>
std::optional<T> take_number(std::string_view& text, int base) {
  T value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

std::string_view take_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  return word;
}

std::optional<Mapping> parse_mapping(std::string_view line) {
  auto start = take_number<std::uint64_t>(line, 16);
  if (!start || !take(line, '-')) return std::nullopt;
  auto end = take_number<std::uint64_t>(line, 16);
  std::string_view permissions = take_word(line);
  take(line, ' ');
  auto offset = take_number<std::uint64_t>(line, 16);
  take_word(line);
  take_word(line);
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  bool is_file = line.starts_with('/') && !line.ends_with(kDeleted);
  if (!end || !offset || permissions.size() < 3 || permissions[2] != 'x' || !is_file)
    return std::nullopt;
  return Mapping{.start = *start, .end = *end, .offset = *offset, .path = std::string(line)};
}

std::string process_folder(const std::string& root, std::uint32_t pid) {
  return concat(root, "/proc/", pid);
}

Result<std::string> read_link(const std::string& path) {
  char target[PATH_MAX];
  ssize_t length = ::readlink(path.c_str(), target, sizeof target);
  if (length < 0) return system_error(path, errno);
  return std::string(target, static_cast<std::size_t>(length));
}

std::vector<std::uint32_t> read_cpu_list(const std::string& path) {
  auto text = read_file(path);
  auto cpus = text ? parse_cpu_list(*text) : std::nullopt;
  return cpus.value_or(std::vector<std::uint32_t>{0});
}

}  // namespace

std::vector<Mapping> parse_mappings(std::string_view text) {
  std::vector<Mapping> mappings;
  for_each_line(text, [&](std::string_view line) {
    if (auto mapping = parse_mapping(line)) mappings.push_back(*std::move(mapping));
  });
  return mappings;
}

Result<std::vector<Mapping>> process_mappings(const std::string& root, std::uint32_t pid) {
  TRY(std::string text, read_file(process_folder(root, pid) + "/maps"));
  return parse_mappings(text);
}

std::optional<std::uint64_t> process_start_time(const std::string& root, std::uint32_t pid) {
  constexpr int kFieldsBeforeStart = 19;  // from the state, field 3, up to field 22
  auto text = read_file(process_folder(root, pid) + "/stat");
  if (!text) return std::nullopt;
  auto name_end = text->rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::string_view rest = std::string_view(*text).substr(name_end + 1);
  for (int i = 0; i < kFieldsBeforeStart; ++i) take_word(rest);
  std::string_view start = take_word(rest);
  return take_number<std::uint64_t>(start, 10);
}

bool process_exists(const std::string& root, std::uint32_t pid) {
  return file_exists(process_folder(root, pid));
}

Result<std::vector<std::uint32_t>> process_ids(const std::string& root) {
  TRY(std::vector<std::string> names, list_folder(root + "/proc"));
  std::vector<std::uint32_t> ids;
  for (std::string_view name : names) {
    auto id = take_number<std::uint32_t>(name, 10);
    if (id && name.empty()) ids.push_back(*id);
  }
  return ids;
}

Result<std::string> process_executable(const std::string& root, std::uint32_t pid) {
  std::string link = process_folder(root, pid) + "/exe";
  TRY(std::string path, read_link(link));
  return path.ends_with(kDeleted) ? link : path;
}

std::optional<std::string> process_variable(const std::string& root, std::uint32_t pid,
                                            std::string_view name) {
  auto text = read_file(process_folder(root, pid) + "/environ");
  if (!text) return std::nullopt;
  std::string_view rest = *text;
  while (!rest.empty()) {
    std::string_view entry = rest.substr(0, rest.find('\0'));
    if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=')
      return std::string(entry.substr(name.size() + 1));
    rest.remove_prefix(std::min(entry.size() + 1, rest.size()));
  }
  return std::nullopt;
}

std::string path_in_process(const std::string& root, std::uint32_t pid, const std::string& path) {
  auto theirs = read_link(process_folder(root, pid) + "/ns/mnt");
  auto ours = read_link(root + "/proc/self/ns/mnt");
  auto their_root = read_link(process_folder(root, pid) + "/root");
  // A process that is ending loses its root before its namespace.
  if (!theirs || !their_root || path.starts_with("/proc/")) return path;
  if (ours && *theirs == *ours && *their_root == "/") return path;
  return concat("/proc/", pid, "/root", path);
}

std::string kernel_release(const std::string& root) {
  auto text = read_file(root + "/proc/sys/kernel/osrelease");
  return text ? text->substr(0, text->find('\n')) : std::string();
}

PidNamespace own_pid_namespace() {
  struct stat status;
  if (::stat("/proc/self/ns/pid", &status) != 0) return {};
  return {.device = status.st_dev,
          .inode = status.st_ino,
          .is_initial = status.st_ino == kInitialPidNamespace};
}

std::optional<std::vector<std::uint32_t>> parse_cpu_list(std::string_view text) {
  std::vector<std::uint32_t> cpus;
  do {
    auto first = take_number<std::uint32_t>(text, 10);
    auto last = first;
    if (take(text, '-')) last = take_number<std::uint32_t>(text, 10);
    if (!first || !last || *first > *last || *last > kMaxCpu) return std::nullopt;
    for (std::uint32_t cpu = *first; cpu <= *last; ++cpu) cpus.push_back(cpu);
  } while (take(text, ','));
  if (!text.empty() && text != "\n") return std::nullopt;
  return cpus;
}

std::vector<std::uint32_t> online_cpus(const std::string& root) {
  return read_cpu_list(root + "/sys/devices/system/cpu/online");
}

std::uint32_t possible_cpu_count(const std::string& root) {
  return static_cast<std::uint32_t>(
      read_cpu_list(root + "/sys/devices/system/cpu/possible").size());
}

}  // namespace sonde::world
