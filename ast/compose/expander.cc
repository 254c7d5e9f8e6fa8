// Hygiene. A body's variables get an instance number of their expansion, so they meet neither the
// caller's nor those of another call. Arguments are copied in the environment they were written in,
// once for each use. A variable that the body does not create and is not given is looked for among
// the callers, outwards; a map must be given.
//
// An expression parameter that stands for a map or a variable is its value: it is wrapped in
// parentheses, so that no later stage takes it for the thing itself, except where a builtin asks
// for a whole map.
#include "ast/compose/expander.h"

#include <algorithm>
#include <map>

#include "ast/children.h"
#include "ast/walk.h"
#include "lexer/base/concat.h"
#include "stdlib/builtins.h"

namespace sonde::ast {
namespace {

using ParameterKind = Macro::ParameterKind;
using Names = std::set<std::string, std::less<>>;

// Copies are walked recursively, and macros can double what they are given.
constexpr int kMaxDepth = 800;
constexpr std::size_t kMostNodes = 1'000'000;

// Where nodes are copied from, and what the names in them mean. `caller` is where the call stands
// that led here, none outside of macros.
struct Scope {
  const Program* program = nullptr;
  const MacroDefinition* macro = nullptr;
  NodeList arguments;  // nodes of the caller's program
  const Scope* caller = nullptr;
  const Names* names = nullptr;  // variables of the probe or function, outside of macros
  ExpansionId expansion = ExpansionId::kNone;
  FileId file = FileId::kNone;  // of text that was read apart: where it stands
  std::uint32_t instance = 0;
  const CMacro* constant = nullptr;  // whose text this is
};

TypeName type_named(TypeBase base, std::string name) {
  TypeName type;
  type.base = base;
  type.name = std::move(name);
  return type;
}

struct Bound {
  ParameterKind kind{};
  NodeId argument = NodeId::kNone;
};

class Expander {
 public:
  Expander(const std::vector<CMacro>& constants, const ParseExpression& parse_expression,
           SourceMap& sources, Diagnostics& diagnostics, FileId script)
      : parse_expression_(parse_expression),
        sources_(sources),
        diagnostics_(diagnostics),
        builder_(script) {
    for (const CMacro& constant : constants) constants_[constant.name] = &constant;
  }

  Program run(const std::vector<Program>& programs) {
    for (const Program& program : programs) macros_.add(program, diagnostics_);
    for (const Program& program : programs) {
      for (NodeId item : program.items()) {
        if (program.is<Macro>(item) || program.is<Import>(item) || program.is<Config>(item) ||
            program.is<CDefinition>(item))
          continue;
        Names names = variables_below(program, item);
        Scope scope{.program = &program, .arguments = {}, .names = &names};
        builder_.add_item(copy(item, scope));
      }
    }
    return std::move(builder_).finish();
  }

 private:
  // ---- places and reports ----

  Span place(Span span, const Scope& scope) const {
    if (scope.file != FileId::kNone) span.file = scope.file;
    span.expansion = scope.expansion;
    return span;
  }
  Span place(NodeId id, const Scope& scope) const { return place(scope.program->span(id), scope); }

  Diagnostics::Report report(DiagnosticKind kind, Span span, std::string message) {
    return diagnostics_.report(kind, span, std::move(message));
  }

  // Stands in for what has been reported.
  NodeId nothing(Span span) { return builder_.add(span, IntegerLiteral{}); }

  // ---- names ----

  std::optional<Bound> bound(std::string_view name, const Scope& scope) const {
    if (!scope.macro || scope.arguments.empty()) return std::nullopt;
    const auto& parameters = scope.macro->macro->parameters;
    for (std::size_t i = 0; i < parameters.size(); ++i)
      if (parameters[i].name == name) return Bound{parameters[i].kind, scope.arguments[i]};
    return std::nullopt;
  }
  // The expression parameter that an Identifier names.
  std::optional<Bound> bound_identifier(NodeId id, const Scope& scope) const {
    const auto* identifier = scope.program->get_if<Identifier>(id);
    return identifier ? bound(identifier->name, scope) : std::nullopt;
  }

