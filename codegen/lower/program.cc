// The frame of a program around its body:
//
//   stop word set? -> skip     `end` does not ask
//   -p and another pid? -> skip
//   claim a scratch slot       here when the predicate needs one
//   predicate false -> unmatched
//   claim a scratch slot       here when only the body does
//   body -> exit: free the slot, return
//
// Whether a slot is needed is known only after the body is lowered, so the two places are blocks of
// their own that are filled last. A slot is claimed by an atomic exchange, because a program can be
// interrupted by another one, or by itself, on the same CPU.
#include <algorithm>

#include "ast/walk.h"
#include "codegen/llvm/stack_size.h"
#include "codegen/lower/body.h"
#include "lexer/base/concat.h"
#include "lexer/base/round_up.h"

namespace sonde::codegen {
namespace {

constexpr std::size_t kMaxProgramName = 127;  // the kernel's limit for a name in BTF

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// spec/probes.md §17
std::string program_name(const std::string& probe, std::size_t index) {
  std::string name;
  for (char c : probe) name += is_letter_or_digit(c) ? c : '_';
  std::string suffix = concat('_', index);
  if (name.size() + suffix.size() > kMaxProgramName) {
    std::uint64_t hash = 14695981039346656037u;
    for (char c : probe) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
    suffix = concat('_', hex(hash), suffix);
    name.resize(kMaxProgramName - suffix.size());
  }
  return name + suffix;
}

// Sections as libbpf names them, so that it too can tell what a program in a saved object is.
const char* section_of(ProgramType type) {
  switch (type) {
    case ProgramType::kRawTracepoint:
      return "raw_tp";
    case ProgramType::kTracepoint:
      return "tracepoint";
    case ProgramType::kKprobe:
      return "kprobe";
    case ProgramType::kPerfEvent:
      return "perf_event";
  }
  CHECK(false);
}

image::Probe describe_probe(const sema::ExpandedPoint& point, const ast::Program& program,
                            ProbeType type, Strategy strategy, image::ProgramId id) {
  return {.name = point.name,
          .strategy = strategy,
          .program = id,
          .span = program.span(point.attach_point),
          .target = point.target,
          .function = point.function,
          .offset = point.offset,
          .period = point.period,
          .is_frequency = point.is_frequency,
          .is_return = has_fact(type, kHasRetval),
          .functions = point.functions,
          .offsets = point.offsets};
}

}  // namespace

Body::Body(ImageBuilder& image, DebugLines& lines, sema::GroupId group,
           std::uint32_t on_stack_limit)
    : image_(image),
      lines_(lines),
      group_id_(group),
      group_(image.input().probes.groups[group]),
      typing_(image.input().typed.groups[group]),
      strategy_(image.input().strategies.of[group]),
      builder_(image.module()),
      entry_(llvm::BasicBlock::Create(image.module().getContext(), "entry")),
      frame_(builder_, entry_, on_stack_limit),
      closure_(image.input().program, typing_, image.types(), group_.probe, on_stack_limit > 0) {}

ContextKind Body::context_kind() const {
  return strategy_row(strategy_).context;
}

EmittedAt::EmittedAt(Body& body, Span span)
    : body_(body), before_(body.builder_.ir().getCurrentDebugLocation()) {
  if (span.has_place())
    body.builder_.ir().SetCurrentDebugLocation(body.lines_.location(*body.function_, span));
}

EmittedAt::~EmittedAt() {
  body_.builder_.ir().SetCurrentDebugLocation(before_);
}

std::string Body::describe_program() {
  CHECK(!group_.points.empty());
  image::Manifest& manifest = image_.manifest();
  std::string name = program_name(group_.points.front().name, manifest.programs.size() + 1);
  Span at = span(group_.probe);
  program_id_ = manifest.programs.push_back(
      {.name = name, .type = strategy_row(strategy_).program_type, .span = at});
  for (const sema::ExpandedPoint& point : group_.points)
    manifest.probes.push_back(
        describe_probe(point, program(), group_.type, strategy_, program_id_));
  return name;
}

void Body::create_function() {
  llvm::LLVMContext& llvm_context = image_.module().getContext();
  llvm::Type* pointer = llvm::PointerType::get(llvm_context, 0);
  llvm::Type* result = llvm::Type::getInt32Ty(llvm_context);
  function_ = llvm::Function::Create(llvm::FunctionType::get(result, {pointer}, false),
                                     llvm::GlobalValue::ExternalLinkage, describe_program(),
                                     image_.module());
  function_->setSection(section_of(strategy_row(strategy_).program_type));
  function_->addFnAttr(llvm::Attribute::NoUnwind);
  context_ = function_->getArg(0);
  context_->setName("context");
  lines_.describe(*function_, span(group_.probe));
  entry_->insertInto(function_);
  builder_.enter(entry_);
  skip_ = builder_.new_block("skip");
  unmatched_ = builder_.new_block("unmatched");
  exit_ = builder_.new_block("exit");
  llvm::BasicBlock* start = builder_.new_block("start");
  builder_.jump(start);
  builder_.enter(start);
}

void Body::test_stop_word() {
  Place stop = builder_.field(image_.control(), WIRE_FIELD(image::ControlBlock, stop));
  llvm::BasicBlock* go_on = builder_.new_block("running");
  builder_.ir().CreateCondBr(builder_.is_true(builder_.load_volatile(stop, 4)), skip_, go_on);
  builder_.enter(go_on);
}

// A uprobe through a perf event is limited to its process when it is attached, but kernels before
// about 6.11 let a return, and while somebody else traces the same function an entry too, of other
// processes through.
bool Body::tests_target_pid() const {
  if (has_fact(group_.type, kFilteredByPid)) return options().filters_kernel_probes;
  bool is_by_perf = strategy_ == Strategy::kUprobePerf || strategy_ == Strategy::kUretprobePerf;
  return is_by_perf && options().filters_user_probes;
}

void Body::test_target_pid() {
  image::WireField field = options().filters_kernel_probes
                               ? WIRE_FIELD(image::Constants, target_pid)
                               : WIRE_FIELD(image::Constants, child_pid);
  llvm::Value* wanted =
      builder_.load_volatile(builder_.field(image_.constants(), field), field.size);
  llvm::Value* pid = process_id(/*in_initial_namespace=*/false, /*is_thread=*/false);
  llvm::BasicBlock* go_on = builder_.new_block("traced");
  builder_.ir().CreateCondBr(builder_.ir().CreateICmpEQ(pid, wanted), go_on, skip_);
  builder_.enter(go_on);
}

void Body::take_variables() {
  for (std::size_t i = 0; i < typing_.variables.size(); ++i) {
    auto id = static_cast<sema::VariableId>(i);
    if (closure_.home(id) != loop_) continue;
    TypeId type = typing_.variables[id].type;
    bool is_shared = closure_.sharing(id) == Closure::Sharing::kShared;
    std::uint32_t size = types().size(type);
    if (is_shared) cells_[id] = frame_.reserve_scratch(size);
    if (is_scalar(type)) {
      variables_[id].word = closure_.steers_while(id) ? frame_.word() : frame_.variable_word();
    } else {
      Place place = is_shared ? frame_.scratch_at(cells_[id]) : frame_.take(size);
      clear_memory(builder_, place, round_up(size, 8));
      variables_[id].place = place;
    }
  }
}

// spec/language.md §12.6: 0 would filter the event of a tracepoint.
std::uint64_t Body::default_result() const {
  return strategy_row(strategy_).program_type == ProgramType::kTracepoint ? 1 : 0;
}

void Body::lower() {
  create_function();
  At at(*this, span(group_.probe));
  result_ = frame_.word();
  builder_.ir().CreateStore(builder_.word(default_result()), result_);
  variables_.resize(typing_.variables.size());
  cells_.resize(typing_.variables.size());
  if (closure_.exists()) {
    report_stack_size(*function_);
    closure_words_ = frame_.words(closure_.word_count());
    builder_.ir().CreateStore(context_, closure_word(Closure::kContext).pointer);
  }
  if (group_.type != ProbeType::kEnd) test_stop_word();
  if (tests_target_pid()) test_target_pid();

  const auto& probe = program().get<ast::Probe>(group_.probe);
  bool uses_variables = false;
  ast::walk(program(), probe.predicate, [&](ast::NodeId id) {
    uses_variables |= program().is<ast::Variable>(id);
    return !uses_variables;
  });
  llvm::BasicBlock* early = builder_.ir().GetInsertBlock();
  llvm::BasicBlock* test = builder_.new_block("predicate");
  builder_.enter(test);
  if (uses_variables) take_variables();
  if (ast::exists(probe.predicate)) {
    Frame::Scope scope(frame_);
    At predicate(*this, span(probe.predicate));
    llvm::Value* holds = condition(probe.predicate);
    llvm::BasicBlock* matched = builder_.new_block("matched");
    builder_.ir().CreateCondBr(holds, matched, unmatched_);
    builder_.enter(matched);
  }
  bool is_early = frame_.uses_scratch();
  llvm::BasicBlock* late = builder_.ir().GetInsertBlock();
  llvm::BasicBlock* main = builder_.new_block("body");
  builder_.enter(main);
  {
    Frame::Scope scope(frame_);
    if (!uses_variables) take_variables();
    block(program().get<ast::Block>(probe.body));
  }
  builder_.jump(exit_);

  llvm::Value* slots =
      frame_.uses_scratch()
          ? image_.scratch(image_.manifest().programs[program_id_].name, frame_.scratch_size())
          : nullptr;
  claim_scratch(early, test, is_early ? slots : nullptr);
  claim_scratch(late, main, is_early ? nullptr : slots);
  finish_blocks(is_early);
}

void Body::claim_scratch(llvm::BasicBlock* from, llvm::BasicBlock* to, llvm::Value* slots) {
  builder_.enter(from);
  if (!slots) {
    builder_.jump(to);
    return;
  }
  llvm::IRBuilder<>& ir = builder_.ir();
  Place key = frame_.take(sizeof(std::uint32_t));
  llvm::Value* first = ir.CreateMul(builder_.call(Helper::kProcessorId, {}),
                                    builder_.word(image::kScratchSlotsPerCpu));
  builder_.repeat(
      builder_.word(image::kScratchSlotsPerCpu), [&](llvm::Value* index, llvm::BasicBlock* none) {
        builder_.store(key, 4, ir.CreateAdd(first, index));
        llvm::Value* slot = builder_.call(Helper::kMapLookup, {slots, key.pointer});
        llvm::BasicBlock *found = builder_.new_block("slot"), *mine = builder_.new_block("mine"),
                         *taken = builder_.new_block("taken");
        ir.CreateCondBr(builder_.is_null(slot), none, found);
        builder_.enter(found);
        Place busy = builder_.field(Place{slot}, WIRE_FIELD(image::ScratchHeader, busy));
        llvm::Value* before = builder_.compare_exchange(busy, builder_.word(0), builder_.word(1));
        ir.CreateCondBr(builder_.is_true(before), taken, mine);
        builder_.enter(mine);
        ir.CreateStore(slot, frame_.scratch_slot());
        if (closure_words_) ir.CreateStore(slot, closure_word(Closure::kScratchSlot).pointer);
        builder_.jump(to);
        builder_.enter(taken);
      });
  count_loss(image::LossKind::kScratch, span(group_.probe));
  builder_.jump(skip_);
}

void Body::finish_blocks(bool predicate_used_scratch) {
  llvm::IRBuilder<>& ir = builder_.ir();
  auto return_result = [&] {
    llvm::Value* result = ir.CreateLoad(ir.getInt64Ty(), result_);
    ir.CreateRet(ir.CreateTrunc(result, ir.getInt32Ty()));
  };
  builder_.enter(unmatched_);
  builder_.jump(predicate_used_scratch ? exit_ : skip_);
  builder_.enter(exit_);
  if (frame_.uses_scratch()) {
    Place slot{ir.CreateLoad(ir.getPtrTy(), frame_.scratch_slot())};
    constexpr image::WireField kBusy = WIRE_FIELD(image::ScratchHeader, busy);
    builder_.keep_order();
    builder_.store_volatile(builder_.field(slot, kBusy), kBusy.size, builder_.word(0));
  }
  builder_.jump(skip_);
  builder_.enter(skip_);
  return_result();
}

}  // namespace sonde::codegen
