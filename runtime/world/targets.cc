// A target is tried as what it looks like, in this order: nothing (the process's executable), `*`
// (every mapped file), a path, a library's name, a program's name. A pattern gives all files that
// fit and are usable, anything else the first one that is there. Libraries of other processors in
// the linker cache are passed over.
#include "runtime/world/targets.h"

#include <fnmatch.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <optional>
#include <set>
#include <utility>

#include "lexer/base/concat.h"
#include "lexer/base/diagnostics.h"
#include "runtime/world/elf.h"
#include "runtime/world/files.h"
#include "runtime/world/linker_cache.h"
#include "runtime/world/proc.h"

namespace sonde::world {
namespace {

constexpr std::string_view kUsualPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr const char* kLibraryFolders[] = {"/lib", "/usr/lib", "/usr/local/lib", "/lib64",
                                           "/usr/lib64"};

bool is_pattern(std::string_view target) {
  return target.find_first_of("*?[") != std::string_view::npos;
}

std::string_view file_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    std::string_view part = text.substr(0, text.find(separator));
    if (!part.empty()) parts.emplace_back(part);
    text.remove_prefix(std::min(part.size() + 1, text.size()));
  }
  return parts;
}

}  // namespace

Result<std::vector<std::string>> Targets::resolve(std::string_view target,
                                                  std::uint32_t pid) const {
  if (target.empty() && pid == 0)
    return Error{.message = "target file is not given",
                 .code = EINVAL,
                 .hint = "name a file, a program or a library, or give a process with `-p`"};
  if (target.empty()) {
    TRY(std::string executable, process_executable(root_, pid));
    TRY_DO(check_usable(path_in_process(root_, pid, executable)));
    return Paths{path_in_process(root_, pid, executable)};
  }
  if (target == "*") return every_mapped_file(pid);
  Paths tried = candidates(std::string(target), pid);
  Paths usable = usable_files(tried, is_pattern(target) ? tried.size() : 1);
  if (usable.empty()) return missing(target, tried);
  return usable;
}

std::vector<std::string> Targets::shadowed(std::string_view target, std::uint32_t pid) const {
  bool is_program = !target.empty() && !is_pattern(target) && !target.starts_with("lib") &&
                    target.find('/') == std::string_view::npos;
  if (!is_program) return {};
  Paths found = candidates(std::string(target), pid);
  found = usable_files(found, found.size());
  if (!found.empty()) found.erase(found.begin());
  return found;
}

Result<std::vector<std::string>> Targets::every_mapped_file(std::uint32_t pid) const {
  std::vector<std::uint32_t> processes = {pid};
  if (pid == 0) {
    TRY(processes, process_ids(root_));
  }
  Paths paths;
  for (std::uint32_t process : processes) {
    auto mappings = process_mappings(root_, process);
    if (!mappings) continue;  // it has ended
    for (const Mapping& mapping : *mappings)
      paths.push_back(path_in_process(root_, process, mapping.path));
  }
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  paths = usable_files(paths, paths.size());
  if (paths.empty()) return missing("*", {});
  return paths;
}

// The first `limit` that can be probed. A file under several names, links among them, is one file:
// two probes on it would count everything twice.
std::vector<std::string> Targets::usable_files(const Paths& paths, std::size_t limit) const {
  Paths usable;
  std::set<std::pair<dev_t, ino_t>> seen;
  for (const std::string& path : paths) {
    struct stat status;
    if (usable.size() == limit) break;
    if (!check_usable(path) || ::stat((root_ + path).c_str(), &status) != 0) continue;
    if (seen.emplace(status.st_dev, status.st_ino).second) usable.push_back(path);
  }
  return usable;
}

// Every path that `target` may mean, the likeliest first.
std::vector<std::string> Targets::candidates(const std::string& target, std::uint32_t pid) const {
  auto seen_by_process = [&](const std::string& path) {
    return pid == 0 ? path : path_in_process(root_, pid, path);
  };
  if (target.find('/') != std::string::npos) {
    std::string path = seen_by_process(absolute(target));
    return is_pattern(target) ? expand_pattern(path) : Paths{path};
  }
  Paths paths;
  if (target.starts_with("lib")) paths = libraries(target, pid);
  for (const std::string& folder : search_path(pid)) {
    std::string path = seen_by_process(concat(folder, "/", target));
    if (!is_pattern(target)) {
      if (file_exists(root_ + path)) paths.push_back(path);
    } else {
      std::ranges::move(expand_pattern(path), std::back_inserter(paths));
    }
  }
  return paths;
}

