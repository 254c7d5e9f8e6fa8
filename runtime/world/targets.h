// Which files the target of a user-space attach point names (spec/probes.md §14.1). What comes out
// are paths as the process with the given pid, or this one, sees them, each checked to be an ELF
// file that can be run or loaded.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lexer/base/result.h"

namespace sonde::world {

class Targets {
 public:
  // `root` is put in front of every path, "" for the running system. A captured world has no
  // current folder and no environment: there relative paths start at `root`, and PATH is the usual
  // one.
  explicit Targets(std::string root) : root_(std::move(root)) {}

  // The message of a failure follows the probe type: "target file 'x' does not exist …".
  Result<std::vector<std::string>> resolve(std::string_view target, std::uint32_t pid) const;
  // The files behind the first one that a program's bare name may mean, in the order of PATH.
  std::vector<std::string> shadowed(std::string_view target, std::uint32_t pid) const;

 private:
  using Paths = std::vector<std::string>;

  Result<Paths> every_mapped_file(std::uint32_t pid) const;
  Paths usable_files(const Paths& paths, std::size_t limit) const;
  Paths candidates(const std::string& target, std::uint32_t pid) const;
  Paths libraries(const std::string& name, std::uint32_t pid) const;
  Paths known_libraries() const;
  Paths expand_pattern(const std::string& pattern) const;
  std::vector<std::string> search_path(std::uint32_t pid) const;
  std::string absolute(const std::string& path) const;
  Result<void> check_usable(const std::string& path) const;
  Error missing(std::string_view target, const Paths& tried) const;
  std::string nearest_target(std::string_view target) const;

  std::string root_;
};

}  // namespace sonde::world
