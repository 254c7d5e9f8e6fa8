// Body: one probe group becomes one BPF program. It walks the body once, emits code as it goes and
// appends to the Manifest what the code will send. Its parts stand in files of their own:
// program.cc (prologue, scratch slot, exit), stmt.cc, loops.cc, expr.cc, operators.cc, location.cc
// (members and elements), access.cc (memory and context), map.cc, aggregate.cc, records.cc and
// builtins_*.cc.
//
// Values come in two shapes. A scalar (integer, bool, pointer) is a 64-bit word in flight, extended
// by the sign of its type. Everything else is written to a place that its user provides, so that a
// string is read right into the key or the record it is for. What is stored is always whole: bytes
// behind a NUL and padding between members are zero, so values compare and hash bytewise.
#pragma once

#include <llvm/ADT/STLFunctionalExtras.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "codegen/llvm/arithmetic.h"
#include "codegen/llvm/debug_info.h"
#include "codegen/llvm/memory.h"
#include "codegen/lower/body_types.h"
#include "codegen/lower/closure.h"
#include "codegen/lower/frame.h"
#include "codegen/lower/image_builder.h"
#include "codegen/lower/location.h"

namespace sonde::codegen {

struct ScalarOf;
struct StoreOf;

class Body {
 public:
  Body(ImageBuilder& image, DebugLines& lines, sema::GroupId group, std::uint32_t on_stack_limit);
  void lower();

  ImageBuilder& image() { return image_; }
  Builder& builder() { return builder_; }
  Frame& frame() { return frame_; }
  const ast::Program& program() const { return image_.program(); }
  const TypeTable& types() const { return image_.types(); }
  const sema::ProbeGroup& group() const { return group_; }
  const sema::CompileOptions& options() const { return image_.input().options; }
  const sema::GroupTyping& typing() const { return typing_; }
  const sema::ExpressionFacts& facts(ast::NodeId id) const { return typing_.expressions[id]; }
  const Type& type_of(ast::NodeId id) const { return types().at(facts(id).type); }
  Span span(ast::NodeId id) const { return program().span(id); }
  image::ProgramId program_id() const { return program_id_; }
  llvm::Value* context() { return context_; }
  ContextKind context_kind() const;

  // ---- statements (stmt.cc) ----
  void statement(ast::NodeId id);
  void block(const ast::Block& block);
  // Ends the run: frees what it holds and returns `result`, or the default without one.
  void leave(llvm::Value* result = nullptr);

  // ---- expressions (expr.cc, operators.cc) ----
  llvm::Value* scalar(ast::NodeId id);
  llvm::Value* condition(ast::NodeId id);  // a bit
  // Writes the value as one of type `target`, all its bytes.
  void store(ast::NodeId id, TypeId target, Place destination);
  // Where the value stands, as its own type, until the scope's end, whatever `next` changes then.
  Place place_of(ast::NodeId id, ast::NodeId next = ast::NodeId::kNone);
  // For its effects alone.
  void evaluate(ast::NodeId id, bool is_discarded);
  // Copies a value from one type's layout to another's.
  void convert(Place source, TypeId from, Place destination, TypeId to);
  llvm::Value* as_type(llvm::Value* word, TypeId type);
  llvm::Value* load_scalar(Place place, TypeId type);
  bool is_scalar(TypeId type) const;
  llvm::Value* binary(ast::BinaryOp op, ast::NodeId left, llvm::Value* x, ast::NodeId right,
                      llvm::Value* y, Span at);
  // Whether evaluating it changes something, may leave the program or queues a record.
  bool has_effects(ast::NodeId id) const;
  std::uint64_t number(ast::NodeId id) const;              // an integer known at compile time
  std::string_view text(ast::NodeId id) const;             // a string known at compile time
  const std::string* constant_text(ast::NodeId id) const;  // null when it is not

