// Any bytes as an executable and as the linker's cache. libelf reads files, so the input stands in
// one in memory.
#include <sys/mman.h>
#include <unistd.h>

#include "lexer/base/concat.h"
#include "runtime/world/elf.h"
#include "runtime/world/linker_cache.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  auto libraries = sonde::world::parse_linker_cache({reinterpret_cast<const char*>(bytes), size});
  sonde::UniqueFd file(::memfd_create("input", MFD_CLOEXEC));
  if (::write(file.get(), bytes, size) != static_cast<ssize_t>(size)) return 0;
  std::string path = sonde::concat("/proc/self/fd/", file.get());
  auto elf = sonde::world::ElfFile::open(path, "/nonexistent");
  if (!elf) return 0;
  auto functions = elf->functions("*");
  for (const sonde::ElfFunction& function :
       functions ? *functions : std::vector<sonde::ElfFunction>())
    CHECK(elf->address_at(function.file_offset));
  auto symbols = sonde::world::ElfSymbols::read(path, "/nonexistent");
  if (symbols) symbols->resolve(size / 2);
  return 0;
}
