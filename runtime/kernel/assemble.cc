// Relocations, by the ABI in the kernel's Documentation/bpf/llvm_reloc.rst. Functions are placed in
// the order in which they are first referred to, the program itself first; a reference becomes a
// distance between instructions, as the verifier wants it. Calls inside one section come without a
// relocation and must be moved all the same.
#include "runtime/kernel/assemble.h"

#include <errno.h>
#include <linux/bpf.h>

#include <cstring>
#include <vector>

#include "lexer/base/concat.h"

namespace sonde::kernel {
namespace {

constexpr std::uint64_t kInstructionSize = sizeof(bpf_insn);
constexpr std::size_t kMostInstructions = 1'000'000;  // the verifier takes no longer program
constexpr std::uint8_t kLoadImmediate64 = BPF_LD | BPF_IMM | BPF_DW;
constexpr std::uint8_t kCall = BPF_JMP | BPF_CALL;

class Assembler {
 public:
  Assembler(const Object& object, const FindMap& find_map) : object_(object), find_map_(find_map) {}

  Result<AssembledProgram> assemble(const ObjectSymbol& entry) {
    TRY_DO(place(entry));
    for (std::size_t i = 0; i < placed_.size(); ++i) TRY_DO(relocate(i));
    std::memcpy(reserve(), code_.data(), code_.size() * kInstructionSize);
    move_records(&ObjectSection::func_info, out_.func_info, out_.func_info_record);
    move_records(&ObjectSection::line_info, out_.line_info, out_.line_info_record);
    return std::move(out_);
  }

 private:
  struct Placed {
    const ObjectSymbol* function;
    std::size_t start;  // instructions
  };

  static Error broken(std::string_view what, std::string_view name) {
    return {
        .message = concat("link BPF program: ", what, " `", name, "`"), .code = EINVAL, .hint = {}};
  }

  char* reserve() {
    out_.instructions.resize(code_.size() * kInstructionSize);
    return out_.instructions.data();
  }

  // Where the function stands in the program; it is appended when it is new.
  Result<std::size_t> place(const ObjectSymbol& function) {
    for (const Placed& placed : placed_)
      if (placed.function == &function) return placed.start;
    const ObjectSection& section = object_.sections[function.section];
    auto bytes = ByteView(section.bytes).slice(function.value, function.size);
    if (!section.is_code || !bytes || function.size % kInstructionSize != 0 || function.size == 0)
      return broken("damaged function", function.name);
    std::size_t start = code_.size();
    if (start + function.size / kInstructionSize > kMostInstructions)
      return broken("too many instructions with", function.name);
    code_.resize(start + function.size / kInstructionSize);
    std::memcpy(&code_[start], bytes->bytes().data(), function.size);
    placed_.push_back({&function, start});
    return start;
  }

  Result<void> relocate(std::size_t which) {
    const Placed placed = placed_[which];
    const ObjectSection& section = object_.sections[placed.function->section];
    std::size_t count = placed.function->size / kInstructionSize;
    for (std::size_t i = 0; i < count; ++i) {
      std::uint64_t offset = placed.function->value + i * kInstructionSize;
      auto relocation = section.relocations.find(offset);
      const ObjectSymbol* symbol =
          relocation == section.relocations.end() ? nullptr : &object_.symbols[relocation->second];
      const bpf_insn& instruction = code_[placed.start + i];
      if (instruction.code == kLoadImmediate64) {
        if (i + 1 == count) return broken("damaged function", placed.function->name);
        if (symbol != nullptr) TRY_DO(relocate_address(placed.start + i, *symbol));
        ++i;
      } else if (instruction.code == kCall && instruction.src_reg == BPF_PSEUDO_CALL) {
        TRY_DO(relocate_call(placed.start + i, placed.function->section, offset, symbol));
      } else if (symbol != nullptr) {
        return broken("unknown relocation against", symbol->name);
      }
    }
    return {};
  }

  Result<void> relocate_call(std::size_t at, std::uint32_t section, std::uint64_t offset,
                             const ObjectSymbol* symbol) {
    std::int64_t distance = std::int64_t{code_[at].imm} + 1;
    if (symbol != nullptr && symbol->section == 0)
      return broken("undefined function", symbol->name);
    std::uint64_t target = (symbol != nullptr ? symbol->value : offset) +
                           static_cast<std::uint64_t>(distance) * kInstructionSize;
    TRY(std::size_t start, place_at(symbol != nullptr ? symbol->section : section, target));
    code_[at].imm = distance_between(at, start);
    return {};
  }

