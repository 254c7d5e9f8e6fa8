// Reading ELF: section table, symbol table, REL relocations of code sections, .BTF and .BTF.ext.
// Formats: elf(5) and the kernel's Documentation/bpf/btf.rst. A malformed part makes the whole
// object an error, but for BTF, whose absence only costs names and lines.
#include "runtime/kernel/object.h"

#include <elf.h>
#include <errno.h>
#include <linux/btf.h>

#include <algorithm>
#include <cstring>

#include "lexer/base/concat.h"

namespace sonde::kernel {
namespace {

constexpr std::uint16_t kMachineBpf = 247;

Error damaged(std::string_view what) {
  return {.message = concat("read BPF object: ", what), .code = EINVAL, .hint = {}};
}

struct Headers {
  std::vector<Elf64_Shdr> sections;
  ByteView names;
};

Result<Headers> read_headers(ByteView file) {
  auto header = file.read<Elf64_Ehdr>(0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return damaged("no ELF file");
  if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB ||
      header->e_type != ET_REL || header->e_machine != kMachineBpf)
    return damaged("no relocatable 64-bit little-endian BPF object");
  if (header->e_shentsize != sizeof(Elf64_Shdr)) return damaged("unknown section headers");
  Headers headers;
  for (std::uint64_t i = 0; i < header->e_shnum; ++i) {
    auto section = file.read<Elf64_Shdr>(header->e_shoff + i * sizeof(Elf64_Shdr));
    if (!section) return damaged("truncated section table");
    headers.sections.push_back(*section);
  }
  if (header->e_shstrndx >= headers.sections.size()) return damaged("no section names");
  const Elf64_Shdr& names = headers.sections[header->e_shstrndx];
  auto bytes = file.slice(names.sh_offset, names.sh_size);
  if (!bytes) return damaged("truncated section names");
  headers.names = *bytes;
  return headers;
}

Result<std::vector<ObjectSection>> read_sections(ByteView file, const Headers& headers) {
  std::vector<ObjectSection> sections;
  for (const Elf64_Shdr& header : headers.sections) {
    ObjectSection section;
    auto name = headers.names.c_string(header.sh_name);
    if (!name) return damaged("section without a name");
    section.name = *name;
    section.size = header.sh_size;
    section.is_code = header.sh_type == SHT_PROGBITS && (header.sh_flags & SHF_EXECINSTR) != 0;
    if (header.sh_type != SHT_NOBITS && header.sh_type != SHT_NULL) {
      auto bytes = file.slice(header.sh_offset, header.sh_size);
      if (!bytes) return damaged(concat("truncated section ", *name));
      section.bytes = bytes->bytes();
    }
    sections.push_back(std::move(section));
  }
  return sections;
}

Result<std::vector<ObjectSymbol>> read_symbols(const Headers& headers,
                                               const std::vector<ObjectSection>& sections) {
  std::vector<ObjectSymbol> symbols;
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const Elf64_Shdr& header = headers.sections[i];
    if (header.sh_type != SHT_SYMTAB) continue;
    if (header.sh_link >= sections.size()) return damaged("symbols without names");
    ByteView table(sections[i].bytes), names(sections[header.sh_link].bytes);
    for (std::uint64_t at = 0; at + sizeof(Elf64_Sym) <= table.size(); at += sizeof(Elf64_Sym)) {
      auto entry = table.read<Elf64_Sym>(at);
      auto name = names.c_string(entry->st_name);
      if (!name) return damaged("symbol without a name");
      ObjectSymbol symbol{.name = *name, .value = entry->st_value, .size = entry->st_size};
      symbol.section = entry->st_shndx < sections.size() ? entry->st_shndx : 0;
      symbol.is_function = ELF64_ST_TYPE(entry->st_info) == STT_FUNC;
      symbol.is_section = ELF64_ST_TYPE(entry->st_info) == STT_SECTION;
      symbols.push_back(symbol);
    }
  }
  return symbols;
}

Result<void> read_relocations(const Headers& headers, Object& object) {
  for (std::size_t i = 0; i < object.sections.size(); ++i) {
    const Elf64_Shdr& header = headers.sections[i];
    if (header.sh_type != SHT_REL || header.sh_info >= object.sections.size()) continue;
    ObjectSection& target = object.sections[header.sh_info];
    if (!target.is_code) continue;
    ByteView table(object.sections[i].bytes);
    for (std::uint64_t at = 0; at + sizeof(Elf64_Rel) <= table.size(); at += sizeof(Elf64_Rel)) {
      auto entry = table.read<Elf64_Rel>(at);
      std::uint32_t symbol = ELF64_R_SYM(entry->r_info);
      if (symbol >= object.symbols.size()) return damaged("relocation without a symbol");
      target.relocations[entry->r_offset] = symbol;
    }
  }
  return {};
}

const ObjectSection* find_section(const Object& object, std::string_view name) {
  for (const ObjectSection& section : object.sections)
    if (section.name == name) return &section;
  return nullptr;
}

// Bytes that follow the three words of a BTF type.
std::optional<std::uint64_t> btf_tail_size(std::uint32_t info) {
  std::uint64_t length = BTF_INFO_VLEN(info);
  switch (BTF_INFO_KIND(info)) {
    case BTF_KIND_INT:
      return sizeof(std::uint32_t);
    case BTF_KIND_ARRAY:
      return sizeof(btf_array);
    case BTF_KIND_STRUCT:
    case BTF_KIND_UNION:
      return length * sizeof(btf_member);
    case BTF_KIND_ENUM:
      return length * sizeof(btf_enum);
    case BTF_KIND_ENUM64:
      return length * sizeof(btf_enum64);
    case BTF_KIND_FUNC_PROTO:
      return length * sizeof(btf_param);
    case BTF_KIND_VAR:
      return sizeof(btf_var);
    case BTF_KIND_DATASEC:
      return length * sizeof(btf_var_secinfo);
    case BTF_KIND_DECL_TAG:
      return sizeof(btf_decl_tag);
    case BTF_KIND_PTR:
    case BTF_KIND_FWD:
    case BTF_KIND_TYPEDEF:
    case BTF_KIND_VOLATILE:
    case BTF_KIND_CONST:
    case BTF_KIND_RESTRICT:
    case BTF_KIND_FUNC:
    case BTF_KIND_FLOAT:
    case BTF_KIND_TYPE_TAG:
      return 0;
    default:
      return std::nullopt;
  }
}

struct BtfTypes {
  std::vector<std::uint64_t> offsets;  // of each type in the blob, id 1 first
  ByteView strings;
};

std::optional<BtfTypes> index_btf(ByteView btf) {
  auto header = btf.read<btf_header>(0);
  if (!header || header->magic != BTF_MAGIC) return std::nullopt;
  BtfTypes types;
  auto strings = btf.slice(std::uint64_t{header->hdr_len} + header->str_off, header->str_len);
  if (!strings) return std::nullopt;
  types.strings = *strings;
  std::uint64_t at = std::uint64_t{header->hdr_len} + header->type_off;
  std::uint64_t end = at + header->type_len;
  while (at < end) {
    auto type = btf.read<btf_type>(at);
    if (!type) return std::nullopt;
    auto tail = btf_tail_size(type->info);
    if (!tail || !btf.slice(at, sizeof(btf_type) + *tail)) return std::nullopt;
    types.offsets.push_back(at);
    at += sizeof(btf_type) + *tail;
  }
  return types;
}

std::uint64_t symbol_value(const Object& object, std::string_view name) {
  for (const ObjectSymbol& symbol : object.symbols)
    if (symbol.name == name) return symbol.value;
  return 0;
}

// The compiler leaves the size of a data section and the offsets of its variables at 0; the kernel
// wants them filled in.
void fill_data_section(const Object& object, const BtfTypes& types, std::uint64_t at,
                       std::string& btf) {
  ByteView view(btf);
  btf_type type = *view.read<btf_type>(at);
  auto name = types.strings.c_string(type.name_off);
  const ObjectSection* section = name ? find_section(object, *name) : nullptr;
  std::uint64_t first = at + sizeof type;
  std::vector<btf_var_secinfo> variables;
  std::uint32_t end = 1;
  for (std::uint64_t i = 0; i < BTF_INFO_VLEN(type.info); ++i) {
    auto variable = view.read<btf_var_secinfo>(first + i * sizeof(btf_var_secinfo));
    if (!variable) return;
    if (variable->type != 0 && variable->type <= types.offsets.size()) {
      auto declared = view.read<btf_type>(types.offsets[variable->type - 1]);
      auto symbol = types.strings.c_string(declared->name_off);
      if (symbol) variable->offset = static_cast<std::uint32_t>(symbol_value(object, *symbol));
    }
    end = std::max(end, variable->offset + variable->size);
    variables.push_back(*variable);
  }
  std::ranges::sort(variables, {}, &btf_var_secinfo::offset);
  type.size = section != nullptr && section->size >= end ? section->size : end;
  std::memcpy(btf.data() + at, &type, sizeof type);
  btf.replace(first, variables.size() * sizeof(btf_var_secinfo),
              std::string_view(reinterpret_cast<const char*>(variables.data()),
                               variables.size() * sizeof(btf_var_secinfo)));
}

// A map that is declared but not defined is an extern variable; the kernel knows only those that
// are there.
void define_variable(std::uint64_t at, std::string& btf) {
  const btf_var defined = {.linkage = BTF_VAR_GLOBAL_ALLOCATED};
  if (ByteView(btf).read<btf_var>(at + sizeof(btf_type))->linkage == BTF_VAR_GLOBAL_EXTERN)
    std::memcpy(btf.data() + at + sizeof(btf_type), &defined, sizeof defined);
}

void fill_btf(Object& object) {
  const ObjectSection* section = find_section(object, ".BTF");
  if (section == nullptr) return;
  auto types = index_btf(ByteView(section->bytes));
  if (!types) return;
  object.btf = section->bytes;
  for (std::uint64_t at : types->offsets) {
    std::uint32_t kind = BTF_INFO_KIND(ByteView(section->bytes).read<btf_type>(at)->info);
    if (kind == BTF_KIND_DATASEC) fill_data_section(object, *types, at, object.btf);
    if (kind == BTF_KIND_VAR) define_variable(at, object.btf);
  }
}

// The head of .BTF.ext, as far as function and line information go.
struct BtfExtHeader {
  std::uint16_t magic;
  std::uint8_t version;
  std::uint8_t flags;
  std::uint32_t header_size;
  std::uint32_t func_info_offset;
  std::uint32_t func_info_size;
  std::uint32_t line_info_offset;
  std::uint32_t line_info_size;
};
struct BtfExtSection {
  std::uint32_t name;
  std::uint32_t count;
};

void read_btf_ext_part(Object& object, ByteView strings, std::optional<ByteView> part,
                       std::uint32_t least_record, ObjectRecords ObjectSection::* destination) {
  auto record_size = part ? part->read<std::uint32_t>(0) : std::nullopt;
  if (!record_size || *record_size < least_record) return;
  std::uint64_t at = sizeof(std::uint32_t);
  while (auto head = part->read<BtfExtSection>(at)) {
    at += sizeof(BtfExtSection);
    auto records = part->slice(at, std::uint64_t{head->count} * *record_size);
    auto name = strings.c_string(head->name);
    if (!records || !name) return;
    at += records->size();
    for (ObjectSection& section : object.sections) {
      if (section.name != *name || !section.is_code) continue;
      ObjectRecords& found = section.*destination;
      found.record_size = *record_size;
      for (std::uint64_t i = 0; i < head->count; ++i)
        found.records.push_back(records->bytes().substr(i * *record_size, *record_size));
    }
  }
}

void read_btf_ext(Object& object) {
  const ObjectSection* section = find_section(object, ".BTF.ext");
  auto types = index_btf(ByteView(object.btf));
  if (section == nullptr || !types) return;
  ByteView bytes(section->bytes);
  auto header = bytes.read<BtfExtHeader>(0);
  if (!header || header->magic != BTF_MAGIC) return;
  std::uint64_t start = header->header_size;
  read_btf_ext_part(object, types->strings,
                    bytes.slice(start + header->func_info_offset, header->func_info_size),
                    2 * sizeof(std::uint32_t), &ObjectSection::func_info);
  read_btf_ext_part(object, types->strings,
                    bytes.slice(start + header->line_info_offset, header->line_info_size),
                    4 * sizeof(std::uint32_t), &ObjectSection::line_info);
}

}  // namespace

const ObjectSymbol* Object::function_at(std::uint32_t section, std::uint64_t offset) const {
  for (const ObjectSymbol& symbol : symbols)
    if (symbol.is_function && symbol.section == section && symbol.value == offset) return &symbol;
  return nullptr;
}

const ObjectSymbol* Object::function_named(std::string_view name) const {
  for (const ObjectSymbol& symbol : symbols)
    if (symbol.is_function && symbol.section != 0 && symbol.name == name) return &symbol;
  return nullptr;
}

Result<Object> read_object(std::string_view elf) {
  ByteView file(elf);
  TRY(Headers headers, read_headers(file));
  Object object;
  TRY(object.sections, read_sections(file, headers));
  TRY(object.symbols, read_symbols(headers, object.sections));
  TRY_DO(read_relocations(headers, object));
  fill_btf(object);
  read_btf_ext(object);
  return object;
}

}  // namespace sonde::kernel
