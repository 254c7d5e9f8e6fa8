// The checker of one group's body in one pass. check() gives every node its facts; the methods lie
// in files by subject (statements, expressions, operators, access, casts, calls).
//
// Invariant: after check(id) returned, the facts of `id` and of everything below it are written.
// A poisoned type means that the reason has been reported, or, while types still grow, that it may
// yet become known; whoever meets one passes it on in silence.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ast/sema/analysis.h"

namespace sonde::sema {

enum class Pass : std::uint8_t { kInfer, kReport };
// Whether anybody looks at an expression's value.
enum class Use : std::uint8_t { kValue, kDiscarded };

// Whether an assignment converts without a cast, whatever may be lost of an integer.
bool converts(TypeId from, TypeId to, const TypeTable& types);

class Checker {
 public:
  Checker(Analysis& analysis, GroupId group, Pass pass)
      : analysis_(analysis),
        program_(analysis.program),
        types_(analysis.typed.types),
        group_(group),
        typing_(analysis.typed.groups[group]),
        pass_(pass) {}

  void run();

  // ---- what the parts of the checker and the hooks of builtins share ----
  Analysis& analysis() { return analysis_; }
  const ast::Program& program() const { return program_; }
  TypeTable& types() { return types_; }
  const ProbeGroup& group() const { return analysis_.probes.groups[group_]; }
  GroupTyping& typing() { return typing_; }
  Pass pass() const { return pass_; }
  Diagnostics::Report report(DiagnosticKind kind, Span span, std::string message) {
    return analysis_.reporter.report(kind, span, std::move(message));
  }
  Span span(ast::NodeId id) const { return program_.span(id); }
  // Where a message about a value points: of a cast only the type in parentheses.
  Span place_of(ast::NodeId value) const;

  // Checks an expression. The reference stays valid.
  const ExpressionFacts& check(ast::NodeId id, Use use = Use::kValue);
  const ExpressionFacts& facts(ast::NodeId id) const { return typing_.expressions[id]; }
  // Checks an expression that must have a value; reports a call without one.
  const ExpressionFacts& check_value(ast::NodeId id);
  // The same where only a part or the size of the value is wanted, so that a structure in memory is
  // not looked through.
  const ExpressionFacts& check_part(ast::NodeId id);

  TypeKind kind_of(const ExpressionFacts& facts) const { return types_.kind(facts.type); }
  bool is_poison(const ExpressionFacts& facts) const { return facts.type == TypeId::kPoison; }
  std::string type_name(const ExpressionFacts& facts) const { return types_.name(facts.type); }
  ExpressionFacts poison() const { return {.type = TypeId::kPoison, .constant = {}}; }
  ExpressionFacts of_type(TypeId type, AddressSpace space = AddressSpace::kNone) const {
    return {.type = type, .space = space, .constant = {}};
  }
  // What an assignment of this expression contributes to the type of its target.
  JoinedType joined(ast::NodeId id);

  // The probe type's own address space, and that of its arguments.
  AddressSpace own_space() const;

  // Reports a value that cannot stand where `to` is wanted, or changes on the way there. `where` is
  // the place of the mismatch; `wanted_by` says what wants the type.
  void check_conversion(ast::NodeId value, TypeId to, DiagnosticKind mismatch, Span where,
                        const std::string& wanted_by);
  // Checks that facts can decide a condition.
  void check_condition(ast::NodeId id, std::string_view where);

  // ---- maps ----
  MapId map_of(ast::NodeId map_node) const { return analysis_.typed.map_of[map_node]; }
  MapState& map_state(ast::NodeId map_node) { return analysis_.maps[map_of(map_node)]; }
  // Checks the keys and joins them into the map's key type.
  void check_key(ast::NodeId map_node, const ast::NodeList& keys, Span where);
  // What a variable receives from elsewhere than the right side of an assignment.
  void receive(VariableId variable, const ExpressionFacts& value, Span where);
  // The Map node of `@m` and `@m[k]`, none for anything else.
  ast::NodeId map_node_of(ast::NodeId id) const;

