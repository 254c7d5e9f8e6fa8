// libelf checks every table that it hands out against the file's size; counts and indices inside
// the tables are checked here. What decides whether a file can hold a probe is its type (ET_EXEC or
// ET_DYN) and its program headers: an offset comes from the executable segment around the address,
// never from a section, which a stripped or packed file need not have.
#include "runtime/world/elf.h"

#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "lexer/base/concat.h"
#include "lexer/base/wildcard.h"
#include "runtime/world/files.h"

namespace sonde::world {
namespace {

#if defined(__x86_64__)
constexpr int kNativeMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr int kNativeMachine = EM_AARCH64;
#else
#error "the ELF machine number of this processor is not stated"
#endif

Error not_usable(const std::string& path, std::string_view reason) {
  return Error{.message = concat(path, ": ", reason), .code = ENOEXEC};
}

bool is_function(const GElf_Sym& symbol) {
  int type = GELF_ST_TYPE(symbol.st_info);
  return (type == STT_FUNC || type == STT_GNU_IFUNC) && symbol.st_shndx != SHN_UNDEF &&
         symbol.st_value != 0;
}

bool is_variable(const GElf_Sym& symbol) {
  int type = GELF_ST_TYPE(symbol.st_info);
  return (type == STT_OBJECT || type == STT_NOTYPE) && symbol.st_shndx != SHN_UNDEF &&
         symbol.st_value != 0;
}

}  // namespace

void ElfFile::EndElf::operator()(Elf* elf) const {
  ::elf_end(elf);
}

Result<ElfFile> ElfFile::open_any(const std::string& path) {
  ::elf_version(EV_CURRENT);
  ElfFile file;
  file.path_ = path;
  file.fd_ = UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.fd_) return system_error(path, errno);
  struct stat status;
  if (::fstat(file.fd_.get(), &status) != 0) return system_error(path, errno);
  if (S_ISDIR(status.st_mode)) return system_error(path, EISDIR);
  if (!S_ISREG(status.st_mode)) return not_usable(path, "not a regular file");
  file.elf_.reset(::elf_begin(file.fd_.get(), ELF_C_READ_MMAP, nullptr));
  if (!file.elf_ || ::elf_kind(file.elf_.get()) != ELF_K_ELF)
    return not_usable(path, "not an ELF file");
  return file;
}

Result<ElfFile> ElfFile::open(const std::string& path, const std::string& root) {
  TRY(ElfFile file, open_any(path));
  GElf_Ehdr header;
  if (::gelf_getehdr(file.elf_.get(), &header) == nullptr)
    return not_usable(path, "truncated ELF file");
  if (header.e_type != ET_EXEC && header.e_type != ET_DYN)
    return not_usable(path, "neither an executable nor a shared library");
  TRY_DO(file.read_segments());
  std::string id = file.build_id();
  bool has_symbol_table = false;
  for (Elf_Scn* section = nullptr;
       (section = ::elf_nextscn(file.elf_.get(), section)) != nullptr;) {
    GElf_Shdr shape;
    if (::gelf_getshdr(section, &shape) != nullptr && shape.sh_type == SHT_SYMTAB)
      has_symbol_table = true;
  }
  if (has_symbol_table || id.size() < 3) return file;
  auto debug = open_any(
      concat(root, "/usr/lib/debug/.build-id/", id.substr(0, 2), "/", id.substr(2), ".debug"));
  if (debug) file.debug_ = std::make_unique<ElfFile>(*std::move(debug));
  return file;
}

Result<void> ElfFile::read_segments() {
  std::size_t count = 0;
  if (::elf_getphdrnum(elf_.get(), &count) != 0 || count == 0)
    return not_usable(path_,
                      "no program headers: the file is truncated or only holds debug information");
  for (std::size_t i = 0; i < count; ++i) {
    GElf_Phdr header;
    if (::gelf_getphdr(elf_.get(), static_cast<int>(i), &header) == nullptr)
      return not_usable(path_, "truncated program headers");
    if (header.p_type != PT_LOAD) continue;
    segments_.push_back({.address = header.p_vaddr,
                         .offset = header.p_offset,
                         .size = header.p_filesz,
                         .is_executable = (header.p_flags & PF_X) != 0});
  }
  return {};
}

