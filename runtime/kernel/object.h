// Object: a relocatable BPF ELF file as the loader needs it: its functions with their code and
// relocations, its BTF, and the function and line information of .BTF.ext. It is read over the
// bytes in place with every access checked, because a saved program is a file like any other.
// Nothing is patched here but the sizes that a linker would have filled into BTF.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lexer/base/byte_view.h"
#include "lexer/base/result.h"

namespace sonde::kernel {

struct ObjectSymbol {
  std::string_view name;
  std::uint32_t section = 0;  // 0: undefined here
  std::uint64_t value = 0;    // bytes into the section
  std::uint64_t size = 0;
  bool is_function = false;
  bool is_section = false;  // stands for the section itself
};

// The records of .BTF.ext for one section: each begins with a u32 that is an offset in bytes.
struct ObjectRecords {
  std::uint32_t record_size = 0;
  std::vector<std::string_view> records;
};

struct ObjectSection {
  std::string_view name;
  std::string_view bytes;  // empty when it takes no room in the file
  std::uint64_t size = 0;
  bool is_code = false;
  std::map<std::uint64_t, std::uint32_t> relocations;  // byte offset -> index of the symbol
  ObjectRecords func_info, line_info;
};

struct Object {
  std::vector<ObjectSection> sections;
  std::vector<ObjectSymbol> symbols;
  std::string btf;  // ready for the kernel; empty when there is none

  // The function that begins at `offset` of `section`; none when nothing does.
  const ObjectSymbol* function_at(std::uint32_t section, std::uint64_t offset) const;
  const ObjectSymbol* function_named(std::string_view name) const;
};

// The object refers to `elf`, which must outlive it. EINVAL when it is damaged or no BPF object.
Result<Object> read_object(std::string_view elf);

}  // namespace sonde::kernel