  void unsupported(Span span, std::string_view feature);
  // The map that the aggregation about to be checked is assigned to, none for one that stands
  // elsewhere. Taking it leaves none, so that an argument cannot take it again.
  MapId take_aggregation_target() { return std::exchange(aggregated_map_, MapId::kNone); }
  // All of `args` as one structure; its members are in the order of the event's fields.
  ExpressionFacts args_structure();
  // `$N` as text, as str() wants it; empty when it was not given.
  std::string parameter_text(std::uint64_t index) const;
  void set_facts(ast::NodeId id, ExpressionFacts facts) {
    typing_.expressions[id] = std::move(facts);
  }

  bool is_in_loop() const { return loop_depth_ > 0; }
  // In a loop whose body the kernel calls as a function, without the probe's context.
  bool is_in_loop_function() const { return function_depth_ > 0; }

  // The type that a TypeName writes, poison after a report. An array without a length takes as many
  // elements as `source_size` bytes hold; nothing else may be one.
  TypeId written_type(ast::NodeId type_name, std::uint32_t source_size = 0);
  // What sizeof, typeof and typeinfo look at: of a keyed map as a whole its key.
  TypeId looked_at_type(ast::NodeId operand);
  // How far the member at the end of the path is from the structure's begin, none after a report.
  std::optional<std::uint32_t> offset_in(TypeId type, const std::vector<std::string>& path,
                                         Span where);
  // Says that a part of the language may still change, as loudly as its setting asks. False when it
  // is refused.
  bool allow_unstable(Option option, Span where, std::string_view feature);

 private:
  // statements.cc
  void check_statement(ast::NodeId id);
  ExpressionFacts check_block(const ast::Block& block, Use use);
  bool ends_flow(ast::NodeId statement) const;
  void check_discarded(ast::NodeId id);
  void check_assign(ast::NodeId id, const ast::Assign& assign);
  void assign_variable(ast::NodeId id, const ast::Assign& assign);
  void assign_map(ast::NodeId id, const ast::Assign& assign);
  void assign_plain_value(ast::NodeId id, const ast::Assign& assign, MapState& map);
  bool assign_aggregation(const ast::Assign& assign);
  void check_let(ast::NodeId id, const ast::Let& let);
  void check_discard(const ast::Discard& discard);
  void check_jump(ast::NodeId id, const ast::Jump& jump);
  void report_unsettling(const std::string& name, const JoinedType& settled,
                         const JoinedType& joined, Span where);
  void store_variable(VariableId variable, ast::NodeId value, const JoinedType& joined, Span where);

  // loops.cc
  void check_while(ast::NodeId id, const ast::While& loop);
  void check_unroll(ast::NodeId id, const ast::Unroll& loop);
  void check_for(ast::NodeId id, const ast::For& loop);
  JoinedType number_of_range(ast::NodeId id, const ast::Range& range);
  JoinedType element_of_map(ast::NodeId map_node);
  void check_loop_body(ast::NodeId body);
  void require_for_loop(Capability capability, ast::NodeId loop);

  // expressions.cc
  ExpressionFacts check_node(ast::NodeId id, Use use);
  ExpressionFacts literal_string(ast::NodeId id, const std::string& text);
  ExpressionFacts positional(ast::NodeId id, const ast::PositionalParameter& parameter);
  ExpressionFacts read_variable(ast::NodeId id);
  ExpressionFacts read_map(ast::NodeId id, ast::NodeId map_node);
  ExpressionFacts conditional(ast::NodeId condition, ast::NodeId when_true, ast::NodeId when_false,
                              Span span, Use use);
  ExpressionFacts join_arms(ast::NodeId first, ast::NodeId second, Span span, Use use);
  ExpressionFacts check_if(ast::NodeId id, const ast::If& node, Use use);
  ExpressionFacts compound(TypeId type, ast::NodeId id, AddressSpace space);
  ExpressionFacts tuple(ast::NodeId id, const ast::Tuple& tuple);
  ExpressionFacts record(ast::NodeId id, const ast::Record& record);
  ExpressionFacts size_of(const ast::SizeOf& size);

  // comptime.cc
  ExpressionFacts comptime(ast::NodeId id, const ast::Comptime& comptime);
  ExpressionFacts check_comptime_if(const ast::If& node, Use use);
  bool is_folded_record(ast::NodeId base) const;
  ExpressionFacts folded_field(const ast::FieldAccess& access);
  std::optional<Constant> setting_value(std::string_view name) const;
  ExpressionFacts constant_facts(const Constant& constant);

