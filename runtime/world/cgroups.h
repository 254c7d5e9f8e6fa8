// Control groups: from the id that the kernel gives one to its path in the hierarchies that are
// mounted where the tool runs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sonde::world {

struct CgroupHierarchy {
  std::string name;   // `unified`, or the controllers of a hierarchy of the first version
  std::string mount;  // where its root is
};

// The one of the second version first, then the others by name; `text` is a mountinfo file.
std::vector<CgroupHierarchy> parse_cgroup_hierarchies(std::string_view text);

// `name:path` for each hierarchy whose name fits the wildcard `filter` and that has a group of this
// id, separated by commas; empty when there is none. `root` is put in front of every path.
std::string cgroup_paths(const std::string& root, std::uint64_t id, std::string_view filter);

}  // namespace sonde::world