  // The argument's own environment, its places marked as having come by this use of a parameter.
  Scope argument_scope(NodeId use, const Scope& scope) {
    Scope inside = *scope.caller;
    inside.expansion = sources_.add_expansion(place(use, scope));
    return inside;
  }

  bool knows(const Scope& scope, const std::string& name) const {
    if (!scope.macro) return scope.names && scope.names->contains(name);
    return scope.macro->created.contains(name) || bound(name, scope);
  }

  // How a body uses a variable: what is its caller's alone may be read and no more. What a
  // parameter stands for was looked at where it was passed.
  enum class Access : std::uint8_t { kRead, kChange, kPassed };

  Variable resolve(const Variable& variable, const Scope& scope, Span where, Access access) {
    if (!scope.macro) return {variable.name, 0};
    if (auto parameter = bound(variable.name, scope)) {
      const auto& given = scope.caller->program->get<Variable>(parameter->argument);
      return resolve(given, *scope.caller, where, Access::kPassed);
    }
    if (scope.macro->created.contains(variable.name)) return {variable.name, scope.instance};
    for (const Scope* outer = scope.caller; outer; outer = outer->caller) {
      if (!knows(*outer, variable.name)) continue;
      if (access == Access::kChange) {
        report(DiagnosticKind::kUnhygienicAccess, where,
               concat("this macro changes `", variable.name,
                      "`, a variable of its caller that was not passed to it"))
            .hint(concat("make `", variable.name, "` a parameter of the macro"));
      } else if (access == Access::kRead) {
        report(DiagnosticKind::kCallersVariable, where,
               concat('`', variable.name,
                      "` is a variable of the macro's caller and no parameter of the macro"));
      }
      return resolve(variable, *outer, where, Access::kPassed);
    }
    return {variable.name, scope.instance};
  }

  // ---- copies ----

  NodeId copy(NodeId id, const Scope& scope) {
    if (!exists(id)) return id;
    struct Level {
      explicit Level(int& depth) : depth_(depth) { ++depth_; }
      ~Level() { --depth_; }
      int& depth_;
    } level(depth_);
    const Program& program = *scope.program;
    if (const auto* node = program.get_if<Identifier>(id)) return copy_identifier(id, *node, scope);
    if (const auto* node = program.get_if<Call>(id)) return copy_call(id, *node, scope);
    if (const auto* node = program.get_if<Variable>(id))
      return copy_variable(id, *node, scope, Access::kRead);
    if (const auto* node = program.get_if<Map>(id)) return copy_map(id, *node, scope);
    if (const auto* node = program.get_if<TypeName>(id)) return copy_type(id, *node, scope);
    if (const auto* node = program.get_if<OffsetOf>(id)) return copy_offset(id, *node, scope);
    if (const auto* node = program.get_if<Index>(id)) return copy_index(id, *node, scope);
    if (const auto* node = program.get_if<Unary>(id)) return copy_unary(id, *node, scope);
    if (const auto* node = program.get_if<Assign>(id); node && node->op)
      return copy_update(id, *node, scope);
    if (program.is<SizeOf>(id) || program.is<TypeInfo>(id) || program.is<TypeOf>(id))
      return copy_looking(id, scope);
    // What it imports has been added to the programs.
    if (program.is<ImportStatement>(id)) return builder_.add(place(id, scope), Block{});
    return copy_node(id, scope);
  }

  // A node as it is, with copies of its children.
  NodeId copy_node(NodeId id, const Scope& scope) {
    return copy_with(id, scope, [&](NodeId child) { return copy(child, scope); });
  }

  NodeId copy_with(NodeId id, const Scope& scope, auto&& copy_child) {
    NodeData data = scope.program->node(id).data;
    std::visit(
        [&](auto& node) {
          each_child(node, [&](NodeId& child) { child = copy_child(child); });
          mark_places(node, scope);
        },
        data);
    return builder_.add(place(id, scope), std::move(data));
  }