  // written_types.cc
  TypeId written_base(ast::NodeId id, const ast::TypeName& written);
  TypeId written_bytes(ast::NodeId id, const ast::TypeName& written);
  TypeId unknown_type(ast::NodeId id, std::string_view name);
  TypeId unknown_tag(ast::NodeId id, CKind kind, std::string_view tag);
  std::string nearest_tag(CKind kind, std::string_view name);
  std::optional<std::uint32_t> written_length(ast::NodeId length, std::uint64_t most);

  // members.cc
  ExpressionFacts member(const ExpressionFacts& base, TypeId type, const ast::FieldAccess& access,
                         Span where);
  ExpressionFacts offset_of(ast::NodeId id, const ast::OffsetOf& offset);
  std::optional<TypeMember> find_member(TypeId structure, std::string_view name, Span where);
  // Whether a structure is defined, and a pointer may be followed; reports when not.
  bool check_complete(TypeId type, Span where);
  bool check_followable(TypeId pointer, Span where);
  // What memory of a type gives as a value.
  ExpressionFacts value_in_memory(TypeId type, AddressSpace space, Span where);

  // access.cc
  bool is_args(ast::NodeId id) const;
  ExpressionFacts field_access(ast::NodeId id, const ast::FieldAccess& access);
  ExpressionFacts args_field(ast::NodeId id, const ast::FieldAccess& access);
  ExpressionFacts tuple_access(ast::NodeId id, ast::NodeId base, std::uint64_t index);
  ExpressionFacts index(ast::NodeId id, const ast::Index& index);
  ExpressionFacts dereference(ast::NodeId id, ast::NodeId operand);
  ExpressionFacts pointee(const ExpressionFacts& pointer, Span where);

  // operators.cc
  ExpressionFacts binary(ast::BinaryOp op, ast::NodeId left, ast::NodeId right, Span span);
  ExpressionFacts logical(ast::BinaryOp op, ast::NodeId left, ast::NodeId right);
  ExpressionFacts arithmetic(ast::BinaryOp op, ast::NodeId left, ast::NodeId right);
  ExpressionFacts pointer_operation(ast::BinaryOp op, ast::NodeId left, ast::NodeId right,
                                    Span span);
  ExpressionFacts folded(ast::BinaryOp op, ast::NodeId left, ast::NodeId right, Span span);
  ExpressionFacts operand_mismatch(ast::BinaryOp op, ast::NodeId left, ast::NodeId right,
                                   Span span);
  bool comparable(TypeId left, TypeId right) const;
  void warn_taken_as_signed(ast::NodeId operand);
  ExpressionFacts unary(ast::NodeId id, const ast::Unary& node);
  ExpressionFacts increment(ast::NodeId id, const ast::Unary& node);
  JoinedType incremented(const ExpressionFacts& target, bool up);
  AddressSpace combined_space(const ExpressionFacts& left, const ExpressionFacts& right) const;

  // casts.cc
  ExpressionFacts cast(ast::NodeId id, const ast::Cast& cast);
  bool can_cast(const ExpressionFacts& from, TypeId to) const;
  bool can_cast_to_array(const Type& from, const Type& to) const;
  void check_enumerator(ast::NodeId id, const ExpressionFacts& from, TypeId to);

  // calls.cc
  ExpressionFacts call(ast::NodeId id, const ast::Call& call);
  ExpressionFacts identifier(ast::NodeId id, const ast::Identifier& identifier);
  std::optional<ExpressionFacts> enum_constant(std::string_view name);
  ExpressionFacts use_builtin(ast::NodeId id, FoundBuiltin found, const ast::NodeList& arguments,
                              Span name_span);
  // For a name that is no builtin: says why, unless something else said it.
  void report_unknown_name(std::string_view name, Span where, bool is_call);

  Analysis& analysis_;
  const ast::Program& program_;
  TypeTable& types_;
  GroupId group_;
  GroupTyping& typing_;
  Pass pass_;
  // The map that the aggregation being checked is assigned to.
  MapId aggregated_map_ = MapId::kNone;
  std::uint32_t loop_depth_ = 0;  // loops around what is being checked
  std::uint32_t while_depth_ = 0;
  std::uint32_t function_depth_ = 0;  // those among them whose body is a function of its own
};

}  // namespace sonde::sema
