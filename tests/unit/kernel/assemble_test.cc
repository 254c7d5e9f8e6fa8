// Reading objects and putting programs together, on objects made by hand.
#include "runtime/kernel/assemble.h"

#include <gtest/gtest.h>

#include <cstring>

#include "tests/unit/kernel/object_writer.h"

namespace sonde::kernel {
namespace {

std::optional<MapReference> find_test_map(std::string_view name) {
  if (name == "table") return MapReference{.fd = 40, .is_memory = false};
  if (name == "words") return MapReference{.fd = 41, .is_memory = true};
  return std::nullopt;
}

Result<std::vector<bpf_insn>> assembled(const std::string& elf, std::string_view function) {
  TRY(Object object, read_object(elf));
  TRY(AssembledProgram program, assemble(object, function, find_test_map));
  std::vector<bpf_insn> code(program.instructions.size() / sizeof(bpf_insn));
  std::memcpy(code.data(), program.instructions.data(), program.instructions.size());
  return code;
}

TEST(Assemble, MapReferenceBecomesItsDescriptor) {
  ObjectWriter writer;
  auto code = writer.add_code("probes", {load_low(1), kLoadHigh, kMoveZero, kExit});
  writer.add_function("f", code, 0, 4);
  writer.relocate_address(code, 0, writer.add_symbol("table", 0, 0, 0, STT_NOTYPE));
  auto program = assembled(writer.text(), "f");
  ASSERT_TRUE(program) << program.error().message;
  EXPECT_EQ((*program)[0].src_reg, BPF_PSEUDO_MAP_FD);
  EXPECT_EQ((*program)[0].imm, 40);
  EXPECT_EQ((*program)[1].imm, 0);
}

TEST(Assemble, ReferenceIntoMemoryOfMapKeepsItsOffset) {
  ObjectWriter writer;
  auto code = writer.add_code("probes", {load_low(1, 24), kLoadHigh, kMoveZero, kExit});
  writer.add_function("f", code, 0, 4);
  auto data = writer.add_section(".bss", std::string(64, '\0'), SHF_ALLOC | SHF_WRITE);
  writer.relocate_address(code, 0, writer.add_symbol("words", data, 16, 48, STT_OBJECT));
  auto program = assembled(writer.text(), "f");
  ASSERT_TRUE(program) << program.error().message;
  EXPECT_EQ((*program)[0].src_reg, BPF_PSEUDO_MAP_VALUE);
  EXPECT_EQ((*program)[0].imm, 41);
  EXPECT_EQ((*program)[1].imm, 24);
}

TEST(Assemble, SectionAndDistanceStandForTheVariableThere) {
  ObjectWriter writer;
  auto code = writer.add_code("probes", {load_low(1, 20), kLoadHigh, kMoveZero, kExit});
  writer.add_function("f", code, 0, 4);
  auto data = writer.add_section(".bss", std::string(64, '\0'), SHF_ALLOC | SHF_WRITE);
  writer.add_symbol("words", data, 16, 48, STT_OBJECT);
  writer.relocate_address(code, 0, writer.add_symbol("", data, 0, 0, STT_SECTION));
  auto program = assembled(writer.text(), "f");
  ASSERT_TRUE(program) << program.error().message;
  EXPECT_EQ((*program)[0].imm, 41);
  EXPECT_EQ((*program)[1].imm, 4);
}

TEST(Assemble, CalledFunctionIsAppendedOnce) {
  ObjectWriter writer;
  auto text = writer.add_code(".text", {kMoveZero, kExit, kMoveZero, kMoveZero, kExit});
  auto code = writer.add_code("probes", {call(-1), call(1), call(-1), kExit});
  auto first = writer.add_function("unused", text, 0, 2);
  auto second = writer.add_function("g", text, 2, 3);
  auto section = writer.add_symbol("", text, 0, 0, STT_SECTION);
  writer.add_function("f", code, 0, 4);
  writer.relocate_call(code, 0, second);
  writer.relocate_call(code, 1, section);  // section + (1 + 1) instructions: `g` again
  writer.relocate_call(code, 2, second);
  (void)first;
  auto program = assembled(writer.text(), "f");
  ASSERT_TRUE(program) << program.error().message;
  ASSERT_EQ(program->size(), 7u);
  EXPECT_EQ((*program)[0].imm, 3);
  EXPECT_EQ((*program)[1].imm, 2);
  EXPECT_EQ((*program)[2].imm, 1);
}

TEST(Assemble, CallInsideOneSectionNeedsNoRelocation) {
  ObjectWriter writer;
  // `other` lies between the caller and the function that it calls, and is left out.
  auto code = writer.add_code("probes", {call(3), kExit, kMoveZero, kExit, kMoveZero, kExit});
  writer.add_function("f", code, 0, 2);
  writer.add_function("other", code, 2, 2);
  writer.add_function("g", code, 4, 2);
  auto program = assembled(writer.text(), "f");
  ASSERT_TRUE(program) << program.error().message;
  ASSERT_EQ(program->size(), 4u);
  EXPECT_EQ((*program)[0].imm, 1);
}

TEST(Assemble, AddressOfFunctionIsADistance) {
  ObjectWriter writer;
  auto text = writer.add_code(".text", {kMoveZero, kExit});
  auto code = writer.add_code("probes", {load_low(2), kLoadHigh, kMoveZero, kExit});
  writer.add_function("f", code, 0, 4);
  writer.relocate_address(code, 0, writer.add_function("callback", text, 0, 2));
  auto program = assembled(writer.text(), "f");
  ASSERT_TRUE(program) << program.error().message;
  ASSERT_EQ(program->size(), 6u);
  EXPECT_EQ((*program)[0].src_reg, BPF_PSEUDO_FUNC);
  EXPECT_EQ((*program)[0].imm, 3);
}

TEST(Assemble, RecursionEnds) {
  ObjectWriter writer;
  auto code = writer.add_code("probes", {call(-1), kExit});
  auto f = writer.add_function("f", code, 0, 2);
  writer.relocate_call(code, 0, f);
  auto program = assembled(writer.text(), "f");
  ASSERT_TRUE(program) << program.error().message;
  EXPECT_EQ(program->size(), 2u);
  EXPECT_EQ((*program)[0].imm, -1);
}

TEST(Assemble, NamesWhatIsMissing) {
  ObjectWriter writer;
  auto code = writer.add_code("probes", {load_low(1), kLoadHigh, kMoveZero, kExit});
  writer.add_function("f", code, 0, 4);
  writer.relocate_address(code, 0, writer.add_symbol("absent", 0, 0, 0, STT_NOTYPE));
  EXPECT_EQ(assembled(writer.text(), "f").error().message,
            "link BPF program: no map named `absent`");
  EXPECT_EQ(assembled(writer.text(), "h").error().message, "link BPF program: no function `h`");
}

TEST(Assemble, UndefinedFunctionIsAnError) {
  ObjectWriter writer;
  auto code = writer.add_code("probes", {call(-1), kExit});
  writer.add_function("f", code, 0, 2);
  writer.relocate_call(code, 0, writer.add_symbol("elsewhere", 0, 0, 0, STT_NOTYPE));
  EXPECT_EQ(assembled(writer.text(), "f").error().message,
            "link BPF program: undefined function `elsewhere`");
}

template <typename T>
void append(std::string& out, std::initializer_list<T> values) {
  for (T value : values) out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

// BTF without types, whose strings name the sections; `.text` is at 1, `probes` at 7.
std::string btf_of_strings() {
  std::string strings("\0.text\0probes\0", 14);
  std::string btf;
  append<std::uint16_t>(btf, {0xeb9f, 1});
  append<std::uint32_t>(btf, {24, 0, 0, 0, static_cast<std::uint32_t>(strings.size())});
  return btf + strings;
}

std::uint32_t at_line(std::uint32_t line, std::uint32_t column) {
  return line << 10 | column;
}

TEST(Assemble, LinesMoveWithTheirFunctions) {
  ObjectWriter writer;
  auto text = writer.add_code(".text", {kMoveZero, kExit, kMoveZero, kExit});
  auto code = writer.add_code("probes", {call(-1), kExit});
  writer.add_function("f", code, 0, 2);
  writer.relocate_call(code, 0, writer.add_function("g", text, 2, 2));
  writer.add_section(".BTF", btf_of_strings());
  std::string ext;
  append<std::uint16_t>(ext, {0xeb9f, 1});
  append<std::uint32_t>(ext, {24, 0, 0, 0, 4 + 8 + 16 + 8 + 16 + 16});
  append<std::uint32_t>(ext, {16, 7, 1, 0, 0, 0, at_line(3, 9)});
  append<std::uint32_t>(ext, {1, 2, 16, 0, 0, at_line(5, 1), 24, 0, 0, at_line(6, 2)});
  writer.add_section(".BTF.ext", ext);
  std::string elf = writer.text();
  auto object = read_object(elf);
  ASSERT_TRUE(object);
  auto program = assemble(*object, "f", find_test_map);
  ASSERT_TRUE(program);
  EXPECT_EQ(program->line_info_record, 16u);
  EXPECT_EQ(program->place_of(1)->line, 3u);
  EXPECT_EQ(program->place_of(1)->column, 9u);
  EXPECT_EQ(program->place_of(2)->line, 5u);
  EXPECT_EQ(program->place_of(3)->line, 6u);
  EXPECT_EQ(program->func_info_record, 0u);
}

TEST(Object, EveryTruncationIsAnErrorAndNoFault) {
  ObjectWriter writer;
  auto text = writer.add_code(".text", {kMoveZero, kExit});
  auto code = writer.add_code("probes", {call(-1), load_low(1), kLoadHigh, kExit});
  writer.add_function("f", code, 0, 4);
  writer.relocate_call(code, 0, writer.add_function("g", text, 0, 2));
  writer.relocate_address(code, 1, writer.add_symbol("table", 0, 0, 0, STT_NOTYPE));
  std::string elf = writer.text();
  ASSERT_TRUE(assembled(elf, "f"));
  for (std::size_t size = 0; size < elf.size(); ++size)
    EXPECT_FALSE(assembled(elf.substr(0, size), "f")) << size;
}

TEST(Object, DamagedBytesAreNoFault) {
  ObjectWriter writer;
  auto code = writer.add_code("probes", {load_low(1), kLoadHigh, kMoveZero, kExit});
  writer.add_function("f", code, 0, 4);
  writer.relocate_address(code, 0, writer.add_symbol("table", 0, 0, 0, STT_NOTYPE));
  writer.add_section(".BTF", std::string(40, '\x9f'));
  writer.add_section(".BTF.ext", std::string(40, '\xeb'));
  std::string elf = writer.text();
  for (std::size_t at = 0; at < elf.size(); ++at) {
    std::string damaged = elf;
    damaged[at] = static_cast<char>(damaged[at] ^ 0xff);
    (void)assembled(damaged, "f");
  }
}

TEST(Object, OtherFilesAreRefused) {
  EXPECT_EQ(read_object("#!/bin/sh").error().message, "read BPF object: no ELF file");
  std::string elf = ObjectWriter().text();
  elf[18] = 62;  // x86-64
  EXPECT_EQ(read_object(elf).error().message,
            "read BPF object: no relocatable 64-bit little-endian BPF object");
}

}  // namespace
}  // namespace sonde::kernel