  // The places inside of a node.
  template <typename Node>
  void mark_places(Node& node, const Scope& scope) const {
    if constexpr (requires { node.name_span; }) node.name_span = place(node.name_span, scope);
    if constexpr (requires { node.op_span; }) node.op_span = place(node.op_span, scope);
    if constexpr (requires { node.path_span; }) node.path_span = place(node.path_span, scope);
    if constexpr (std::is_same_v<Node, Record>)
      for (auto& member : node.members) member.name_span = place(member.name_span, scope);
  }

  NodeId copy_variable(NodeId id, const Variable& variable, const Scope& scope, Access access) {
    Span where = place(id, scope);
    return builder_.add(where, resolve(variable, scope, where, access));
  }

  NodeId copy_map(NodeId id, const Map& map, const Scope& scope) {
    Span where = place(id, scope);
    const Scope* inside = &scope;
    std::string name = map.name;
    while (inside->macro) {
      auto parameter = bound(name, *inside);
      if (!parameter) {
        report(DiagnosticKind::kUnhygienicAccess, where,
               concat("this macro uses `", name, "`, a map that was not passed to it"))
            .hint(concat("make `", name, "` a parameter of the macro"));
        break;
      }
      name = inside->caller->program->get<Map>(parameter->argument).name;
      inside = inside->caller;
    }
    return builder_.add(where, Map{std::move(name)});
  }

  NodeId copy_identifier(NodeId id, const Identifier& identifier, const Scope& scope) {
    if (auto parameter = bound(identifier.name, scope))
      return copy_argument(id, parameter->argument, scope);
    if (const auto* definition = macros_.find(identifier.name, {}))
      return expand(id, *definition, {}, scope);
    if (NodeId constant = copy_constant(id, identifier.name, scope); exists(constant))
      return constant;
    if (macros_.has(identifier.name) && !find_builtin(identifier.name)) {
      report_arguments(identifier.name, place(id, scope), {});
      return nothing(place(id, scope));
    }
    return copy_node(id, scope);
  }

  // What an expression parameter stands for, as a value.
  NodeId copy_argument(NodeId use, NodeId argument, const Scope& scope) {
    Scope inside = argument_scope(use, scope);
    if (is_too_large(place(use, scope))) return nothing(place(use, scope));
    if (inside.program->is<TypeOf>(argument)) {
      report(DiagnosticKind::kTypeArgument, place(argument, inside),
             "this is a type, and the macro uses it as a value");
      return nothing(place(use, scope));
    }
    bool is_thing = inside.program->is<Map>(argument) || inside.program->is<Variable>(argument);
    NodeId value = copy(argument, inside);
    return is_thing ? builder_.add(place(argument, inside), Paren{value}) : value;
  }

  bool is_too_large(Span where) {
    if (depth_ <= kMaxDepth && builder_.so_far().node_count() <= kMostNodes) return false;
    if (!told_of_size_)
      report(DiagnosticKind::kNesting, where,
             "expanding macros makes this program larger than sonde is willing to follow");
    told_of_size_ = true;
    return true;
  }

  // ---- calls ----

  NodeId copy_call(NodeId id, const Call& call, const Scope& scope) {
    if (!macros_.has(call.name)) {
      if (call.with_bang) {
        report(DiagnosticKind::kUnknownFunction, place(call.name_span, scope),
               concat("there is no macro `", call.name, '`'));
        return nothing(place(id, scope));
      }
      return copy_builtin_call(id, call, scope);
    }
    std::vector<ArgumentForm> forms;
    for (NodeId argument : call.arguments) forms.push_back(form_of(argument, scope));
    if (const auto* definition = macros_.find(call.name, forms))
      return expand(id, *definition, call.arguments, scope);
    if (find_builtin(call.name)) return copy_builtin_call(id, call, scope);
    report_arguments(call.name, place(id, scope), forms);
    return nothing(place(id, scope));
  }

  ArgumentForm form_of(NodeId argument, const Scope& scope) const {
    if (scope.program->is<Variable>(argument)) return ArgumentForm::kVariable;
    if (scope.program->is<Map>(argument)) return ArgumentForm::kMap;
    if (scope.program->is<TypeOf>(argument)) return ArgumentForm::kType;
    return ArgumentForm::kExpression;
  }

