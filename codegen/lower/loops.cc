// Loops. `while` and `unroll` are jumps inside their function, which the verifier follows round by
// round; it must see what their conditions test, so LLVM is kept from rewriting those counters. The
// body of a `for` is a function that a helper of the kernel calls, and the verifier walks through
// it about twice whatever the number of rounds: bpf_loop for ranges, bpf_for_each_map_elem for
// maps. Its result is 0 to go on and 1 to end the loop; one that leaves the program says so in the
// closure.
#include "ast/walk.h"
#include "codegen/llvm/stack_size.h"
#include "codegen/lower/body.h"
#include "lexer/base/concat.h"

namespace sonde::codegen {
namespace {

constexpr std::uint64_t kMostRounds = 8 << 20;  // BPF_MAX_LOOPS
// The difference of two integers of fewer bytes cannot be too large.
constexpr std::uint32_t kLargeInteger = 4;

constexpr const char* kRangeParameters[] = {"index", "closure"};
constexpr const char* kMapParameters[] = {"map", "key", "value", "closure"};

}  // namespace

struct Body::LoopBody {
  llvm::Function* function = nullptr;
  bool leaves = false;  // it may leave the program
};

// Sets aside what belongs to the function around a loop while the body's is emitted.
class Body::LoopFunction {
 public:
  LoopFunction(Body& body, ast::NodeId loop, llvm::Function* function)
      : body_(body),
        position_(body.builder_.ir()),
        function_(std::exchange(body.function_, function)),
        context_(body.context_),
        entry_(std::exchange(body.entry_, new_block("entry"))),
        exit_(std::exchange(body.exit_, new_block("leave"))),
        frame_(std::exchange(body.frame_, Frame::inside(body.frame_, body.entry_))),
        closure_words_(
            std::exchange(body.closure_words_, function->getArg(function->arg_size() - 1))),
        loop_(std::exchange(body.loop_, loop)),
        leaves_(std::exchange(body.leaves_in_loop_, false)),
        jumps_(std::exchange(body.jumps_, {})),
        variables_(body.variables_) {
    body.builder_.ir().SetCurrentDebugLocation({});
  }
  ~LoopFunction() {
    frame_.include(body_.frame_);
    body_.function_ = function_;
    body_.context_ = context_;
    body_.entry_ = entry_;
    body_.exit_ = exit_;
    body_.frame_ = std::move(frame_);
    body_.closure_words_ = closure_words_;
    body_.loop_ = loop_;
    body_.leaves_in_loop_ |= leaves_;
    body_.jumps_ = std::move(jumps_);
    body_.variables_ = std::move(variables_);
  }
  LoopFunction(const LoopFunction&) = delete;
  LoopFunction& operator=(const LoopFunction&) = delete;

 private:
  llvm::BasicBlock* new_block(const char* name) {
    return llvm::BasicBlock::Create(body_.function_->getContext(), name, body_.function_);
  }

