// From an object to the instructions of one program: its function with every function that it calls
// or takes the address of appended behind it, relocations applied, and function and line
// information moved along. Two kinds of relocation exist: the address of a map or function in a
// 16-byte load, and the target of a call.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "lexer/base/result.h"
#include "lexer/base/source_map.h"
#include "runtime/kernel/object.h"

namespace sonde::kernel {

struct MapReference {
  int fd = -1;
  bool is_memory = false;  // the symbol stands for the map's bytes, not for the map
};
// What a symbol's name stands for; none when it is no map.
using FindMap = std::function<std::optional<MapReference>(std::string_view name)>;

struct AssembledProgram {
  std::string instructions;
  std::string func_info,
      line_info;  // offsets in instructions; empty when not every function has them
  std::uint32_t func_info_record = 0, line_info_record = 0;

  // The place in the script that instruction `index` was made from.
  std::optional<LineColumn> place_of(std::uint64_t index) const;
};

Result<AssembledProgram> assemble(const Object& object, std::string_view function,
                                  const FindMap& find_map);

}  // namespace sonde::kernel
