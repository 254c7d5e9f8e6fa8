// A group's id is the number of its folder's inode, so the folders of a hierarchy are walked until
// one has it. A line of mountinfo is "… MOUNT OPTIONS [tags] - TYPE SOURCE SUPER-OPTIONS" with the
// mount as its fifth word; the controllers are among the options of the superblock.
#include "runtime/world/cgroups.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "lexer/base/concat.h"
#include "lexer/base/wildcard.h"
#include "runtime/world/files.h"

namespace sonde::world {
namespace {

constexpr std::string_view kUnified = "unified";
constexpr std::string_view kNamePrefix = "name=";

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    std::size_t end = std::min(text.find(separator), text.size());
    parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

bool is_mount_option(std::string_view option) {
  constexpr std::string_view kOptions[] = {"rw",    "ro",       "noprefix",
                                           "xattr", "relatime", "clone_children"};
  return std::ranges::find(kOptions, option) != std::end(kOptions) ||
         option.starts_with("release_agent=");
}

std::string controllers(std::string_view options) {
  std::vector<std::string_view> names;
  for (std::string_view option : split(options, ',')) {
    if (is_mount_option(option)) continue;
    if (option.starts_with(kNamePrefix)) option.remove_prefix(kNamePrefix.size());
    names.push_back(option);
  }
  std::ranges::sort(names);
  std::string out;
  for (std::string_view name : names) out += concat(out.empty() ? "" : ",", name);
  return out;
}

bool has_id(const std::string& path, std::uint64_t id) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && status.st_ino == id;
}

// Below the root of the hierarchy, `/` for the root itself.
std::optional<std::string> find_group(const std::string& mount, std::uint64_t id) {
  if (has_id(mount, id)) return "/";
  namespace fs = std::filesystem;
  std::error_code failure;
  fs::recursive_directory_iterator folders(mount, fs::directory_options::skip_permission_denied,
                                           failure);
  for (; !failure && folders != fs::recursive_directory_iterator(); folders.increment(failure)) {
    std::error_code ignored;
    if (!folders->is_directory(ignored) || !has_id(folders->path(), id)) continue;
    return folders->path().string().substr(mount.size());
  }
  return std::nullopt;
}

}  // namespace

std::vector<CgroupHierarchy> parse_cgroup_hierarchies(std::string_view text) {
  std::vector<CgroupHierarchy> unified, others;
  for_each_line(text, [&](std::string_view line) {
    std::size_t dash = line.find(" - ");
    if (dash == std::string_view::npos) return;
    auto before = split(line.substr(0, dash), ' '), after = split(line.substr(dash + 3), ' ');
    constexpr std::size_t kMount = 4, kType = 0, kOptions = 2;
    if (before.size() <= kMount || after.size() <= kOptions) return;
    std::string mount(before[kMount]);
    if (after[kType] == "cgroup2" && unified.empty())
      unified.push_back({std::string(kUnified), mount});
    if (after[kType] == "cgroup") others.push_back({controllers(after[kOptions]), mount});
  });
  std::ranges::sort(others, {}, &CgroupHierarchy::name);
  unified.insert(unified.end(), others.begin(), others.end());
  return unified;
}

std::string cgroup_paths(const std::string& root, std::uint64_t id, std::string_view filter) {
  auto text = read_file(root + "/proc/self/mountinfo");
  if (!text) return {};
  std::string out;
  for (const CgroupHierarchy& hierarchy : parse_cgroup_hierarchies(*text)) {
    if (!filter.empty() && !matches_wildcard(filter, hierarchy.name)) continue;
    auto path = find_group(root + hierarchy.mount, id);
    if (path) out += concat(out.empty() ? "" : ",", hierarchy.name, ':', *path);
  }
  return out;
}

}  // namespace sonde::world