std::vector<std::string> Targets::libraries(const std::string& name, std::uint32_t pid) const {
  Paths paths;
  auto fits = [&](std::string_view file) {
    return is_library_named(file, name) ||
           (is_pattern(name) && ::fnmatch(name.c_str(), std::string(file).c_str(), 0) == 0);
  };
  if (pid != 0) {
    auto mappings = process_mappings(root_, pid);
    for (const Mapping& mapping : mappings ? *mappings : std::vector<Mapping>())
      if (fits(file_name(mapping.path))) paths.push_back(path_in_process(root_, pid, mapping.path));
  }
  for (std::string& path : known_libraries())
    if (fits(file_name(path))) paths.push_back(std::move(path));
  std::erase_if(paths, [&](const std::string& path) {
    auto file = ElfFile::open(root_ + path, root_);
    return file && !file->is_native();
  });
  return paths;
}

// In the order of the linker's cache, or of the usual folders where there is none.
std::vector<std::string> Targets::known_libraries() const {
  Paths paths;
  auto cache = MappedFile::open(root_ + "/etc/ld.so.cache");
  if (cache) {
    for (const CachedLibrary& library : parse_linker_cache(cache->bytes()).value_or({}))
      paths.emplace_back(library.path);
    return paths;
  }
  for (const char* folder : kLibraryFolders)
    for (const std::string& file : list_folder(root_ + folder).value_or({}))
      if (file.find(".so") != std::string::npos) paths.push_back(concat(folder, "/", file));
  return paths;
}

std::vector<std::string> Targets::expand_pattern(const std::string& pattern) const {
  glob_t found = {};
  Paths paths;
  if (::glob((root_ + pattern).c_str(), GLOB_NOSORT, nullptr, &found) == 0)
    for (std::size_t i = 0; i < found.gl_pathc; ++i)
      paths.emplace_back(found.gl_pathv[i] + root_.size());
  ::globfree(&found);
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::vector<std::string> Targets::search_path(std::uint32_t pid) const {
  std::optional<std::string> path;
  if (pid != 0 && path_in_process(root_, pid, "/") != "/")
    path = process_variable(root_, pid, "PATH");
  const char* own = root_.empty() ? std::getenv("PATH") : nullptr;
  if (!path && own != nullptr) path = own;
  return split(path ? *path : kUsualPath, ':');
}

std::string Targets::absolute(const std::string& path) const {
  if (path.starts_with('/')) return path;
  if (path.starts_with("./")) return absolute(path.substr(2));
  if (!root_.empty()) return "/" + path;
  char folder[PATH_MAX];
  return ::getcwd(folder, sizeof folder) == nullptr ? path : concat(folder, "/", path);
}

Result<void> Targets::check_usable(const std::string& path) const {
  TRY(ElfFile file, ElfFile::open(root_ + path, root_));
  struct stat status;
  if (::stat((root_ + path).c_str(), &status) != 0) return system_error(path, errno);
  if (!file.is_shared_object() && (status.st_mode & S_IXUSR) == 0)
    return system_error(path, EACCES);
  return {};
}

Error Targets::missing(std::string_view target, const Paths& tried) const {
  Error error{.message = concat("target file '", target, "' does not exist or is not executable"),
              .code = ENOENT,
              .hint = ""};
  for (const std::string& path : tried) {
    auto usable = check_usable(path);
    if (usable || usable.error().code == ENOENT) continue;
    std::string_view reason = usable.error().message;
    error.code = usable.error().code;
    error.hint = reason.starts_with(root_) ? reason.substr(root_.size()) : reason;
    return error;
  }
  if (std::string nearest = nearest_target(target); !nearest.empty())
    error.hint = concat("did you mean `", nearest, "`?");
  return error;
}

// The nearest name among those that could have been meant, empty when none is near.
std::string Targets::nearest_target(std::string_view target) const {
  Paths names;
  Paths folders = search_path(0);
  if (auto slash = target.rfind('/'); slash != std::string_view::npos) {
    folders = {absolute(std::string(target.substr(0, slash)))};
  } else if (target.starts_with("lib")) {
    bool names_version = target.find(".so") != std::string_view::npos;
    for (const std::string& path : known_libraries()) {
      std::string_view name = file_name(path);
      names.emplace_back(names_version ? name : name.substr(0, name.find(".so")));
    }
  }
  for (const std::string& folder : folders)
    for (std::string& file : list_folder(root_ + folder).value_or({}))
      names.push_back(std::move(file));
  auto nearest = nearest_name(file_name(target), {names.begin(), names.end()});
  if (!nearest) return {};
  return concat(target.substr(0, target.rfind('/') + 1), *nearest);
}

}  // namespace sonde::world
