// KernelSymbols: /proc/kallsyms as a table from address to function, for printing kernel stacks:
// reading it costs tens of milliseconds, so it is read when the first stack is printed, once, and
// kept compact. Beside it, the address of one symbol, for scripts that name it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lexer/base/result.h"

namespace sonde::world {

struct KernelSymbol {
  std::string_view name;
  std::string_view module;   // empty for the kernel itself
  std::uint64_t offset = 0;  // bytes from the symbol's start
};

// The address of the first symbol of this name, whatever it is, by the text of kallsyms.
Result<std::uint64_t> find_kernel_symbol(std::string_view text, std::string_view name);

class KernelSymbols {
 public:
  // Reads `path`. Fails when it cannot be read, or shows no addresses because the reader may not
  // see them.
  static Result<KernelSymbols> read(const std::string& path);
  static Result<KernelSymbols> parse(std::string_view text);

  // The function at `address`; its texts live as long as this. None outside the kernel's code.
  std::optional<KernelSymbol> resolve(std::uint64_t address) const;

 private:
  // Sorted by address. An entry with an empty name ends the function before it: data begins there.
  struct Entry {
    std::uint64_t address = 0;
    std::uint32_t name = 0;    // offset in names_, a text that ends in zero
    std::uint32_t module = 0;  // likewise
  };

  KernelSymbols() { names_.push_back('\0'); }
  void add(std::string_view line);
  std::uint32_t keep(std::string_view name);
  // After the last line: sorts, and says whether there is anything.
  Result<void> finish();

  std::vector<Entry> entries_;
  std::string names_;
  std::uint32_t last_module_ = 0;  // in names_: a module's symbols stand together
};

}  // namespace sonde::world
