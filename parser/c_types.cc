// Specifiers, declarators and bodies. A declarator reads inside out: what stands behind its
// parentheses belongs to the type before what is in them is read. A structure that is only named
// stays a name until its size is needed, so that it may be defined later, or by the kernel.
#include "parser/c_types.h"

#include <algorithm>
#include <utility>

#include "lexer/base/concat.h"
#include "lexer/base/dense_id.h"
#include "parser/c_type_parser.h"

namespace sonde::parser {
namespace {

constexpr std::uint64_t kLargestType = 1u << 24;  // bytes

constexpr std::string_view kIgnored[] = {
    "const",  "volatile", "restrict", "__restrict", "__const",       "__volatile__", "static",
    "extern", "register", "inline",   "__inline",   "__extension__", "__restrict__", "_Atomic"};
constexpr std::string_view kIntegerWords[] = {"unsigned", "signed", "__signed__", "char",
                                              "short",    "int",    "long"};
constexpr std::string_view kAttributeWords[] = {"__attribute__", "__attribute"};

template <typename List>
bool contains(const List& list, std::string_view word) {
  return std::ranges::find(list, word) != std::end(list);
}

std::optional<CKind> tag_keyword(std::string_view word) {
  if (word == "struct") return CKind::kStruct;
  if (word == "union") return CKind::kUnion;
  if (word == "enum") return CKind::kEnum;
  return std::nullopt;
}

// `packed` of `__packed__`.
std::string_view without_underscores(std::string_view word) {
  if (word.starts_with("__") && word.ends_with("__") && word.size() > 4)
    return word.substr(2, word.size() - 4);
  return word;
}

std::size_t steps_of(const CType& type) {
  std::size_t steps = 0;
  for (const CType* at = &type; !at->element.empty(); at = &at->element.front()) ++steps;
  return steps;
}

CType float_type(std::uint32_t bytes) {
  return {.kind = CKind::kFloat, .is_signed = true, .size = bytes, .alignment = bytes};
}

}  // namespace

void CTypeParser::read(const ast::CDeclaration& declaration) {
  Span end = declaration.span;
  end.begin = end.end;
  begin(declaration.tokens, end);
  Specifiers found = specifiers();
  while (!at_end() && !sees(";")) {
    Declarator declared = declarator(found.type);
    if (has_failed()) return;
    std::uint32_t alignment = std::max(found.attributes.alignment, declared.attributes.alignment);
    if (alignment > 0) declared.type.alignment = alignment;
    if (found.is_typedef) definitions_.typedefs.insert_or_assign(declared.name, declared.type);
    if (!accept(",")) break;
  }
  accept(";");
  if (!at_end()) fail(peek().span, concat("`", peek().text, "` is not expected here"));
}

CTypeParser::Specifiers CTypeParser::specifiers() {
  Deeper deeper(*this);
  Specifiers found;
  std::string words;
  Span begin = peek().span;
  while (!at_end() && take_word(found, words)) {
  }
  if (!found.has_type) finish_words(found, words, begin);
  return found;
}

// One word of the specifiers; false when they have ended.
bool CTypeParser::take_word(Specifiers& found, std::string& words) {
  if (peek().kind != Token::Kind::kName) return false;
  const std::string word = peek().text;
  if (contains(kAttributeWords, word)) {
    read_attributes(found.attributes);
    return true;
  }
  if (contains(kIgnored, word)) {
    take_token();
    return true;
  }
  if (word == "typedef") {
    take_token();
    return found.is_typedef = true;
  }
  if (contains(kIntegerWords, word)) {
    if (found.has_type) return false;
    words += concat(words.empty() ? "" : " ", word);
    take_token();
    return true;
  }
  if (found.has_type || (!words.empty() && word != "double")) return false;
  if (auto kind = tag_keyword(word)) {
    found.type = tagged_type(*kind, found.attributes);
    return found.has_type = true;
  }
  found.has_type = true;
  Token name = take_token();
  if (word == "void") {
    found.type = {.kind = CKind::kVoid};
  } else if (word == "_Bool" || word == "bool") {
    found.type = c_integer(1, false);
    found.type.is_bool = true;
  } else if (word == "float") {
    found.type = float_type(4);
  } else if (word == "double") {
    found.type = float_type(words == "long" ? 16 : 8);
  } else if (word == "__int128") {
    found.type = float_type(16);
  } else {
    found.type = named_type(name);
  }
  return true;
}

void CTypeParser::finish_words(Specifiers& found, const std::string& words, Span span) {
  found.has_type = true;
  auto integer = words.empty() ? std::nullopt : find_c_integer(words);
  if (integer)
    found.type = *integer;
  else
    fail(span, words.empty() ? "a type is missing here" : concat("unknown type `", words, '`'));
}

CType CTypeParser::named_type(const Token& name) {
  auto own = definitions_.typedefs.find(name.text);
  if (own != definitions_.typedefs.end()) return own->second;
  if (auto known = find_c_integer(name.text)) return *known;
  if (auto found = world_.kernel_type(CKind::kTypedef, name.text)) return *found;
  fail(name.span, concat("unknown type `", name.text, '`'));
  return {};
}

std::map<std::string, CType, std::less<>>& CTypeParser::tags(CKind kind) {
  if (kind == CKind::kStruct) return definitions_.structs;
  return kind == CKind::kUnion ? definitions_.unions : definitions_.enums;
}

CType CTypeParser::tagged_type(CKind kind, CAttributes& attributes) {
  Token keyword = take_token();
  CAttributes own;
  read_attributes(own);
  std::string tag;
  if (peek().kind == Token::Kind::kName) {
    keyword.span = peek().span;
    tag = take_token().text;
  }
  read_attributes(own);
  std::optional<CType> underlying;
  if (kind == CKind::kEnum && accept(":")) underlying = specifiers().type;
  if (sees("{"))
    return kind == CKind::kEnum ? define_enum(keyword, tag, own, underlying)
                                : define_structure(kind, keyword, tag, own);
  if (tag.empty()) fail(keyword.span, concat("`", keyword.text, "` has no name and no body"));
  attributes.alignment = std::max(attributes.alignment, own.alignment);
  auto [known, is_new] = tags(kind).try_emplace(tag, CType{.kind = kind, .name = tag});
  return known->second;
}

// Gives the type its place among the definitions, and its name.
CType CTypeParser::register_definition(CKind kind, const Token& keyword, const std::string& tag,
                                       CLayout layout, CType type) {
  type.kind = kind;
  type.name = tag;
  type.size = layout.size;
  type.alignment = layout.alignment;
  definitions_.layouts.push_back(std::move(layout));
  type.definition = static_cast<DefinitionId>(definitions_.layouts.size());
  if (tag.empty()) return type;
  auto [known, is_new] = tags(kind).try_emplace(tag, type);
  if (!is_new && known->second.definition != DefinitionId::kNone)
    fail(keyword.span, concat("`", tag, "` is defined twice"));
  known->second = type;
  return type;
}

CType CTypeParser::define_structure(CKind kind, const Token& keyword, const std::string& tag,
                                    CAttributes attributes) {
  // Attributes behind the body count for the layout too.
  std::size_t body = position();
  for (int depth = 0; !at_end();) {
    depth += sees("{") ? 1 : 0;
    depth -= sees("}") ? 1 : 0;
    take_token();
    if (depth == 0) break;
  }
  read_attributes(attributes);
  std::size_t behind = position();
  go_to(body);
  expect("{");
  LayoutBuilder layout(kind == CKind::kUnion, attributes.is_packed);
  while (!at_end() && !sees("}")) {
    member_declaration(layout);
    if (layout.size() > kLargestType) fail(keyword.span, "this structure is too large");
  }
  expect("}");
  int nesting = 1 + deepest(layout.members());
  if (nesting > kMostNestedStructures) fail(keyword.span, "this structure nests too deep");
  if (has_failed()) return {};
  go_to(behind);
  nesting_.resize(definitions_.layouts.size() + 1);
  nesting_.back() = nesting;
  return register_definition(kind, keyword, tag, std::move(layout).finish(attributes), {});
}

int CTypeParser::deepest(const std::vector<CMember>& members) const {
  int found = 0;
  for (const CMember& member : members) {
    const CType* type = &member.type;
    while (type->kind == CKind::kArray) type = &type->element.front();
    std::size_t definition = to_index(type->definition);
    bool is_own = type->definition != DefinitionId::kNone && definition <= nesting_.size();
    if (is_own) found = std::max(found, nesting_[definition - 1]);
  }
  return found;
}

void CTypeParser::member_declaration(LayoutBuilder& layout) {
  if (accept(";")) return;
  Specifiers found = specifiers();
  bool is_structure = found.type.kind == CKind::kStruct || found.type.kind == CKind::kUnion;
  if (sees(";") && is_structure) {
    if (found.type.name.empty()) layout.add("", found.type, found.attributes);
  } else {
    while (!at_end() && !sees(";")) {
      member(layout, found);
      if (!accept(",")) break;
    }
  }
  expect(";");
}

void CTypeParser::member(LayoutBuilder& layout, const Specifiers& specifiers) {
  Declarator declared;
  declared.type = specifiers.type;
  declared.span = peek().span;
  if (!sees(":")) declared = declarator(specifiers.type);
  CAttributes attributes = specifiers.attributes;
  auto apply = [&](const CAttributes& more) {
    attributes.is_packed |= more.is_packed;
    attributes.alignment = std::max(attributes.alignment, more.alignment);
  };
  apply(declared.attributes);
  if (accept(":")) {
    std::int64_t width = constant();
    CAttributes behind;
    read_attributes(behind);
    apply(behind);
    bool is_integer = declared.type.kind == CKind::kInteger || declared.type.kind == CKind::kEnum;
    bool fits = width >= 0 && width <= std::int64_t{declared.type.size} * 8;
    if (!is_integer || !fits || (width == 0 && !declared.name.empty()))
      return fail(declared.span, "a bit-field has more bits than its type, or none");
    return layout.add_bit_field(declared.name, declared.type, static_cast<std::uint32_t>(width),
                                attributes);
  }
  if (declared.name.empty()) return fail(declared.span, "this member has no name");
  CType type = completed(declared.type, declared.span);
  if (type.kind == CKind::kVoid)
    return fail(declared.span, concat("member `", declared.name, "` has no size"));
  layout.add(declared.name, std::move(type), attributes);
}

CType CTypeParser::define_enum(const Token& keyword, const std::string& tag, CAttributes attributes,
                               std::optional<CType> underlying) {
  expect("{");
  CLayout layout{.size = 4, .alignment = 4};
  layout.enumerators = enumerators();
  expect("}");
  read_attributes(attributes);
  if (has_failed()) return {};
  CType type;
  std::int64_t low = 0;
  std::uint64_t high = 0;
  for (const CEnumerator& each : layout.enumerators) {
    auto value = static_cast<std::int64_t>(each.value);
    low = std::min(low, value);
    if (value > 0) high = std::max(high, each.value);
  }
  type.is_signed = underlying ? underlying->is_signed : low < 0;
  auto fits = [&](unsigned bits) {
    std::uint64_t most =
        type.is_signed ? (std::uint64_t{1} << (bits - 1)) - 1 : (std::uint64_t{1} << bits) - 1;
    return high <= most && (low >= 0 || low >= -static_cast<std::int64_t>(most) - 1);
  };
  if (underlying)
    layout.size = underlying->size;
  else if (attributes.is_packed && fits(8))
    layout.size = 1;
  else if (attributes.is_packed && fits(16))
    layout.size = 2;
  else if (!fits(32))
    layout.size = 8;
  layout.alignment = layout.size;
  const std::vector<CEnumerator> values = layout.enumerators;
  type = register_definition(CKind::kEnum, keyword, tag, std::move(layout), type);
  for (const CEnumerator& each : values) definitions_.constants[each.name] = {type, each.value};
  return type;
}

std::vector<CEnumerator> CTypeParser::enumerators() {
  std::vector<CEnumerator> found;
  std::uint64_t next = 0;
  while (!at_end() && !sees("}")) {
    Token name = take_token();
    if (name.kind != Token::Kind::kName) fail(name.span, "a constant's name is missing here");
    CAttributes ignored;
    read_attributes(ignored);
    if (accept("=")) next = static_cast<std::uint64_t>(constant());
    if (has_failed()) break;
    bool is_new =
        definitions_.constants.try_emplace(name.text, CConstant{c_integer(4, true), next}).second;
    if (!is_new) fail(name.span, concat("`", name.text, "` is defined twice"));
    found.push_back({name.text, next++});
    if (!accept(",")) break;
  }
  return found;
}

void CTypeParser::read_attributes(CAttributes& attributes) {
  while (peek().kind == Token::Kind::kName && contains(kAttributeWords, peek().text)) {
    take_token();
    expect("(");
    expect("(");
    while (!at_end() && !sees(")"))
      if (!accept(",")) read_attribute(attributes);
    expect(")");
    expect(")");
  }
}

void CTypeParser::read_attribute(CAttributes& attributes) {
  constexpr std::uint32_t kLargest = 16;  // what `aligned` without a number means
  Token name = take_token();
  std::string_view word = without_underscores(name.text);
  if (word == "packed") {
    attributes.is_packed = true;
  } else if (word == "aligned") {
    std::int64_t alignment = kLargest;
    if (accept("(")) {
      alignment = constant();
      expect(")");
    }
    bool is_power = alignment > 0 && (alignment & (alignment - 1)) == 0;
    if (!is_power || alignment > (1 << 16)) return fail(name.span, "no such alignment");
    attributes.alignment = std::max(attributes.alignment, static_cast<std::uint32_t>(alignment));
  } else if (sees("(")) {
    skip_group();
  }
}

CTypeParser::Declarator CTypeParser::declarator(CType base) {
  Deeper deeper(*this);
  Declarator found;
  read_attributes(found.attributes);
  while (accept("*")) {
    if (steps_of(base) >= kMostTypeSteps) fail(peek().span, "this type nests too deep");
    base = c_pointer_to(std::move(base));
    while (peek().kind == Token::Kind::kName && contains(kIgnored, peek().text)) take_token();
    read_attributes(found.attributes);
  }
  if (sees("(") && !sees(")", 1)) {
    std::size_t inner = position();
    skip_group();
    CType outer = suffixed(std::move(base));
    std::size_t behind = position();
    go_to(inner + 1);
    if (has_failed()) return found;
    CAttributes before = found.attributes;
    found = declarator(std::move(outer));
    found.attributes.is_packed |= before.is_packed;
    expect(")");
    if (!has_failed()) go_to(behind);
  } else {
    found.span = peek().span;
    if (peek().kind == Token::Kind::kName) found.name = take_token().text;
    found.type = suffixed(std::move(base));
  }
  read_attributes(found.attributes);
  return found;
}

// Arrays nest from the last pair of brackets outwards.
CType CTypeParser::suffixed(CType base) {
  std::vector<std::pair<std::uint64_t, Span>> lengths;
  while (sees("[")) {
    Span span = take_token().span;
    std::int64_t length = sees("]") ? 0 : constant();
    expect("]");
    if (length < 0) fail(span, "an array has no negative length");
    lengths.emplace_back(static_cast<std::uint64_t>(length), span);
  }
  if (sees("(")) {
    skip_group();
    return {.kind = CKind::kVoid};
  }
  for (auto each = lengths.rbegin(); each != lengths.rend() && !has_failed(); ++each)
    base = array_of(std::move(base), each->first, each->second);
  return base;
}

CType CTypeParser::array_of(CType element, std::uint64_t length, Span span) {
  element = completed(std::move(element), span);
  if (element.kind == CKind::kVoid) fail(span, "an array of what has no size");
  if (length > kLargestType || length * element.size > kLargestType)
    fail(span, "this array is too large");
  if (steps_of(element) >= kMostTypeSteps) fail(span, "this type nests too deep");
  ArrayText text = element.is_char ? ArrayText::kPadded : ArrayText::kNone;
  return c_array(std::move(element), has_failed() ? 0 : static_cast<std::uint32_t>(length), text);
}

// The type with its size, which a structure that was only named so far may lack.
CType CTypeParser::completed(CType type, Span span) {
  bool is_tagged =
      type.kind == CKind::kStruct || type.kind == CKind::kUnion || type.kind == CKind::kEnum;
  if (!is_tagged || type.definition != DefinitionId::kNone || has_failed()) return type;
  auto own = tags(type.kind).find(type.name);
  if (own != tags(type.kind).end() && own->second.definition != DefinitionId::kNone)
    return own->second;
  if (auto found = world_.kernel_type(type.kind, type.name)) return *found;
  fail(span, concat("`", type.name, "` is declared and never defined"));
  return type;
}

}  // namespace sonde::parser

namespace sonde {

CDefinitions parse_c_types(const std::vector<ast::CDeclaration>& declarations, World& world,
                           Diagnostics& diagnostics) {
  parser::CTypeParser parser(world, diagnostics);
  for (const ast::CDeclaration& declaration : declarations) parser.read(declaration);
  return std::move(parser).take();
}

}  // namespace sonde