  void report_arguments(std::string_view name, Span where, const std::vector<ArgumentForm>& forms) {
    auto found =
        report(DiagnosticKind::kMacroArguments, where,
               concat("these arguments do not match any definition of the macro `", name, "`, ",
                      forms.size(), forms.size() == 1 ? " is given" : " are given"));
    for (const std::string& candidate : macros_.candidates(name))
      found.note(concat("candidate: ", candidate));
  }

  // A builtin may want a map as a whole, or a type.
  NodeId copy_builtin_call(NodeId id, const Call& call, const Scope& scope) {
    auto builtin = find_builtin(call.name);
    std::size_t position = 0;
    return copy_with(id, scope, [&](NodeId argument) {
      std::size_t current = position++;
      auto parameter = bound_identifier(argument, scope);
      if (!parameter) return copy(argument, scope);
      Scope inside = argument_scope(argument, scope);
      bool wants_map = builtin && takes_map(builtin->id, current);
      if (inside.program->is<TypeOf>(parameter->argument) ||
          (wants_map && inside.program->is<Map>(parameter->argument)))
        return copy(parameter->argument, inside);
      return copy(argument, scope);
    });
  }

  static bool takes_map(Builtin builtin, std::size_t position) {
    const Signature& signature = builtin_row(builtin).signature;
    if (position >= signature.parameter_count) return false;
    auto kind = signature.parameters[position].kind;
    return kind == sonde::ParameterKind::kMap || kind == sonde::ParameterKind::kElement;
  }

  NodeId expand(NodeId call, const MacroDefinition& definition, const NodeList& arguments,
                const Scope& scope) {
    Span where = place(call, scope);
    for (const Scope* outer = &scope; outer; outer = outer->caller) {
      if (outer->macro != &definition) continue;
      report(DiagnosticKind::kMacroRecursion, where,
             concat("the macro `", definition.macro->name, "` leads back to itself here"));
      return nothing(where);
    }
    if (is_too_large(where)) return nothing(where);
    for (std::size_t i = 0; i < arguments.size(); ++i)
      if (definition.macro->parameters[i].kind == ParameterKind::kVariable)
        resolve(scope.program->get<Variable>(arguments[i]), scope, place(arguments[i], scope),
                Access::kChange);
    Scope inside{.program = definition.program,
                 .macro = &definition,
                 .arguments = arguments,
                 .caller = &scope,
                 .expansion = sources_.add_expansion(where),
                 .instance = ++last_instance_};
    const auto& body = definition.program->get<Block>(definition.macro->body);
    if (body.statements.empty() && exists(body.value))
      return builder_.add(where, Paren{copy(body.value, inside)});
    Block block;
    for (NodeId statement : body.statements) block.statements.push_back(copy(statement, inside));
    block.value = copy(body.value, inside);
    return builder_.add(where, std::move(block));
  }

  // ---- constants of C code ----

  NodeId copy_constant(NodeId id, const std::string& name, const Scope& scope) {
    auto found = constants_.find(name);
    if (found == constants_.end()) return NodeId::kNone;
    const CMacro& constant = *found->second;
    Span where = place(id, scope);
    // As in C, a name inside its own text stands for itself.
    for (const Scope* outer = &scope; outer; outer = outer->caller)
      if (outer->constant == &constant) return NodeId::kNone;
    if (is_too_large(where)) return nothing(where);
    auto [known, is_first] = constant_texts_.try_emplace(&constant);
    if (is_first) known->second = parse_expression_(constant.text_span);
    const std::optional<ParsedExpression>& text = known->second;
    if (!text) {
      report(DiagnosticKind::kUnknownIdentifier, where,
             concat('`', constant.name, "` stands for text that is no single expression"))
          .also_at(constant.name_span, "defined here");
      return nothing(where);
    }
    Scope inside{.program = &text->program,
                 .arguments = {},
                 .caller = &scope,
                 .expansion = sources_.add_expansion(where),
                 .file = constant.text_span.file,
                 .constant = &constant};
    return builder_.add(where, Paren{copy(text->expression, inside)});
  }

  // ---- types ----

