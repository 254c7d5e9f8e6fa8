// Cgroups of version 2, which the kernel numbers.
#pragma once

#include <cstdint>
#include <string>

#include "lexer/base/result.h"

namespace sonde::world {

// The id of the cgroup whose folder `path` is, as programs see it. EINVAL for another folder.
Result<std::uint64_t> cgroup_id(const std::string& path);

}  // namespace sonde::world
