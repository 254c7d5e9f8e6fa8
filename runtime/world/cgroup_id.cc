// Since kernel 5.5 the inode of a cgroup's folder is the cgroup's id. What tells the hierarchy of
// version 2 from another folder is a file that each of its folders has.
#include "runtime/world/cgroup_id.h"

#include <sys/stat.h>

#include <cerrno>

#include "runtime/world/files.h"

namespace sonde::world {

Result<std::uint64_t> cgroup_id(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return system_error("find the folder", errno);
  if (file_exists(path + "/cgroup.controllers")) return std::uint64_t{status.st_ino};
  return Error{
      .message = "it is no part of the hierarchy of version 2", .code = EINVAL, .hint = {}};
}

}  // namespace sonde::world