  // An argument that is a name, possibly with fields: `list`, `a.b`.
  static std::optional<std::vector<std::string>> path_of(const Program& program, NodeId id) {
    if (const auto* identifier = program.get_if<Identifier>(id)) return {{identifier->name}};
    const auto* access = program.get_if<FieldAccess>(id);
    if (!access || access->with_arrow) return std::nullopt;
    auto path = path_of(program, access->base);
    if (path) path->push_back(access->name);
    return path;
  }

  NodeId copy_type(NodeId id, const TypeName& type, const Scope& scope) {
    auto parameter = bound(type.name, scope);
    if (!parameter || parameter->kind != ParameterKind::kExpression) return copy_node(id, scope);
    Scope inside = argument_scope(id, scope);
    TypeName stands_for;
    for (TypeName::Suffix suffix : type.suffixes) {
      suffix.length = copy(suffix.length, scope);
      stands_for.suffixes.push_back(suffix);
    }
    const Program& given = *inside.program;
    if (const auto* name = given.get_if<Identifier>(parameter->argument);
        name && !bound(name->name, inside)) {
      // A bare name where only a type will do can be nothing else.
      stands_for.base = type.base;
      stands_for.name = name->name;
      return builder_.add(place(parameter->argument, inside), std::move(stands_for));
    }
    if (given.is<Identifier>(parameter->argument)) {
      // The caller's own parameter, passed on.
      TypeName passed = type_named(type.base, given.get<Identifier>(parameter->argument).name);
      NodeId whole = copy_passed_type(parameter->argument, passed, inside);
      stands_for.base = TypeBase::kTypeOf;
      stands_for.operand = whole;
      return builder_.add(place(id, scope), std::move(stands_for));
    }
    const auto* type_of = given.get_if<TypeOf>(parameter->argument);
    if (!type_of) {
      report(DiagnosticKind::kTypeArgument, place(parameter->argument, inside),
             concat("this is a value, and the macro uses `", type.name, "` as a type"));
      return builder_.add(place(id, scope), type_named(TypeBase::kNamed, "int64"));
    }
    const auto* named = given.get_if<TypeName>(type_of->operand);
    if (type.base != TypeBase::kNamed && named && named->base == TypeBase::kNamed &&
        !bound(named->name, inside)) {
      stands_for.base = type.base;  // `struct p` with the bare name of the structure
      stands_for.name = named->name;
      return builder_.add(place(id, scope), std::move(stands_for));
    }
    stands_for.base = TypeBase::kTypeOf;
    stands_for.operand = copy_operand(type_of->operand, inside);
    return builder_.add(place(id, scope), std::move(stands_for));
  }

  // A type that stands in no program: the name of a parameter of `scope`.
  NodeId copy_passed_type(NodeId use, const TypeName& type, const Scope& scope) {
    auto parameter = bound(type.name, scope);
    Scope inside = argument_scope(use, scope);
    if (const auto* type_of = inside.program->get_if<TypeOf>(parameter->argument))
      return copy_operand(type_of->operand, inside);
    if (const auto* name = inside.program->get_if<Identifier>(parameter->argument)) {
      TypeName passed = type_named(type.base, name->name);
      if (bound(name->name, inside)) return copy_passed_type(parameter->argument, passed, inside);
      return builder_.add(place(parameter->argument, inside), std::move(passed));
    }
    report(DiagnosticKind::kTypeArgument, place(parameter->argument, inside),
           concat("this is a value, and the macro uses `", type.name, "` as a type"));
    return builder_.add(place(use, scope), type_named(TypeBase::kNamed, "int64"));
  }

  // What sizeof and its like look at may be a parameter that stands for a value, or a constant.
  NodeId copy_operand(NodeId operand, const Scope& scope) {
    const auto* type = scope.program->get_if<TypeName>(operand);
    if (!type || type->base != TypeBase::kNamed || !type->suffixes.empty())
      return copy(operand, scope);
    auto parameter = bound(type->name, scope);
    if (!parameter) {
      NodeId constant = copy_constant(operand, type->name, scope);
      return exists(constant) ? constant : copy(operand, scope);
    }
    if (parameter->kind != ParameterKind::kExpression) return copy(operand, scope);
    Scope inside = argument_scope(operand, scope);
    if (inside.program->is<TypeOf>(parameter->argument)) return copy(operand, scope);
    return copy(parameter->argument, inside);
  }

