// ObjectWriter: a relocatable BPF ELF file made by hand, for tests of what reads such files.
// Sections, symbols and relocations are added in any order; text() puts the file together.
#pragma once

#include <elf.h>
#include <linux/bpf.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace sonde::kernel {

constexpr bpf_insn insn(std::uint8_t code, std::uint8_t dst = 0, std::uint8_t src = 0,
                        std::int16_t off = 0, std::int32_t imm = 0) {
  return {.code = code, .dst_reg = dst, .src_reg = src, .off = off, .imm = imm};
}
constexpr bpf_insn kMoveZero = insn(BPF_ALU64 | BPF_MOV | BPF_K);
constexpr bpf_insn kExit = insn(BPF_JMP | BPF_EXIT);
constexpr bpf_insn call(std::int32_t distance) {
  return insn(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, distance);
}
// The two halves of an address in `dst`; the first carries the relocation.
constexpr bpf_insn load_low(std::uint8_t dst, std::int32_t addend = 0) {
  return insn(BPF_LD | BPF_IMM | BPF_DW, dst, 0, 0, addend);
}
constexpr bpf_insn kLoadHigh = insn(0);

class ObjectWriter {
 public:
  ObjectWriter() { sections_.push_back({}); }

  std::uint32_t add_section(std::string name, std::string bytes, std::uint64_t flags = 0) {
    sections_.push_back({std::move(name), std::move(bytes), SHT_PROGBITS, flags, 0, 0});
    return static_cast<std::uint32_t>(sections_.size() - 1);
  }
  std::uint32_t add_code(std::string name, const std::vector<bpf_insn>& code) {
    return add_section(std::move(name),
                       std::string(reinterpret_cast<const char*>(code.data()), code.size() * 8),
                       SHF_ALLOC | SHF_EXECINSTR);
  }
  // Sizes and values in bytes. Section 0 leaves the symbol undefined.
  std::uint32_t add_symbol(std::string name, std::uint32_t section, std::uint64_t value,
                           std::uint64_t size, unsigned type) {
    symbols_.push_back({std::move(name), section, value, size, type});
    return static_cast<std::uint32_t>(symbols_.size());
  }
  std::uint32_t add_function(std::string name, std::uint32_t section, std::uint64_t first,
                             std::uint64_t count) {
    return add_symbol(std::move(name), section, first * 8, count * 8, STT_FUNC);
  }
  void relocate(std::uint32_t section, std::uint64_t instruction, std::uint32_t symbol,
                std::uint32_t type) {
    relocations_.push_back({section, instruction * 8, symbol, type});
  }
  void relocate_address(std::uint32_t section, std::uint64_t instruction, std::uint32_t symbol) {
    relocate(section, instruction, symbol, 1);  // R_BPF_64_64
  }
  void relocate_call(std::uint32_t section, std::uint64_t instruction, std::uint32_t symbol) {
    relocate(section, instruction, symbol, 10);  // R_BPF_64_32
  }

  std::string text() const {
    std::vector<Section> sections = sections_;
    std::string names(1, '\0'), table(sizeof(Elf64_Sym), '\0');
    for (const Symbol& symbol : symbols_) {
      Elf64_Sym entry{};
      entry.st_name = append_name(names, symbol.name);
      entry.st_info = ELF64_ST_INFO(STB_GLOBAL, symbol.type);
      entry.st_shndx = static_cast<Elf64_Half>(symbol.section);
      entry.st_value = symbol.value;
      entry.st_size = symbol.size;
      append(table, entry);
    }
    auto symbol_table = static_cast<std::uint32_t>(sections.size());
    sections.push_back({".symtab", table, SHT_SYMTAB, 0, symbol_table + 1, 1});
    sections.push_back({".strtab", names, SHT_STRTAB, 0, 0, 0});
    for (std::uint32_t i = 1; i < sections_.size(); ++i) {
      std::string entries;
      for (const Relocation& relocation : relocations_)
        if (relocation.section == i)
          append(entries, Elf64_Rel{.r_offset = relocation.offset,
                                    .r_info = ELF64_R_INFO(std::uint64_t{relocation.symbol},
                                                           relocation.type)});
      if (!entries.empty())
        sections.push_back({".rel" + sections_[i].name, entries, SHT_REL, 0, symbol_table, i});
    }
    return put_together(sections);
  }

 private:
  struct Section {
    std::string name{};
    std::string bytes{};
    std::uint32_t type = SHT_NULL;
    std::uint64_t flags = 0;
    std::uint32_t link = 0;
    std::uint32_t info = 0;
  };
  struct Symbol {
    std::string name;
    std::uint32_t section;
    std::uint64_t value;
    std::uint64_t size;
    unsigned type;
  };
  struct Relocation {
    std::uint32_t section;
    std::uint64_t offset;
    std::uint32_t symbol;
    std::uint32_t type;
  };

  template <typename T>
  static void append(std::string& out, const T& value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  static std::uint32_t append_name(std::string& names, std::string_view name) {
    auto at = static_cast<std::uint32_t>(names.size());
    names += name;
    names += '\0';
    return at;
  }

  static std::string put_together(std::vector<Section> sections) {
    std::string names(1, '\0');
    std::vector<std::uint32_t> name_offsets;
    sections.push_back({".shstrtab", "", SHT_STRTAB, 0, 0, 0});
    for (const Section& section : sections)
      name_offsets.push_back(append_name(names, section.name));
    sections.back().bytes = names;

    Elf64_Ehdr header{};
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_ident[EI_VERSION] = EV_CURRENT;
    header.e_type = ET_REL;
    header.e_machine = 247;
    header.e_version = EV_CURRENT;
    header.e_ehsize = sizeof header;
    header.e_shentsize = sizeof(Elf64_Shdr);
    header.e_shnum = static_cast<Elf64_Half>(sections.size());
    header.e_shstrndx = static_cast<Elf64_Half>(sections.size() - 1);
    header.e_shoff = sizeof header;
    std::string out, contents;
    append(out, header);
    std::uint64_t start = sizeof header + sections.size() * sizeof(Elf64_Shdr);
    for (std::size_t i = 0; i < sections.size(); ++i) {
      Elf64_Shdr entry{};
      entry.sh_name = name_offsets[i];
      entry.sh_type = sections[i].type;
      entry.sh_flags = sections[i].flags;
      entry.sh_offset = start + contents.size();
      entry.sh_size = sections[i].bytes.size();
      entry.sh_link = sections[i].link;
      entry.sh_info = sections[i].info;
      append(out, entry);
      contents += sections[i].bytes;
    }
    return out + contents;
  }

  std::vector<Section> sections_;
  std::vector<Symbol> symbols_;
  std::vector<Relocation> relocations_;
};

}  // namespace sonde::kernel
