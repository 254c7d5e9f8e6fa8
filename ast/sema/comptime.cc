// What is decided while compiling (spec/language.md §15): `comptime`, `if comptime`, and the
// records that exist at compile time alone, `config()` and `typeinfo()`, of which each field is a
// constant.
#include "ast/sema/calls.h"
#include "ast/sema/checker.h"
#include "ast/sema/fold.h"
#include "ast/sema/nearest.h"
#include "ast/walk.h"
#include "lexer/base/concat.h"

namespace sonde::sema {
namespace {

using ast::NodeId;

constexpr std::string_view kTypeFields[] = {"btf_id", "base_type", "full_type"};

std::string_view base_type_name(TypeKind kind) {
  switch (kind) {
    case TypeKind::kNone:
    case TypeKind::kPoison:
      return "none";
    case TypeKind::kInteger:
      return "int";
    case TypeKind::kBool:
      return "bool";
    case TypeKind::kPointer:
      return "pointer";
    case TypeKind::kVoid:
      return "void";
    case TypeKind::kString:
      return "string";
    case TypeKind::kTuple:
      return "tuple";
    case TypeKind::kRecord:
      return "record";
    case TypeKind::kArray:
      return "array";
    case TypeKind::kStruct:
      return "c_type";
    case TypeKind::kKernelStack:
      return builtin_row(Builtin::kKstack).name;
    case TypeKind::kUserStack:
      return builtin_row(Builtin::kUstack).name;
    case TypeKind::kBuffer:
      return "buffer";
    case TypeKind::kInet:
      return "inet";
    case TypeKind::kMacAddress:
      return "mac_address";
    case TypeKind::kUserName:
      return "username_t";
    case TypeKind::kKernelSymbol:
      return "ksym_t";
    case TypeKind::kUserSymbol:
      return "usym_t";
    case TypeKind::kTimestamp:
      return "timestamp";
    case TypeKind::kCgroupPath:
      return "cgroup_path_t";
  }
  CHECK(false);
}

std::string upper_case(std::string_view key) {
  std::string out(key);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

}  // namespace

ExpressionFacts Checker::comptime(NodeId id, const ast::Comptime& comptime) {
  const ExpressionFacts& found = check_value(comptime.operand);
  if (is_poison(found)) return poison();
  if (literal_of(found, types_)) return found;
  report(DiagnosticKind::kComptime, span(id), "Unable to resolve comptime expression")
      .note("it depends on something that is known only while the script runs");
  return poison();
}

// What the branch that is left out says of types does not count.
ExpressionFacts Checker::check_comptime_if(const ast::If& node, Use use) {
  const ExpressionFacts& found = check_value(node.condition);
  if (is_poison(found)) return poison();
  auto literal = literal_of(found, types_);
  if (!literal) {
    report(DiagnosticKind::kComptime, span(node.condition), "Unable to resolve comptime expression")
        .note("the condition of `if comptime` is decided while compiling");
    return poison();
  }
  // Kept on the condition itself, where later stages look for it.
  set_facts(node.condition, boolean_facts(literal->is_true(), types_));
  NodeId live = literal->is_true() ? node.when_true : node.when_false;
  NodeId left_out = literal->is_true() ? node.when_false : node.when_true;
  if (ast::exists(left_out)) {
    ast::walk(program_, left_out, [&](NodeId below) {
      if (program_.is<ast::Map>(below)) map_state(below).is_left_out = true;
      if (VariableId variable = typing_.variable_of[below]; variable != VariableId::kNone)
        analysis_.variables[group_][variable].is_left_out = true;
      return true;
    });
  }
  if (!ast::exists(live)) return {};
  return check(live, use);
}

// A call of config() or typeinfo(), whose fields are constants.
bool Checker::is_folded_record(NodeId base) const {
  base = program_.without_parens(base);
  if (program_.is<ast::TypeInfo>(base)) return true;
  std::string_view name;
  if (const auto* call = program_.get_if<ast::Call>(base)) name = call->name;
  if (const auto* word = program_.get_if<ast::Identifier>(base)) name = word->name;
  auto builtin = find_builtin(name);
  return builtin && builtin->id == Builtin::kConfigValue;
}

ExpressionFacts Checker::folded_field(const ast::FieldAccess& access) {
  NodeId base = program_.without_parens(access.base);
  std::optional<Constant> value;
  std::vector<std::string_view> known;
  std::string_view owner = builtin_row(Builtin::kConfigValue).name;
  if (const auto* info = program_.get_if<ast::TypeInfo>(base)) {
    if (!allow_unstable(Option::kUnstableTypeinfo, span(base), "`typeinfo`")) return poison();
    TypeId type = looked_at_type(info->operand);
    if (type == TypeId::kPoison) return poison();
    owner = "typeinfo";
    known.assign(std::begin(kTypeFields), std::end(kTypeFields));
    if (access.name == kTypeFields[0]) value = std::uint64_t{0};
    if (access.name == kTypeFields[1]) value = std::string(base_type_name(types_.kind(type)));
    if (access.name == kTypeFields[2]) value = types_.name(type);
  } else {
    known = option_keys();
    value = setting_value(access.name);
  }
  if (value) return constant_facts(*value);
  auto found = report(DiagnosticKind::kUnknownField, access.name_span,
                      concat('`', owner, "()` has no field `", access.name, '`'));
  std::string hint = did_you_mean(access.name, std::move(known));
  if (!hint.empty()) found.hint(std::move(hint));
  return poison();
}

std::optional<Constant> Checker::setting_value(std::string_view name) const {
  auto option = find_option(name);
  if (!option || option_row(*option).key != name) return std::nullopt;
  const Settings& settings = analysis_.options.settings;
  switch (option_row(*option).kind) {
    case OptionKind::kNumber:
      return settings.number(*option);
    case OptionKind::kBool:
      return settings.flag(*option);
    case OptionKind::kText:
    case OptionKind::kWord:
    case OptionKind::kExactWord:
    case OptionKind::kFlag:
      return settings.text(*option);
  }
  CHECK(false);
}

ExpressionFacts Checker::constant_facts(const Constant& constant) {
  if (const auto* text = std::get_if<std::string>(&constant)) return text_facts(*text, types_);
  if (const auto* flag = std::get_if<bool>(&constant)) return boolean_facts(*flag, types_);
  return integer_facts(static_cast<WideInteger>(std::get<std::uint64_t>(constant)), types_);
}

bool Checker::allow_unstable(Option option, Span where, std::string_view feature) {
  const std::string& flag = analysis_.options.settings.text(option);
  std::string_view key = option_row(option).key;
  if (flag == "error") {
    report(DiagnosticKind::kUnstableRefused, where,
           concat(feature, " may still change and is switched off"))
        .hint(concat("set ", key, "=enable in the config block, or BPFTRACE_", upper_case(key),
                     "=enable in the environment"));
    return false;
  }
  if (flag == "warn")
    report(DiagnosticKind::kUnstableFeature, {}, concat(feature, " may still change"))
        .hint(concat(key, "=enable says that this is meant"));
  return true;
}

}  // namespace sonde::sema
