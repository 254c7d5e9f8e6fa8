// A line is "ffffffff81000000 T name" or "ffffffffc0000000 t name<tab>[module]". Code is of type t,
// T, w or W; every other symbol only matters as the end of the code before it. Of several names at
// one address the first stands, as in the kernel's own reports. To a reader without the privilege
// all addresses are 0.
#include "runtime/world/kallsyms.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <tuple>

#include "runtime/world/files.h"

namespace sonde::world {
namespace {

bool is_code(char type) {
  return type == 't' || type == 'T' || type == 'w' || type == 'W';
}

struct Line {
  std::uint64_t address = 0;
  char type = 0;
  std::string_view name;
  std::string_view module;
};

std::optional<Line> parse_line(std::string_view text) {
  Line line;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), line.address, 16);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (error != std::errc() || text.size() < 4 || text[0] != ' ' || text[2] != ' ')
    return std::nullopt;
  line.type = text[1];
  line.name = text.substr(3);
  if (auto tab = line.name.find('\t'); tab != std::string_view::npos) {
    line.module = line.name.substr(tab + 1);
    line.name = line.name.substr(0, tab);
    if (line.module.starts_with('[')) line.module.remove_prefix(1);
    if (line.module.ends_with(']')) line.module.remove_suffix(1);
  }
  return line;
}

}  // namespace

Result<std::uint64_t> find_kernel_symbol(std::string_view text, std::string_view name) {
  std::optional<std::uint64_t> found;
  bool shows_addresses = false;
  for_each_line(text, [&](std::string_view each) {
    if (found) return;
    auto line = parse_line(each);
    if (!line) return;
    shows_addresses |= line->address != 0;
    if (line->name == name) found = line->address;
  });
  if (!shows_addresses)
    return Error{.message = "the kernel hides its addresses",
                 .code = EPERM,
                 .hint = "run as root, with kernel.kptr_restrict at 0 or 1"};
  if (found) return *found;
  return Error{.message = "the kernel has no symbol of this name", .code = ENOENT, .hint = {}};
}

Result<KernelSymbols> KernelSymbols::read(const std::string& path) {
  KernelSymbols symbols;
  TRY_DO(for_each_line_of(path, [&](std::string_view line) { symbols.add(line); }));
  TRY_DO(symbols.finish().context(path));
  return symbols;
}

Result<KernelSymbols> KernelSymbols::parse(std::string_view text) {
  KernelSymbols symbols;
  for_each_line(text, [&](std::string_view line) { symbols.add(line); });
  TRY_DO(symbols.finish());
  return symbols;
}

std::uint32_t KernelSymbols::keep(std::string_view name) {
  auto at = static_cast<std::uint32_t>(names_.size());
  names_.append(name).push_back('\0');
  return at;
}

void KernelSymbols::add(std::string_view text) {
  auto line = parse_line(text);
  if (!line || line->address == 0) return;
  Entry entry{.address = line->address};
  if (is_code(line->type)) {
    if (line->module.empty()) {
      last_module_ = 0;
    } else if (line->module != names_.c_str() + last_module_) {
      last_module_ = keep(line->module);
    }
    entry.module = last_module_;
    entry.name = keep(line->name);
  } else if (!entries_.empty() && entries_.back().name == 0 &&
             entries_.back().address <= entry.address) {
    return;  // the data before it has ended the code already
  }
  entries_.push_back(entry);
}

Result<void> KernelSymbols::finish() {
  if (entries_.empty())
    return Error{.message = "the kernel hides its addresses", .code = EPERM, .hint = "run as root"};
  // Names are kept in the order of the lines, so their places tell which of two lines came first.
  auto order = [](const Entry& entry) {
    return std::tuple(entry.address, entry.name == 0, entry.name);
  };
  std::sort(entries_.begin(), entries_.end(),
            [&](const Entry& a, const Entry& b) { return order(a) < order(b); });
  auto is_same_place = [](const Entry& before, const Entry& entry) {
    return before.address == entry.address;
  };
  entries_.erase(std::unique(entries_.begin(), entries_.end(), is_same_place), entries_.end());
  entries_.shrink_to_fit();
  names_.shrink_to_fit();
  return {};
}

std::optional<KernelSymbol> KernelSymbols::resolve(std::uint64_t address) const {
  auto after = std::upper_bound(
      entries_.begin(), entries_.end(), address,
      [](std::uint64_t value, const Entry& entry) { return value < entry.address; });
  if (after == entries_.begin()) return std::nullopt;
  const Entry& entry = *std::prev(after);
  if (entry.name == 0) return std::nullopt;
  return KernelSymbol{.name = names_.c_str() + entry.name,
                      .module = names_.c_str() + entry.module,
                      .offset = address - entry.address};
}

}  // namespace sonde::world
