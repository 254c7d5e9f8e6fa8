// ElfFile: an executable or shared library through libelf: its function symbols, where each lies in
// the file (which is what a uprobe is placed on), and the way back from a place in the file to a
// symbol (which is what a user stack needs). The file is mapped, and a table is read when it is
// asked for. Both symbol tables count, `.symtab` and
// `.dynsym`, and of a stripped file those of its separate debug file where one is installed under
// its build id.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ast/world.h"
#include "lexer/base/unique_fd.h"

struct Elf;

namespace sonde::world {

class ElfFile {
 public:
  // Fails when the file cannot be read, is no ELF file, or is neither an executable nor a shared
  // library. `root` is where separate debug files are looked for, "" for the running system.
  static Result<ElfFile> open(const std::string& path, const std::string& root);

  // Defined functions whose name matches; sorted by name, each name once: a global one rather than
  // a local one, then the one with the lowest address. Fails when the file has no symbol table at
  // all.
  Result<std::vector<ElfFunction>> functions(std::string_view name_pattern) const;

  // Calls `visit(name, address, size)` for each defined function of every table; names live as long
  // as the file.
  struct Symbol {
    std::string_view name;
    std::uint64_t address = 0;
    std::uint64_t size = 0;
    bool is_global = false;
  };
  void for_each_function(const std::function<void(const Symbol&)>& visit) const;
  bool has_symbols() const;
  // A defined variable of this name, or else a function; a global one rather than a local one.
  // ENOENT when there is neither.
  Result<ElfAddress> address_of(std::string_view name) const;

  // By the program headers; none when no segment of the file holds it.
  std::optional<std::uint64_t> file_offset(std::uint64_t address) const;
  std::optional<std::uint64_t> address_at(std::uint64_t file_offset) const;

  // Hexadecimal, empty when the file has none.
  std::string build_id() const;
  // ET_DYN: a library or a position-independent executable.
  bool is_shared_object() const;
  // The file can run on this machine's processor.
  bool is_native() const;

 private:
  struct EndElf {
    void operator()(Elf* elf) const;
  };
  struct Segment {
    std::uint64_t address = 0;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;  // in the file
    bool is_executable = false;
  };

  static Result<ElfFile> open_any(const std::string& path);
  enum class SymbolKind : std::uint8_t { kFunction, kVariable };
  void visit_tables(SymbolKind kind, const std::function<void(const Symbol&)>& visit,
                    bool* has_table) const;
  Result<void> read_segments();

  UniqueFd fd_;
  std::unique_ptr<Elf, EndElf> elf_;
  std::string path_;
  std::vector<Segment> segments_;
  std::unique_ptr<ElfFile> debug_;  // symbols of a stripped file
};

// Functions of one file by address, for printing stacks.
class ElfSymbols {
 public:
  static Result<ElfSymbols> read(const std::string& path, const std::string& root);

  struct Place {
    std::string_view name;     // lives as long as this
    std::uint64_t offset = 0;  // bytes from the symbol's start
  };
  // The function that holds the byte at `file_offset`, none between functions.
  std::optional<Place> resolve(std::uint64_t file_offset) const;

 private:
  explicit ElfSymbols(ElfFile file) : file_(std::move(file)) {}

  ElfFile file_;
  std::vector<ElfFile::Symbol> symbols_;  // by address
};

}  // namespace sonde::world