  // ---- memory outside of the program, and the context (access.cc) ----
  llvm::Value* read_scalar(llvm::Value* address, AddressSpace space, TypeId type, Span at);
  void read_bytes(llvm::Value* address, AddressSpace space, Place destination, std::uint32_t size,
                  Span at);
  // `size` is a word that the verifier can bound.
  void read_bytes(llvm::Value* address, AddressSpace space, Place destination, llvm::Value* size,
                  Span at);
  // Reads text as bpf_probe_read_*_str does, at most `size` bytes with the NUL. Gives that call's
  // result: the bytes with the NUL, or negative.
  llvm::Value* read_text(llvm::Value* address, AddressSpace space, Place destination,
                         llvm::Value* size, Span at);
  std::optional<Location> locate(ast::NodeId id);  // a member or element (location.cc)
  Location location_of(ast::NodeId id);
  llvm::Value* load(const Location& from, Span at);
  void store_from(const Location& from, TypeId own, TypeId target, Place destination, Span at);

  // A field of wire.h's Constants.
  llvm::Value* load_constant(image::WireField field);
  llvm::Value* argument(std::uint32_t index);
  llvm::Value* return_value();
  // Of the function whose entry or return the probe is at; at an entry an address inside of it.
  llvm::Value* function_address();
  llvm::Value* event_scalar(const std::string& field, TypeId type, Span at);
  // Text of at most `capacity` bytes, without a NUL when it is longer, zeros behind it.
  void store_text_at(llvm::Value* address, AddressSpace space, Place destination,
                     std::uint32_t capacity, Span at);
  void store_event_field(const std::string& field, TypeId type, Place destination, Span at);
  void store_event(TypeId type, Place destination, Span at);  // all of `args`
  // Writes a string without padding, but with a NUL behind it, and gives its length: a word that
  // the verifier knows to be at most the value's capacity.
  llvm::Value* store_unpadded(ast::NodeId value, Place destination);
  // That length, from what reading text as bpf_probe_read_*_str does has given.
  llvm::Value* text_length(llvm::Value* used, std::uint32_t capacity);

  // ---- maps (map.cc, aggregate.cc) ----
  using Element = MapElement;
  std::optional<Element> element_of(ast::NodeId id) const;
  llvm::Value* key_of(const Element& element, bool is_kept = false);
  llvm::Value* look_up(sema::MapId map, llvm::Value* key);  // a pointer, may be null
  llvm::Value* element_scalar(const Element& element, Span at);
  void store_element_value(const Element& element, TypeId target, Place destination, Span at);
  void assign(const Element& element, ast::NodeId value, Span at);
  void assign_word(const Element& element, llvm::Value* key, llvm::Value* word, Span at);
  // new = change(old), in place where the element exists. Gives {old, new}.
  std::pair<llvm::Value*, llvm::Value*> change(
      const Element& element, Span at, llvm::function_ref<llvm::Value*(llvm::Value*)> change);
  llvm::Value* remove(const Element& element, bool is_discarded, Span at);  // a word, 0 or 1
  llvm::Value* has_key(const Element& element);                             // a bit
  llvm::Value* count_keys(sema::MapId map, Span at);
  // If the element exists, its value goes to the variable. A bit: whether it does.
  llvm::Value* find(const Element& element, ast::NodeId variable, Span at);
  void aggregate(const Element& element, ast::NodeId call, Span at);
  // The value of an aggregation's element over all CPUs; an element that does not exist gives 0.
  llvm::Value* reduce(sema::MapId map, llvm::Value* key, Span at);
  // `visit` sees each possible CPU's value of an element that exists.
  void for_each_cpu(sema::MapId map, llvm::Value* key, llvm::function_ref<void(Place)> visit);
  // The function of this name that a helper calls back with `count` words or pointers; gives 0.
  llvm::Function* callback(const std::string& name, std::uint32_t count, Span at,
                           llvm::function_ref<void(llvm::Function&)> emit);

  // The time by which series are cut into intervals, a word.
  llvm::Value* series_clock(Span at);