  NodeId copy_looking(NodeId id, const Scope& scope) {
    return copy_with(id, scope, [&](NodeId operand) { return copy_operand(operand, scope); });
  }

  NodeId copy_offset(NodeId id, const OffsetOf& offset, const Scope& scope) {
    OffsetOf result = offset;
    result.path_span = place(offset.path_span, scope);
    const auto* type = scope.program->get_if<TypeName>(offset.operand);
    auto parameter = type ? bound(type->name, scope) : std::nullopt;
    bool is_name = parameter && scope.caller->program->is<Identifier>(parameter->argument);
    result.operand = is_name ? copy(offset.operand, scope) : copy_operand(offset.operand, scope);
    result.path.clear();
    for (const std::string& field : offset.path) append_field(field, scope, result.path);
    return builder_.add(place(id, scope), std::move(result));
  }

  void append_field(const std::string& field, const Scope& scope, std::vector<std::string>& out) {
    auto parameter = bound(field, scope);
    auto path = parameter ? path_of(*scope.caller->program, parameter->argument) : std::nullopt;
    if (!path) return out.push_back(field);
    for (const std::string& part : *path) append_field(part, *scope.caller, out);
  }

  // ---- what parameters may not be used for ----

  NodeId copy_index(NodeId id, const Index& index, const Scope& scope) {
    auto parameter = bound_identifier(index.base, scope);
    if (!parameter || !scope.caller->program->is<Map>(parameter->argument))
      return copy_node(id, scope);
    Index result;
    Scope inside = argument_scope(index.base, scope);
    result.base = copy(parameter->argument, inside);
    for (NodeId key : index.indices) result.indices.push_back(copy(key, scope));
    return builder_.add(place(id, scope), std::move(result));
  }

  NodeId copy_unary(NodeId id, const Unary& unary, const Scope& scope) {
    using enum UnaryOp;
    bool changes = unary.op == kPreIncrement || unary.op == kPreDecrement ||
                   unary.op == kPostIncrement || unary.op == kPostDecrement ||
                   unary.op == kAddressOf;
    if (!changes) return copy_node(id, scope);
    NodeId operand = scope.program->without_parens(unary.operand);
    if (bound_identifier(operand, scope)) {
      report(DiagnosticKind::kBadAssignmentTarget, place(operand, scope),
             concat('`', spelling(unary.op), "` needs a variable, and this parameter is a value"))
          .hint(concat("write the parameter as `$", scope.program->get<Identifier>(operand).name,
                       '`'));
      return nothing(place(id, scope));
    }
    const auto* variable = scope.program->get_if<Variable>(operand);
    if (!variable) return copy_node(id, scope);
    return copy_with(id, scope, [&](NodeId) {
      return copy_variable(operand, *variable, scope, Access::kChange);
    });
  }

  NodeId copy_update(NodeId id, const Assign& assign, const Scope& scope) {
    const auto* variable = scope.program->get_if<Variable>(assign.target);
    if (!variable) return copy_node(id, scope);
    return copy_with(id, scope, [&](NodeId child) {
      return child == assign.target ? copy_variable(child, *variable, scope, Access::kChange)
                                    : copy(child, scope);
    });
  }

  const ParseExpression& parse_expression_;
  SourceMap& sources_;
  Diagnostics& diagnostics_;
  ProgramBuilder builder_;
  MacroTable macros_;
  std::map<std::string, const CMacro*, std::less<>> constants_;
  std::map<const CMacro*, std::optional<ParsedExpression>> constant_texts_;  // of those used
  std::uint32_t last_instance_ = 0;
  int depth_ = 0;
  bool told_of_size_ = false;
};

}  // namespace

Program expand_macros(const std::vector<Program>& programs, const std::vector<CMacro>& constants,
                      const ParseExpression& parse_expression, SourceMap& sources,
                      Diagnostics& diagnostics) {
  CHECK(!programs.empty());
  FileId script = programs.back().file();
  return Expander(constants, parse_expression, sources, diagnostics, script).run(programs);
}

}  // namespace sonde::ast