std::optional<std::uint64_t> ElfFile::file_offset(std::uint64_t address) const {
  for (const Segment& segment : segments_)
    if (segment.is_executable && address >= segment.address &&
        address - segment.address < segment.size)
      return address - segment.address + segment.offset;
  return std::nullopt;
}

std::optional<std::uint64_t> ElfFile::address_at(std::uint64_t file_offset) const {
  for (const Segment& segment : segments_)
    if (segment.is_executable && file_offset >= segment.offset &&
        file_offset - segment.offset < segment.size)
      return file_offset - segment.offset + segment.address;
  return std::nullopt;
}

void ElfFile::visit_tables(SymbolKind kind, const std::function<void(const Symbol&)>& visit,
                           bool* has_table) const {
  for (Elf_Scn* section = nullptr; (section = ::elf_nextscn(elf_.get(), section)) != nullptr;) {
    GElf_Shdr shape;
    if (::gelf_getshdr(section, &shape) == nullptr) continue;
    if (shape.sh_type != SHT_SYMTAB && shape.sh_type != SHT_DYNSYM) continue;
    Elf_Data* data = ::elf_getdata(section, nullptr);
    std::size_t entry = ::gelf_fsize(elf_.get(), ELF_T_SYM, 1, EV_CURRENT);
    if (data == nullptr || data->d_buf == nullptr || entry == 0) continue;
    if (has_table != nullptr) *has_table = true;
    if (!visit) continue;
    for (std::size_t i = 0; i < data->d_size / entry; ++i) {
      GElf_Sym symbol;
      if (::gelf_getsym(data, static_cast<int>(i), &symbol) == nullptr) break;
      bool is_wanted = kind == SymbolKind::kFunction ? is_function(symbol) : is_variable(symbol);
      if (!is_wanted) continue;
      const char* name = ::elf_strptr(elf_.get(), shape.sh_link, symbol.st_name);
      if (name == nullptr || *name == '\0') continue;
      visit({.name = name,
             .address = symbol.st_value,
             .size = symbol.st_size,
             .is_global = GELF_ST_BIND(symbol.st_info) != STB_LOCAL});
    }
  }
}

void ElfFile::for_each_function(const std::function<void(const Symbol&)>& visit) const {
  visit_tables(SymbolKind::kFunction, visit, nullptr);
  if (debug_) debug_->visit_tables(SymbolKind::kFunction, visit, nullptr);
}

bool ElfFile::has_symbols() const {
  bool has_table = false;
  visit_tables(SymbolKind::kFunction, nullptr, &has_table);
  return has_table || debug_ != nullptr;
}

Result<ElfAddress> ElfFile::address_of(std::string_view name) const {
  std::optional<Symbol> found;
  auto visit = [&](const Symbol& symbol) {
    if (symbol.name == name && (!found || (symbol.is_global && !found->is_global))) found = symbol;
  };
  for (SymbolKind kind : {SymbolKind::kVariable, SymbolKind::kFunction}) {
    visit_tables(kind, visit, nullptr);
    if (debug_) debug_->visit_tables(kind, visit, nullptr);
    if (found) return ElfAddress{.address = found->address, .size = found->size};
  }
  return Error{.message = concat(path_, " has no symbol `", name, '`'), .code = ENOENT, .hint = {}};
}