  // ---- records (records.cc) ----
  void send_values(image::RecordKind kind, std::string format,
                   const std::vector<ast::NodeId>& values, Span at);
  void send_map(image::RecordKind kind, sema::MapId map, std::uint64_t top, std::uint64_t div,
                Span at);
  void send_exit(llvm::Value* code, Span at);
  // A record that says no more than its site.
  void send_mark(image::RecordKind kind, std::string format, Span at);
  void send_number(image::RecordKind kind, std::string format, llvm::Value* number, TypeId type,
                   Span at);
  // The strings that an array of pointers at `list` leads to (join.cc).
  void send_strings(ast::NodeId list, std::string separator, Span at);
  // A runtime error with a helper's return value as detail.
  void report(RuntimeError error, Span at, llvm::Value* detail);
  void count_loss(image::LossKind kind, Span at);

  // ---- builtins ----
  llvm::Value* call_builtin(ast::NodeId id, bool is_discarded, Place destination);
  llvm::Value* process_id(bool in_initial_namespace, bool is_thread);
  // The most bytes that `str` at `use` reads with its NUL: a word, at most `most`.
  llvm::Value* text_size(const ast::NodeList& arguments, std::uint32_t most);
  void store_stack(const BuiltinUse& use, bool is_user);
  // When the current process began, in nanoseconds since boot; 0 where the kernel does not tell.
  llvm::Value* process_start_time(Span at);

  using At = EmittedAt;

 private:
  // program.cc
  void create_function();
  std::string describe_program();
  void test_stop_word();
  bool tests_target_pid() const;
  void test_target_pid();
  // Those that belong to the function being emitted.
  void take_variables();
  std::uint64_t default_result() const;
  void claim_scratch(llvm::BasicBlock* from, llvm::BasicBlock* to, llvm::Value* slots);
  void finish_blocks(bool predicate_used_scratch);

  // stmt.cc
  void assign_statement(const ast::Assign& assign, Span at);
  void assign_variable(ast::NodeId variable, ast::NodeId value);
  void let_statement(const ast::Let& let);
  void if_statement(const ast::If& node);

  // loops.cc
  class LoopFunction;
  struct LoopBody;
  void while_statement(const ast::While& loop);
  void unroll_statement(const ast::Unroll& loop);
  void walk_range(ast::NodeId id, const ast::For& loop, const ast::Range& range);
  void walk_map(ast::NodeId id, const ast::For& loop);
  LoopBody loop_body(ast::NodeId id, llvm::ArrayRef<const char*> parameters,
                     llvm::function_ref<void(llvm::Function&)> set_variable);
  void find_captured(ast::NodeId loop);
  void call_loop(ast::NodeId id, Helper helper, llvm::Value* what, const LoopBody& body);
  void hide_counters(ast::NodeId loop);
  llvm::Value* limit_rounds(llvm::Value* rounds, const Type& type, Span at);
  Place closure_word(std::uint32_t word);
  void jump_out(const ast::Jump& jump);

  // expr.cc, operators.cc
  friend struct ScalarOf;
  friend struct StoreOf;
  bool is_args(ast::NodeId id) const;
  llvm::Value* block_scalar(const ast::Block& block);
  void store_builtin(ast::NodeId id, TypeId target, Place destination);
  void store_sized(Place destination, std::uint32_t size, TypeId target,
                   llvm::function_ref<void(Place)> fill);
  llvm::Value* cast(ast::NodeId id, ast::NodeId operand);
  llvm::Value* byte_of_text(ast::NodeId id, const ast::Index& index);
  llvm::Value* unary(ast::NodeId id, const ast::Unary& node);
  llvm::Value* step(ast::NodeId id, const ast::Unary& node);
  llvm::Value* compare(ast::NodeId id, const ast::Binary& node);
  llvm::Value* values_are_equal(Place a, TypeId a_type, Place b, TypeId b_type);
  llvm::Value* operands_are_equal(ast::NodeId left, ast::NodeId right);
  llvm::Value* divide(ast::BinaryOp op, llvm::Value* x, llvm::Value* y, bool is_signed, Span at);
  llvm::Value* scale(llvm::Value* count, TypeId pointer);
  void store_padding(const Type& type, Place destination);