  Result<void> relocate_address(std::size_t at, const ObjectSymbol& symbol) {
    std::uint64_t addend = static_cast<std::uint32_t>(code_[at].imm);
    if (symbol.section != 0 && object_.sections[symbol.section].is_code) {
      TRY(std::size_t start, place_at(symbol.section, symbol.value + addend));
      code_[at].src_reg = BPF_PSEUDO_FUNC;
      code_[at].imm = distance_between(at, start);
      code_[at + 1].imm = 0;
      return {};
    }
    auto [name, offset] = named(symbol, addend);
    auto map = find_map_(name);
    if (!map) return broken("no map named", name);
    code_[at].src_reg = map->is_memory ? BPF_PSEUDO_MAP_VALUE : BPF_PSEUDO_MAP_FD;
    code_[at].imm = map->fd;
    code_[at + 1].imm = map->is_memory ? static_cast<std::int32_t>(offset) : 0;
    return {};
  }

  // A symbol of the section plus a distance stands for the variable that lies there.
  std::pair<std::string_view, std::uint64_t> named(const ObjectSymbol& symbol,
                                                   std::uint64_t addend) const {
    if (!symbol.is_section) return {symbol.name, addend};
    for (const ObjectSymbol& candidate : object_.symbols)
      if (!candidate.is_section && candidate.section == symbol.section &&
          addend >= candidate.value && addend - candidate.value < candidate.size)
        return {candidate.name, addend - candidate.value};
    return {object_.sections[symbol.section].name, addend};
  }

  Result<std::size_t> place_at(std::uint32_t section, std::uint64_t offset) {
    const ObjectSymbol* function = object_.function_at(section, offset);
    if (function == nullptr)
      return broken("no function begins where it is called in", object_.sections[section].name);
    return place(*function);
  }

  static std::int32_t distance_between(std::size_t from, std::size_t to) {
    return static_cast<std::int32_t>(static_cast<std::int64_t>(to) -
                                     static_cast<std::int64_t>(from) - 1);
  }

  // The kernel takes such information for all functions of a program or for none, in the order of
  // the instructions.
  void move_records(ObjectRecords ObjectSection::* kind, std::string& out, std::uint32_t& size) {
    std::string moved;
    std::uint32_t record_size = 0;
    for (const Placed& placed : placed_) {
      const ObjectRecords& records = object_.sections[placed.function->section].*kind;
      bool begins_with_one = false;
      for (std::string_view record : records.records) {
        std::uint32_t offset = *ByteView(record).read<std::uint32_t>(0);
        if (offset < placed.function->value) continue;
        std::uint64_t inside = offset - placed.function->value;
        if (inside >= placed.function->size) continue;
        begins_with_one |= inside == 0;
        auto index = static_cast<std::uint32_t>(placed.start + inside / kInstructionSize);
        std::size_t at = moved.size();
        moved += record;
        std::memcpy(moved.data() + at, &index, sizeof index);
      }
      bool is_uniform = record_size == 0 || record_size == records.record_size;
      if (!begins_with_one || !is_uniform) return;
      record_size = records.record_size;
    }
    out = std::move(moved);
    size = record_size;
  }

  const Object& object_;
  const FindMap& find_map_;
  std::vector<Placed> placed_;
  std::vector<bpf_insn> code_;
  AssembledProgram out_;
};

}  // namespace

std::optional<LineColumn> AssembledProgram::place_of(std::uint64_t index) const {
  std::optional<LineColumn> place;
  ByteView records(line_info);
  for (std::uint64_t at = 0; line_info_record != 0 && at < records.size(); at += line_info_record) {
    auto record = records.read<bpf_line_info>(at);
    if (!record || record->insn_off > index) break;
    place = {.line = BPF_LINE_INFO_LINE_NUM(record->line_col),
             .column = BPF_LINE_INFO_LINE_COL(record->line_col)};
  }
  return place;
}

Result<AssembledProgram> assemble(const Object& object, std::string_view function,
                                  const FindMap& find_map) {
  const ObjectSymbol* entry = object.function_named(function);
  if (entry == nullptr)
    return Error{.message = concat("link BPF program: no function `", function, "`"),
                 .code = EINVAL,
                 .hint = {}};
  return Assembler(object, find_map).assemble(*entry);
}

}  // namespace sonde::kernel