Result<std::vector<ElfFunction>> ElfFile::functions(std::string_view name_pattern) const {
  if (!has_symbols())
    return Error{.message = path_ + ": stripped: the file has no symbol table",
                 .code = ENOENT,
                 .hint = "install its debug symbols, or name an address instead of a function"};
  std::vector<Symbol> symbols;
  for_each_function([&](const Symbol& symbol) {
    if (matches_wildcard(name_pattern, symbol.name)) symbols.push_back(symbol);
  });
  std::sort(symbols.begin(), symbols.end(), [](const Symbol& a, const Symbol& b) {
    if (a.name != b.name) return a.name < b.name;
    if (a.is_global != b.is_global) return a.is_global;
    return a.address < b.address;
  });
  std::vector<ElfFunction> functions;
  for (const Symbol& symbol : symbols) {
    if (!functions.empty() && functions.back().name == symbol.name) continue;
    auto offset = file_offset(symbol.address);
    if (!offset) continue;
    functions.push_back({.name = std::string(symbol.name),
                         .address = symbol.address,
                         .file_offset = *offset,
                         .size = symbol.size});
  }
  return functions;
}

std::string ElfFile::build_id() const {
  for (Elf_Scn* section = nullptr; (section = ::elf_nextscn(elf_.get(), section)) != nullptr;) {
    GElf_Shdr shape;
    if (::gelf_getshdr(section, &shape) == nullptr || shape.sh_type != SHT_NOTE) continue;
    Elf_Data* data = ::elf_getdata(section, nullptr);
    if (data == nullptr || data->d_buf == nullptr) continue;
    std::string_view bytes(static_cast<const char*>(data->d_buf), data->d_size);
    GElf_Nhdr note;
    std::size_t name = 0, content = 0;
    for (std::size_t at = 0; (at = ::gelf_getnote(data, at, &note, &name, &content)) != 0;) {
      if (note.n_type != NT_GNU_BUILD_ID || note.n_namesz != 4 ||
          bytes.substr(name, 4) != std::string_view("GNU\0", 4))
        continue;
      std::string id;
      constexpr std::string_view kDigits = "0123456789abcdef";
      for (unsigned char byte : bytes.substr(content, note.n_descsz)) {
        id += kDigits[byte >> 4];
        id += kDigits[byte & 15];
      }
      return id;
    }
  }
  return {};
}

bool ElfFile::is_shared_object() const {
  GElf_Ehdr header;
  return ::gelf_getehdr(elf_.get(), &header) != nullptr && header.e_type == ET_DYN;
}

bool ElfFile::is_native() const {
  GElf_Ehdr header;
  return ::gelf_getehdr(elf_.get(), &header) != nullptr && header.e_machine == kNativeMachine;
}

Result<ElfSymbols> ElfSymbols::read(const std::string& path, const std::string& root) {
  TRY(ElfFile file, ElfFile::open(path, root));
  ElfSymbols index(std::move(file));
  index.file_.for_each_function(
      [&](const ElfFile::Symbol& symbol) { index.symbols_.push_back(symbol); });
  // Of several names for one address the global, then the shortest, is the one that people know.
  auto& symbols = index.symbols_;
  std::sort(symbols.begin(), symbols.end(), [](const ElfFile::Symbol& a, const ElfFile::Symbol& b) {
    if (a.address != b.address) return a.address < b.address;
    if (a.is_global != b.is_global) return a.is_global;
    if (a.name.size() != b.name.size()) return a.name.size() < b.name.size();
    return a.name < b.name;
  });
  auto same = [](const ElfFile::Symbol& a, const ElfFile::Symbol& b) {
    return a.address == b.address;
  };
  symbols.erase(std::unique(symbols.begin(), symbols.end(), same), symbols.end());
  return index;
}

std::optional<ElfSymbols::Place> ElfSymbols::resolve(std::uint64_t file_offset) const {
  auto address = file_.address_at(file_offset);
  if (!address) return std::nullopt;
  auto after = std::upper_bound(
      symbols_.begin(), symbols_.end(), *address,
      [](std::uint64_t value, const ElfFile::Symbol& symbol) { return value < symbol.address; });
  if (after == symbols_.begin()) return std::nullopt;
  const ElfFile::Symbol& symbol = *std::prev(after);
  std::uint64_t offset = *address - symbol.address;
  // Assembly without a size reaches up to the next symbol.
  if (symbol.size != 0 && offset >= symbol.size) return std::nullopt;
  return Place{.name = symbol.name, .offset = offset};
}

}  // namespace sonde::world
