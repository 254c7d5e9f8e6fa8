// Layouts of C definitions; the numbers are those of GCC 12 on x86-64. And what becomes of damaged
// ones.
#include "parser/c_types.h"

#include <gtest/gtest.h>

#include "lexer/base/concat.h"
#include "lexer/base/source_map.h"
#include "parser/preprocessor.h"
#include "runtime/world/world.h"

namespace sonde {
namespace {

class CTypes : public testing::Test {
 protected:
  CDefinitions read(std::string text) {
    diagnostics_ = Diagnostics();
    auto size = static_cast<std::uint32_t>(text.size());
    FileId file = sources_.add("c.h", std::move(text));
    Span whole{file, 0, size};
    ast::CSource source = preprocess({whole}, {}, sources_, diagnostics_);
    return parse_c_types(source.declarations, *world_, diagnostics_);
  }
  const CLayout& layout(const CDefinitions& all, const std::string& tag) {
    const auto& known = all.structs.contains(tag) ? all.structs : all.unions;
    return all.layouts[static_cast<std::size_t>(known.at(tag).definition) - 1];
  }

  SourceMap sources_;
  Diagnostics diagnostics_;
  std::unique_ptr<World> world_ =
      *world::make_captured_world(SONDE_SOURCE_DIR "/tests/golden/world");
};

TEST_F(CTypes, bit_fields_share_units_and_do_not_cross_them) {
  CDefinitions all =
      read("struct s { char c; int a : 20; int b : 20; unsigned : 0; char d : 3; };");
  const CLayout& s = layout(all, "s");
  ASSERT_EQ(s.members.size(), 4u);
  EXPECT_EQ(s.members[1].bit_offset, 8u);
  EXPECT_EQ(s.members[2].bit_offset, 32u);
  EXPECT_EQ(s.members[3].bit_offset, 64u);
  EXPECT_EQ(s.size, 12u);
}

TEST_F(CTypes, declarators_read_inside_out) {
  CDefinitions all = read("struct s { int (*call)(int); char *(*table[3])[2]; char text[2][5]; };");
  const CLayout& s = layout(all, "s");
  EXPECT_EQ(s.members[0].type.kind, CKind::kPointer);
  EXPECT_EQ(s.members[1].type.kind, CKind::kArray);
  EXPECT_EQ(s.members[1].type.element[0].kind, CKind::kPointer);
  EXPECT_EQ(s.members[1].type.element[0].element[0].length, 2u);
  EXPECT_EQ(s.members[2].type.length, 2u);
  EXPECT_EQ(s.members[2].type.element[0].text, ArrayText::kPadded);
  EXPECT_EQ(s.size, 48u);
}

TEST_F(CTypes, types_of_the_kernel_need_no_definition) {
  CDefinitions all = read("struct s { u32 n; struct list_head list; struct nothing *p; };");
  EXPECT_EQ(layout(all, "s").size, 32u);
  EXPECT_EQ(layout(all, "s").members[1].type.name, "list_head");
  EXPECT_FALSE(diagnostics_.has_errors());
}

TEST_F(CTypes, constants_are_worked_out) {
  CDefinitions all = read(
      "enum e { A = 1 << 3, B, C = sizeof(struct { char c; int i; }), D = 'a' + (char)0x101, "
      "E = A > B ? 1 : ~0 };");
  EXPECT_EQ(all.constants.at("B").value, 9u);
  EXPECT_EQ(all.constants.at("C").value, 8u);
  EXPECT_EQ(all.constants.at("D").value, 98u);
  EXPECT_EQ(all.constants.at("E").value, ~std::uint64_t{0});
  EXPECT_TRUE(all.enums.at("e").is_signed);
}

TEST_F(CTypes, damaged_text_is_reported_once_for_each_declaration) {
  for (const char* text : {"struct s { int a[; };", "struct s { int (*(; };", "enum e { A = };",
                           "struct s { int a : 99; };", "union { };;",
                           "struct s { struct s inner; };", "enum e { A = ((((((1))))) };"}) {
    read(text);
    EXPECT_LE(diagnostics_.sorted().size(), 1u) << text;
  }
  std::string deep = "enum e { A = " + std::string(5000, '(') + "1 };";
  read(deep);
  EXPECT_TRUE(diagnostics_.has_errors());
}

TEST_F(CTypes, what_is_too_large_or_nests_too_deep_is_refused_once) {
  auto repeated = [](std::string_view text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
  };
  std::string nested = "struct a0 { int x; };";
  for (int i = 1; i <= 32; ++i) nested += concat("struct a", i, " { struct a", i - 1, " x; };");
  const std::pair<std::string, std::string> cases[] = {
      {"struct s { int x[" + repeated("1?1:", 300000) + "1]; };", "this nests too deep"},
      {"struct s { int x[" + repeated("- ", 300000) + "1]; };", "this nests too deep"},
      {"struct s { " + repeated("int *a[2000000];", 20) + " };", "this structure is too large"},
      {nested, "this structure nests too deep"},
      {"struct s { int " + repeated("*", 65) + "x; };", "this type nests too deep"},
      {"struct s { int x" + repeated("[1]", 65) + "; };", "this type nests too deep"}};
  for (const auto& [text, message] : cases) {
    read(text);
    ASSERT_EQ(diagnostics_.error_count(), 1u) << message;
    EXPECT_EQ(diagnostics_.sorted()[0]->message, message);
  }
}

TEST_F(CTypes, constants_are_those_of_c) {
  CDefinitions all = read(
      "enum e { first = 2 + 3 * 4 - (5 << 1), cut = (unsigned char)300, size = sizeof(int[3]),"
      " hex = '\\x4A', octal = '\\101', letter = '\\n', chosen = 0 ? 1 : 2 > 1 ? 7 : 8,"
      " largest = 0x7fffffffffffffff, behind };");
  EXPECT_EQ(all.constants.at("first").value, 4u);
  EXPECT_EQ(all.constants.at("cut").value, 44u);
  EXPECT_EQ(all.constants.at("size").value, 12u);
  EXPECT_EQ(all.constants.at("hex").value, 0x4au);
  EXPECT_EQ(all.constants.at("octal").value, 65u);
  EXPECT_EQ(all.constants.at("letter").value, 10u);
  EXPECT_EQ(all.constants.at("chosen").value, 7u);
  EXPECT_EQ(all.constants.at("behind").value, 0x8000000000000000u);
}

}  // namespace
}  // namespace sonde
