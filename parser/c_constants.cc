// What a constant expression of a declaration can hold beside numbers: types, and names of
// constants.
#include <algorithm>
#include <iterator>

#include "lexer/base/concat.h"
#include "parser/c_type_parser.h"

namespace sonde::parser {
namespace {

using Word = std::uint64_t;

constexpr std::string_view kTypeWords[] = {
    "struct", "union", "enum",   "unsigned", "signed",   "__signed__",
    "char",   "short", "int",    "long",     "void",     "_Bool",
    "bool",   "float", "double", "const",    "volatile", "__int128"};

}  // namespace

bool CTypeParser::begins_type(std::size_t ahead) const {
  const Token& token = peek(ahead);
  if (token.kind != Token::Kind::kName) return false;
  if (std::ranges::find(kTypeWords, token.text) != std::end(kTypeWords)) return true;
  if (definitions_.constants.contains(token.text)) return false;
  return definitions_.typedefs.contains(token.text) || find_c_integer(token.text).has_value();
}

CType CTypeParser::type_name() {
  Span span = peek().span;
  CType base = specifiers().type;
  return completed(declarator(std::move(base)).type, span);
}

std::optional<std::int64_t> CTypeParser::own_operand() {
  if (accept("sizeof")) return size_of();
  if (sees("(") && begins_type(1)) return cast();
  if (peek().kind != Token::Kind::kName) return std::nullopt;
  auto own = definitions_.constants.find(peek().text);
  std::optional<Word> value;
  if (own != definitions_.constants.end())
    value = own->second.value;
  else if (auto known = world_.kernel_constant(peek().text))
    value = known->value;
  if (!value) return std::nullopt;
  take_token();
  return static_cast<std::int64_t>(*value);
}

std::int64_t CTypeParser::size_of() {
  Span span = peek().span;
  expect("(");
  if (!begins_type()) fail(span, "`sizeof` takes a type here");
  CType type = type_name();
  expect(")");
  return type.size;
}

std::int64_t CTypeParser::cast() {
  expect("(");
  CType type = type_name();
  expect(")");
  std::int64_t value = unary();
  unsigned unused = type.size == 0 || type.size >= 8 ? 0 : 64 - 8 * type.size;
  Word shifted = Word(value) << unused;
  return type.is_signed ? static_cast<std::int64_t>(shifted) >> unused
                        : static_cast<std::int64_t>(shifted >> unused);
}

}  // namespace sonde::parser
