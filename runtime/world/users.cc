// A line of /etc/passwd is "name:password:id:…".
#include "runtime/world/users.h"

#include <charconv>

#include "runtime/world/files.h"

namespace sonde::world {

UserNames UserNames::read(const std::string& root) {
  auto text = read_file(root + "/etc/passwd");
  return text ? parse(*text) : UserNames();
}

UserNames UserNames::parse(std::string_view text) {
  UserNames users;
  for_each_line(text, [&](std::string_view line) {
    std::size_t name_end = line.find(':');
    if (name_end == std::string_view::npos) return;
    std::size_t password_end = line.find(':', name_end + 1);
    if (password_end == std::string_view::npos) return;
    std::string_view rest = line.substr(password_end + 1);
    std::uint64_t id = 0;
    auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), id);
    if (error != std::errc() || end == rest.data() + rest.size() || *end != ':') return;
    users.names_.try_emplace(id, line.substr(0, name_end));
  });
  return users;
}

std::string_view UserNames::name(std::uint64_t id) const {
  auto found = names_.find(id);
  return found == names_.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace sonde::world
