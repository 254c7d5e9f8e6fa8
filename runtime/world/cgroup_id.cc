// The id of a cgroup is the handle of its folder: eight bytes, which name_to_handle_at(2) gives.
#include "runtime/world/cgroup_id.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#include <cerrno>
#include <cstring>

namespace sonde::world {

Result<std::uint64_t> cgroup_id(const std::string& path) {
  struct statfs filesystem{};
  if (::statfs(path.c_str(), &filesystem) != 0) return system_error("find the folder", errno);
  if (filesystem.f_type != CGROUP2_SUPER_MAGIC)
    return Error{
        .message = "it is no part of the hierarchy of version 2", .code = EINVAL, .hint = {}};
  std::uint64_t id = 0;
  alignas(file_handle) char room[sizeof(file_handle) + sizeof id];
  auto* handle = reinterpret_cast<file_handle*>(room);
  handle->handle_bytes = sizeof id;
  int mount = 0;
  if (::name_to_handle_at(AT_FDCWD, path.c_str(), handle, &mount, 0) != 0)
    return system_error("find the folder", errno);
  std::memcpy(&id, room + sizeof(file_handle), sizeof id);
  return id;
}

}  // namespace sonde::world