  // location.cc
  Location inside(Location outer, std::uint64_t offset, TypeId type);
  Location behind_pointer(ast::NodeId pointer);
  std::optional<Location> locate_member(const ast::FieldAccess& access);
  std::optional<Location> locate_element(ast::NodeId id, const ast::Index& node);
  Location element_at(Location array, ast::NodeId index, Span at);
  void copy_bytes(const Location& from, Place destination, std::uint32_t size, Span at);
  llvm::Value* load_bits(const Location& from, Span at);
  void store_as_array(ast::NodeId number, TypeId target, Place destination);

  // access.cc
  llvm::Value* read(Helper kernel, Helper user, AddressSpace space, Place destination,
                    llvm::Value* size, llvm::Value* address, Span at);
  Place event_field(const TracepointField& field);

  // map.cc, aggregate.cc
  void write_scalar_map(const Element& element, ast::NodeId value);
  void update(const MapLayout& map, llvm::Value* key, Place value, Span at);
  void report_missing(llvm::Value* pointer, Span at);
  void mark_present(const MapLayout& map, Place value);
  llvm::Value* remove_per_cpu(const Element& element);
  llvm::Value* remove_buckets(const Element& element, Span at);
  void remove_bucket(const MapLayout& map, Place key, llvm::Value* bucket, Place removed);
  void note_key(const MapLayout& map, llvm::Value* key);
  llvm::Value* bucket_of(const MapLayout& map, ast::NodeId argument, const SlotUpdate& update);
  llvm::Value* hist_bucket(const sema::BucketShape& shape, llvm::Value* value, bool is_signed);
  llvm::Value* lhist_bucket(const sema::BucketShape& shape, llvm::Value* value, bool is_signed);
  llvm::Value* slot_for_update(const Element& element, llvm::Value* bucket, Span at);
  void update_slot(const MapLayout& map, Place slot, const SlotUpdate& update);
  void update_extreme(const MapLayout& map, Place slot, const SlotUpdate& update);
  void update_series(const MapLayout& map, Place slot, const SlotUpdate& update);
  void fold_into_series(const MapLayout& map, Place slot, const SlotUpdate& update);
  void mark_bucket(const MapLayout& map, Place slot, image::WireField present);
  std::pair<llvm::Value*, llvm::Value*> total_slots(sema::MapId map, llvm::Value* key, Span at);
  void store_statistics(const Element& element, Place destination, Span at);

  // records.cc
  struct Layout;
  Layout lay_out(const std::vector<ast::NodeId>& values) const;
  void send_fixed(const Layout& layout, image::SiteId site);
  void send_with_tail(const Layout& layout, image::SiteId site);
  // `when_full` runs beside the counting of the loss.
  void send_record(
      image::SiteId id, llvm::function_ref<void(Place)> fill,
      llvm::function_ref<void()> when_full = [] {});
  void if_room(image::SiteId id, llvm::function_ref<void()> send);
  void add_to_loss(image::LossId loss);

  friend class EmittedAt;

  ImageBuilder& image_;
  DebugLines& lines_;
  sema::GroupId group_id_;
  const sema::ProbeGroup& group_;
  const sema::GroupTyping& typing_;
  Strategy strategy_;
  Builder builder_;
  image::ProgramId program_id_ = image::ProgramId::kNone;
  image::LossId scratch_loss_ = image::LossId::kNone;
  llvm::Function* function_ = nullptr;
  llvm::Value* context_ = nullptr;
  llvm::BasicBlock *entry_ = nullptr, *skip_ = nullptr, *exit_ = nullptr, *unmatched_ = nullptr;
  llvm::AllocaInst* result_ = nullptr;
  Frame frame_;
  Closure closure_;
  llvm::Value* closure_words_ = nullptr;
  ast::NodeId loop_ = ast::NodeId::kNone;  // whose function is being emitted, none: the program
  bool leaves_in_loop_ = false;            // that function has a way out of the program
  std::vector<LoopExits> jumps_;           // of the loops around, innermost last
  using Variable = VariablePlace;
  IdVector<sema::VariableId, Variable> variables_;
  IdVector<sema::VariableId, std::uint32_t> cells_;  // where in the scratch slot shared ones stand
};

}  // namespace sonde::codegen