  Body& body_;
  llvm::IRBuilder<>::InsertPointGuard position_;
  llvm::Function* function_;
  llvm::Value* context_;
  llvm::BasicBlock *entry_, *exit_;
  Frame frame_;
  llvm::Value* closure_words_;
  ast::NodeId loop_;
  bool leaves_;
  std::vector<LoopExits> jumps_;
  IdVector<sema::VariableId, Variable> variables_;
};

Place Body::closure_word(std::uint32_t word) {
  return builder_.at(Place{closure_words_}, 8 * word);
}

void Body::jump_out(const ast::Jump& jump) {
  if (jump.kind == ast::JumpKind::kReturn)
    return leave(ast::exists(jump.value) ? scalar(jump.value) : nullptr);
  CHECK(!jumps_.empty());
  bool breaks = jump.kind == ast::JumpKind::kBreak;
  builder_.jump(breaks ? jumps_.back().on_break : jumps_.back().on_continue);
  builder_.enter(builder_.new_block("unreachable"));
}

void Body::while_statement(const ast::While& loop) {
  llvm::BasicBlock *test = builder_.new_block("while"), *inside = builder_.new_block("inside"),
                   *again = builder_.new_block("again"), *done = builder_.new_block("done");
  builder_.jump(test);
  builder_.enter(test);
  llvm::Value* holds = nullptr;
  {
    Frame::Scope scope(frame_);
    holds = condition(loop.condition);
  }
  builder_.ir().CreateCondBr(holds, inside, done);
  builder_.enter(inside);
  jumps_.push_back({.on_break = done, .on_continue = again});
  {
    Frame::Scope scope(frame_);
    block(program().get<ast::Block>(loop.body));
  }
  jumps_.pop_back();
  builder_.jump(again);
  builder_.enter(again);
  hide_counters(loop.body);
  builder_.jump(test);
  builder_.enter(done);
}

// LLVM would count in another way than the script where that saves an instruction, and the verifier
// might no longer see that it ends.
void Body::hide_counters(ast::NodeId loop) {
  std::vector<llvm::Value*> hidden;
  ast::walk(program(), loop, [&](ast::NodeId node) {
    sema::VariableId id = typing_.variable_of[node];
    llvm::Value* word = id == sema::VariableId::kNone ? nullptr : variables_[id].word;
    if (!word || std::find(hidden.begin(), hidden.end(), word) != hidden.end()) return true;
    hidden.push_back(word);
    llvm::Value* value = builder_.ir().CreateLoad(builder_.ir().getInt64Ty(), word);
    builder_.ir().CreateStore(builder_.opaque(value), word);
    return true;
  });
}

void Body::unroll_statement(const ast::Unroll& loop) {
  auto once = [&](llvm::Value*, llvm::BasicBlock* done) {
    llvm::BasicBlock* again = builder_.new_block("again");
    jumps_.push_back({.on_break = done, .on_continue = again});
    {
      Frame::Scope scope(frame_);
      block(program().get<ast::Block>(loop.body));
    }
    jumps_.pop_back();
    builder_.jump(again);
    builder_.enter(again);
    hide_counters(loop.body);
  };
  builder_.repeat(builder_.word(number(loop.count)), once);
}

void Body::walk_range(ast::NodeId id, const ast::For& loop, const ast::Range& range) {
  llvm::IRBuilder<>& ir = builder_.ir();
  TypeId type = facts(loop.iterable).type;
  bool is_signed = types().at(type).is_signed;
  llvm::Value* begin = as_type(scalar(range.begin), type);
  llvm::Value* end = as_type(scalar(range.end), type);
  llvm::Value* is_some = is_signed ? ir.CreateICmpSLT(begin, end) : ir.CreateICmpULT(begin, end);
  llvm::Value* rounds = ir.CreateSelect(is_some, ir.CreateSub(end, begin), builder_.word(0));
  rounds = limit_rounds(rounds, types().at(type), span(loop.iterable));
  std::uint32_t first_number = closure_.first_number(id);
  if (first_number != 0) builder_.store(closure_word(first_number), 8, begin);
  LoopBody body = loop_body(id, kRangeParameters, [&](llvm::Function& function) {
    sema::VariableId variable = typing_.variable_of[loop.variable];
    llvm::Value* first =
        first_number != 0 ? builder_.load(closure_word(first_number), 8, false) : begin;
    llvm::Value* number = ir.CreateAdd(first, function.getArg(0));
    ir.CreateStore(as_type(number, typing_.variables[variable].type), variables_[variable].word);
  });
  // A function that the verifier never enters, because there are no rounds, is removed by it, and
  // the call that refers to it must go as well.
  builder_.if_true(builder_.is_true(rounds), [&] { call_loop(id, Helper::kLoop, rounds, body); });
}

// bpf_loop refuses more rounds, and takes only the lower half of the word.
llvm::Value* Body::limit_rounds(llvm::Value* rounds, const Type& type, Span at) {
  llvm::IRBuilder<>& ir = builder_.ir();
  if (llvm::isa<llvm::ConstantInt>(rounds) || type.size < kLargeInteger) return rounds;
  llvm::Value* is_too_long = ir.CreateICmpUGT(rounds, builder_.word(kMostRounds));
  builder_.if_true(is_too_long, [&] { report(RuntimeError::kLoopTooLong, at, builder_.word(0)); });
  return ir.CreateSelect(is_too_long, builder_.word(0), rounds);
}

void Body::walk_map(ast::NodeId id, const ast::For& loop) {
  sema::MapId map = element_of(loop.iterable)->map;
  const sema::MapFacts& facts = *image_.map(map).facts;
  LoopBody body = loop_body(id, kMapParameters, [&](llvm::Function& function) {
    sema::VariableId variable = typing_.variable_of[loop.variable];
    const Type& pair = types().at(typing_.variables[variable].type);
    const TypeMember &key = pair.members.at(0), &value = pair.members.at(1);
    Place place = variables_[variable].place;
    llvm::Argument* key_pointer = function.getArg(1);
    convert(Place{key_pointer}, facts.key, builder_.at(place, key.offset), key.type);
    Place to = builder_.at(place, value.offset);
    if (facts.aggregation == sema::Aggregation::kNone) {
      convert(Place{function.getArg(2)}, facts.value, to, value.type);
    } else {
      llvm::Value* word = reduce(map, key_pointer, span(loop.iterable));
      builder_.store(to, types().size(value.type), word);
    }
    store_padding(pair, place);
  });
  call_loop(id, Helper::kForEachElement, image_.map(map).global, body);
}

Body::LoopBody Body::loop_body(ast::NodeId id, llvm::ArrayRef<const char*> parameters,
                               llvm::function_ref<void(llvm::Function&)> set_variable) {
  llvm::IRBuilder<>& ir = builder_.ir();
  llvm::SmallVector<llvm::Type*, 4> types(parameters.size(), ir.getPtrTy());
  if (parameters.size() == std::size(kRangeParameters)) types[0] = ir.getInt64Ty();
  llvm::Function* function = llvm::Function::Create(
      llvm::FunctionType::get(ir.getInt64Ty(), types, false), llvm::GlobalValue::InternalLinkage,
      concat("loop_", image_.module().size()), image_.module());
  function->addFnAttr(llvm::Attribute::NoUnwind);
  report_stack_size(*function);
  for (std::size_t i = 0; i < parameters.size(); ++i)
    function->getArg(static_cast<unsigned>(i))->setName(parameters[i]);
  lines_.describe(*function, span(id));
  image_.add_call({.function = function->getName().str(), .caller = function_->getName().str()});

  LoopFunction here(*this, id, function);
  const auto& loop = program().get<ast::For>(id);
  builder_.enter(entry_);
  At at(*this, span(id));
  llvm::BasicBlock *start = builder_.new_block("start"), *next = builder_.new_block("next");
  builder_.jump(start);
  builder_.enter(start);
  ir.CreateStore(ir.CreateLoad(ir.getPtrTy(), closure_word(Closure::kScratchSlot).pointer),
                 frame_.scratch_slot());
  context_ = ir.CreateLoad(ir.getPtrTy(), closure_word(Closure::kContext).pointer);
  jumps_.push_back({.on_break = exit_, .on_continue = next});
  {
    Frame::Scope scope(frame_);
    find_captured(id);
    take_variables();
    set_variable(*function);
    block(program().get<ast::Block>(loop.body));
  }
  builder_.jump(next);
  builder_.enter(next);
  ir.CreateRet(builder_.word(0));
  builder_.enter(exit_);
  ir.CreateRet(builder_.word(1));
  return {.function = function, .leaves = leaves_in_loop_};
}

// Where variables from around the loop stand inside of it.
void Body::find_captured(ast::NodeId loop) {
  for (sema::VariableId id : closure_.captured(loop)) {
    if (closure_.sharing(id) == Closure::Sharing::kCopied) {
      variables_[id].word = frame_.variable_word();
      llvm::Value* value = builder_.load(closure_word(closure_.word(id)), 8, false);
      builder_.ir().CreateStore(value, variables_[id].word);
    } else if (is_scalar(typing_.variables[id].type)) {
      variables_[id].word = frame_.scratch_at(cells_[id]).pointer;
    } else {
      variables_[id].place = frame_.scratch_at(cells_[id]);
    }
  }
}

// Words of this function that the loop uses are handed over, and fetched back if it assigns them.
void Body::call_loop(ast::NodeId id, Helper helper, llvm::Value* what, const LoopBody& body) {
  llvm::IRBuilder<>& ir = builder_.ir();
  std::vector<std::pair<Place, llvm::Value*>> fetched;
  for (sema::VariableId variable : closure_.captured(id)) {
    bool is_own = closure_.home(variable) == loop_;
    if (!is_own || !is_scalar(typing_.variables[variable].type)) continue;
    llvm::Value* word = variables_[variable].word;
    bool is_shared = closure_.sharing(variable) == Closure::Sharing::kShared;
    Place cell =
        is_shared ? frame_.scratch_at(cells_[variable]) : closure_word(closure_.word(variable));
    builder_.store(cell, 8, ir.CreateLoad(ir.getInt64Ty(), word));
    if (is_shared) fetched.emplace_back(cell, word);
  }
  bool is_outermost = !ast::exists(loop_);
  if (body.leaves && is_outermost)
    builder_.store(closure_word(Closure::kHasLeft), 8, builder_.word(0));
  builder_.call(helper, {what, body.function, closure_words_, builder_.word(0)});
  for (const auto& [cell, word] : fetched) ir.CreateStore(builder_.load(cell, 8, false), word);
  if (!body.leaves) return;
  llvm::Value* has_left = builder_.load(closure_word(Closure::kHasLeft), 8, false);
  builder_.if_true(builder_.is_true(has_left), [&] {
    if (is_outermost) return leave(builder_.load(closure_word(Closure::kResult), 8, false));
    builder_.jump(exit_);
    builder_.enter(builder_.new_block("unreachable"));
  });
}

}  // namespace sonde::codegen
