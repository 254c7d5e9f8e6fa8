// The format (glibc sysdeps/generic/dl-cache.h): "glibc-ld.so.cache1.1", the number of entries, 48
// bytes of header in all, entries of 24 bytes, then the strings; offsets count from the start of
// this header. Until glibc 2.32 an older table of 12-byte entries could stand in front of it,
// padded to 8 bytes.
#include "runtime/world/linker_cache.h"

#include <cctype>
#include <cstdint>

#include "lexer/base/byte_view.h"
#include "lexer/base/round_up.h"

namespace sonde::world {
namespace {

constexpr std::string_view kMagic = "glibc-ld.so.cache1.1";
constexpr std::string_view kOldMagic = "ld.so-1.7.0";
constexpr std::uint64_t kOldHeaderSize = 16, kOldEntrySize = 12;
constexpr std::uint64_t kHeaderSize = 48;

struct Entry {
  std::int32_t flags;
  std::uint32_t key;
  std::uint32_t value;
  std::uint32_t os_version;
  std::uint64_t hardware_capabilities;
};
static_assert(sizeof(Entry) == 24);

std::uint64_t skip_old_table(std::string_view bytes) {
  if (!bytes.starts_with(kOldMagic)) return 0;
  auto count = ByteView(bytes).read<std::uint32_t>(12).value_or(0);
  std::uint64_t end = kOldHeaderSize + std::uint64_t{count} * kOldEntrySize;
  return round_up(end, 8);
}

}  // namespace

Result<std::vector<CachedLibrary>> parse_linker_cache(std::string_view bytes) {
  std::uint64_t start = skip_old_table(bytes);
  if (start > bytes.size() || !bytes.substr(start).starts_with(kMagic))
    return Error{.message = "linker cache: unknown format"};
  ByteView cache(bytes.substr(start));
  std::uint32_t count = cache.read<std::uint32_t>(kMagic.size()).value_or(0);
  std::vector<CachedLibrary> libraries;
  for (std::uint32_t i = 0; i < count; ++i) {
    auto entry = cache.read<Entry>(kHeaderSize + std::uint64_t{i} * sizeof(Entry));
    if (!entry) return Error{.message = "linker cache: truncated"};
    auto name = cache.c_string(entry->key);
    auto path = cache.c_string(entry->value);
    if (!name || !path) return Error{.message = "linker cache: malformed entry"};
    if (entry->hardware_capabilities == 0) libraries.push_back({*name, *path});
  }
  return libraries;
}

bool is_library_named(std::string_view file_name, std::string_view name) {
  if (!file_name.starts_with(name)) return false;
  std::string_view rest = file_name.substr(name.size());
  bool names_version = name.find(".so") != std::string_view::npos;
  if (rest.empty() || names_version) return rest.empty() || rest.starts_with('.');
  if (rest == ".so" || rest.starts_with(".so.")) return true;
  return rest.size() > 2 && rest[0] == '-' && std::isdigit(static_cast<unsigned char>(rest[1])) &&
         rest.ends_with(".so");
}

}  // namespace sonde::world
