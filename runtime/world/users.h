// UserNames: who is behind a user id, by the password file as the tool sees it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sonde::world {

class UserNames {
 public:
  // `root` is put in front of the path. A file that cannot be read names nobody.
  static UserNames read(const std::string& root);
  static UserNames parse(std::string_view text);

  // Empty for an id that has no entry; of several entries the first counts.
  std::string_view name(std::uint64_t id) const;

 private:
  std::unordered_map<std::uint64_t, std::string> names_;
};

}  // namespace sonde::world
