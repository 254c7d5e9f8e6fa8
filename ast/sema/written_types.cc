// The types that a script writes (spec/language.md §5.2): a base and what follows it, read from
// left to right.
#include "ast/sema/checker.h"
#include "ast/sema/fold.h"
#include "ast/sema/nearest.h"
#include "lexer/base/concat.h"
#include "stdlib/type_names.h"

namespace sonde::sema {
namespace {

using ast::NodeId;
using Suffix = ast::TypeName::Suffix;

// Types of which the first length counts bytes.
constexpr std::string_view kString = "string", kBuffer = "buffer";
constexpr std::uint64_t kLongestString = 65536;
constexpr std::uint64_t kLongestArray = 1u << 20;

CKind tag_kind(ast::TypeBase base) {
  if (base == ast::TypeBase::kStruct) return CKind::kStruct;
  return base == ast::TypeBase::kUnion ? CKind::kUnion : CKind::kEnum;
}

std::string_view keyword(CKind kind) {
  return kind == CKind::kStruct ? "struct" : kind == CKind::kUnion ? "union" : "enum";
}

}  // namespace

std::optional<std::uint32_t> Checker::written_length(NodeId length, std::uint64_t most) {
  if (!ast::exists(length)) return std::nullopt;
  check_value(length);
  auto literal = literal_of(facts(length), types_);
  if (!literal || !literal->integer || *literal->integer < 0 ||
      *literal->integer > static_cast<WideInteger>(most))
    return std::nullopt;
  return static_cast<std::uint32_t>(*literal->integer);
}

TypeId Checker::written_bytes(NodeId id, const ast::TypeName& written) {
  auto length = written.suffixes.empty()
                    ? std::nullopt
                    : written_length(written.suffixes.front().length, kLongestString);
  if (length && *length > 0)
    return written.name == kBuffer ? types_.buffer(*length) : types_.string(*length);
  report(DiagnosticKind::kUnknownType, span(id),
         concat('`', written.name, "` needs a length in bytes"))
      .hint(concat("write `", written.name, "[64]`"));
  return TypeId::kPoison;
}

// With a keyword in front; of the script's own C code and of the kernel.
std::string Checker::nearest_tag(CKind kind, std::string_view name) {
  const CDefinitions& own = analysis_.options.c_definitions;
  std::vector<std::string> names;
  for (const auto& [tag, type] : kind == CKind::kStruct  ? own.structs
                                 : kind == CKind::kUnion ? own.unions
                                                         : own.enums)
    names.push_back(concat(keyword(kind), ' ', tag));
  if (auto kernels = analysis_.world.kernel_types(concat(keyword(kind), " *"), false))
    for (KernelTypeText& type : *kernels) names.push_back(std::move(type.name));
  return did_you_mean(name, {names.begin(), names.end()});
}

TypeId Checker::unknown_tag(NodeId id, CKind kind, std::string_view tag) {
  std::string name = concat(keyword(kind), ' ', tag);
  auto found = report(DiagnosticKind::kUnknownType, span(id), concat("unknown type `", name, '`'));
  // Looking through all types of the kernel is for the pass whose reports are seen.
  std::string hint = pass_ == Pass::kReport ? nearest_tag(kind, name) : "";
  if (!hint.empty()) found.hint(std::move(hint));
  return TypeId::kPoison;
}

TypeId Checker::unknown_type(NodeId id, std::string_view name) {
  auto found = report(DiagnosticKind::kUnknownType, span(id), concat("unknown type `", name, '`'));
  std::string hint = find_builtin(name) ? concat("for the value, write `", name, "()`")
                                        : did_you_mean(name, c_integer_names());
  if (!hint.empty()) found.hint(std::move(hint));
  return TypeId::kPoison;
}

// Without its suffixes.
TypeId Checker::written_base(NodeId id, const ast::TypeName& written) {
  CTypes& c_types = analysis_.c_types;
  switch (written.base) {
    case ast::TypeBase::kStruct:
    case ast::TypeBase::kUnion:
    case ast::TypeBase::kEnum: {
      CKind kind = tag_kind(written.base);
      auto found = c_types.tagged(kind, written.name);
      if (found) return *found;
      return unknown_tag(id, kind, written.name);
    }
    case ast::TypeBase::kTypeOf:
      return looked_at_type(written.operand);
    case ast::TypeBase::kNamed:
      break;
  }
  if (written.name == kString || written.name == kBuffer) return written_bytes(id, written);
  if (written.name == "bool") return types_.boolean();
  if (auto kind = TypeTable::simple_kind(written.name)) return types_.simple(*kind);
  if (written.name == "void") return types_.void_type();
  if (!find_c_integer(written.name) && classify_name(written.name) == NameClass::kType) {
    unsupported(span(id), concat("the type `", written.name, "` is"));
    return TypeId::kPoison;
  }
  if (auto found = c_types.named(written.name)) return *found;
  return unknown_type(id, written.name);
}

TypeId Checker::written_type(NodeId id, std::uint32_t source_size) {
  const auto& written = program_.get<ast::TypeName>(id);
  TypeId type = written_base(id, written);
  if (type == TypeId::kPoison) return type;
  if (types_.step_count(type) + written.suffixes.size() > kMostTypeSteps) {
    report(DiagnosticKind::kNesting, span(id),
           concat("this type has more than ", kMostTypeSteps, " `*` and `[]`"));
    return TypeId::kPoison;
  }
  bool counts_bytes = types_.is(type, TypeKind::kString) || types_.is(type, TypeKind::kBuffer);
  bool has_own_length = counts_bytes && written.base == ast::TypeBase::kNamed;
  std::size_t first = has_own_length ? 1 : 0;
  for (std::size_t i = first; i < written.suffixes.size(); ++i) {
    const Suffix& suffix = written.suffixes[i];
    if (suffix.kind == Suffix::Kind::kPointer) {
      type = types_.pointer_to(type);
      continue;
    }
    if (!check_complete(type, span(id))) return TypeId::kPoison;
    std::uint32_t element = types_.size(type);
    auto length = written_length(suffix.length, kLongestArray);
    bool is_open = !ast::exists(suffix.length) && i + 1 == written.suffixes.size();
    if (is_open && source_size > 0 && element > 0 && source_size % element == 0)
      length = source_size / element;
    if (!length || element == 0) {
      report(DiagnosticKind::kUnknownType, span(id), "the length of this array is not known")
          .note(
              "a length is a literal; a cast of a value whose size is a multiple of the "
              "element's may leave it out");
      return TypeId::kPoison;
    }
    type = types_.array(type, *length);
  }
  if (types_.is(type, TypeKind::kVoid)) {
    report(DiagnosticKind::kUnknownType, span(id), "a value cannot be `void`");
    return TypeId::kPoison;
  }
  return type;
}

}  // namespace sonde::sema
