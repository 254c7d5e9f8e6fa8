// The dynamic linker's cache, /etc/ld.so.cache: which file a shared library's name stands for.
// Entries keep the order of the cache, which is the linker's order of preference.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lexer/base/result.h"

namespace sonde::world {

struct CachedLibrary {
  std::string_view name;  // "libc.so.6"
  std::string_view path;  // "/lib/x86_64-linux-gnu/libc.so.6"
};

// Views into `bytes`. Libraries for particular processor features (glibc-hwcaps) are left out.
Result<std::vector<CachedLibrary>> parse_linker_cache(std::string_view bytes);

// `file_name` is a library that people call `name`: "libssl" or "libssl.so.3" for "libssl.so.3",
// "libc" for "libc-2.31.so".
bool is_library_named(std::string_view file_name, std::string_view name);

}  // namespace sonde::world
