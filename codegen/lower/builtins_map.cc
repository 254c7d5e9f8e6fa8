// What a script asks a map about its keys, and the removal of keys with many buckets. A histogram
// or series has an entry for each bucket of a key, so where a script asks for its keys they stand
// in a second map, the index, too: every update makes sure of it, so that it heals after a race
// with a removal. Counting goes through all elements, because the kernel's own count is younger
// than 6.1.
#include "codegen/llvm/stack_size.h"
#include "codegen/lower/builtins.h"

namespace sonde::codegen {
namespace {

constexpr std::uint64_t kAnyElement = 0;
// A longer loop is left to the helper, for the verifier walks every round of this one.
constexpr std::uint32_t kMostRounds = 2048;

}  // namespace

llvm::Value* Body::has_key(const Element& element) {
  const MapLayout& map = image_.map(element.map);
  llvm::Value* key = key_of(element);
  llvm::Value* found =
      builder_.call(Helper::kMapLookup, {map.key_index ? map.key_index : map.global, key});
  return builder_.exists(found);
}

void Body::note_key(const MapLayout& map, llvm::Value* key) {
  llvm::Value* known = builder_.call(Helper::kMapLookup, {map.key_index, key});
  builder_.if_true(builder_.is_null(known), [&] {
    Place nothing = frame_.take(sizeof(std::uint64_t));
    builder_.store(nothing, sizeof(std::uint64_t), builder_.word(0));
    builder_.call(Helper::kMapUpdate,
                  {map.key_index, key, nothing.pointer, builder_.word(kAnyElement)});
  });
}

llvm::Function* Body::callback(const std::string& name, std::uint32_t count, Span at,
                               llvm::function_ref<void(llvm::Function&)> emit) {
  llvm::IRBuilder<>& ir = builder_.ir();
  image_.add_call({.function = name, .caller = function_->getName().str()});
  if (llvm::Function* made = image_.module().getFunction(name)) return made;
  llvm::SmallVector<llvm::Type*, 4> parameters(count, ir.getPtrTy());
  auto* function =
      llvm::Function::Create(llvm::FunctionType::get(ir.getInt64Ty(), parameters, false),
                             llvm::GlobalValue::InternalLinkage, name, image_.module());
  function->addFnAttr(llvm::Attribute::NoUnwind);
  report_stack_size(*function);
  lines_.describe_callback(*function, at);
  llvm::IRBuilder<>::InsertPointGuard guard(ir);
  builder_.enter(llvm::BasicBlock::Create(ir.getContext(), "entry", function));
  ir.SetCurrentDebugLocation(lines_.location(*function, at));
  emit(*function);
  ir.CreateRet(builder_.word(0));
  return function;
}

// The helper gives the number of elements that it went through.
llvm::Value* Body::count_keys(sema::MapId id, Span at) {
  image_.require(Capability::kForEachMapElem, at, "for_each_map_elem");
  const MapLayout& map = image_.map(id);
  llvm::Function* nothing = callback("pass_element", 4, at, [](llvm::Function&) {});
  llvm::Value* none = llvm::ConstantPointerNull::get(builder_.ir().getPtrTy());
  return builder_.call(Helper::kForEachElement, {map.key_index ? map.key_index : map.global,
                                                 nothing, none, builder_.word(0)});
}

llvm::Value* Body::find(const Element& element, ast::NodeId variable, Span at) {
  const sema::MapFacts& facts = *image_.map(element.map).facts;
  sema::VariableId id = typing_.variable_of[variable];
  TypeId type = typing_.variables[id].type;
  llvm::Value* key = key_of(element);
  llvm::Value* pointer = look_up(element.map, key);
  builder_.if_true(builder_.ir().CreateIsNotNull(pointer), [&] {
    if (!is_scalar(type)) return convert(Place{pointer}, facts.value, variables_[id].place, type);
    llvm::Value* value = facts.aggregation == sema::Aggregation::kNone
                             ? load_scalar(Place{pointer}, facts.value)
                             : reduce(element.map, key, at);
    builder_.ir().CreateStore(as_type(value, type), variables_[id].word);
  });
  return builder_.exists(pointer);
}

void Body::remove_bucket(const MapLayout& map, Place key, llvm::Value* bucket, Place removed) {
  builder_.store(builder_.at(key, map.bucket_offset), 8, bucket);
  llvm::Value* result = builder_.call(Helper::kMapDelete, {map.global, key.pointer});
  builder_.if_true(builder_.ir().CreateICmpEQ(result, builder_.word(0)),
                   [&] { builder_.store(removed, 8, builder_.word(1)); });
}

llvm::Value* Body::remove_buckets(const Element& element, Span at) {
  const MapLayout& map = image_.map(element.map);
  Place key{key_of(element)};
  if (map.key_index) builder_.call(Helper::kMapDelete, {map.key_index, key.pointer});
  constexpr std::uint32_t kKeyAt = 8;  // behind the word that says whether something was removed
  Place shared = frame_.take(kKeyAt + sizeof(std::uint64_t));
  builder_.store(shared, 8, builder_.word(0));
  if (map.bucket_count <= kMostRounds) {
    builder_.repeat(builder_.word(map.bucket_count), [&](llvm::Value* bucket, llvm::BasicBlock*) {
      remove_bucket(map, key, bucket, shared);
    });
    return builder_.load(shared, 8, false);
  }
  image_.require(Capability::kLoop, at, "loop");
  llvm::IRBuilder<>& ir = builder_.ir();
  ir.CreateStore(key.pointer, builder_.at(shared, kKeyAt).pointer);
  std::string name = "remove_from_" + image_.manifest().bpf_maps[map.storage].name;
  llvm::Function* remove = callback(name, 2, at, [&](llvm::Function& function) {
    Place context{function.getArg(1)};
    llvm::Value* own = ir.CreateLoad(ir.getPtrTy(), builder_.at(context, kKeyAt).pointer);
    llvm::Value* bucket = ir.CreatePtrToInt(function.getArg(0), ir.getInt64Ty());
    remove_bucket(map, Place{own}, bucket, context);
  });
  builder_.call(Helper::kLoop,
                {builder_.word(map.bucket_count), remove, shared.pointer, builder_.word(0)});
  return builder_.load(shared, 8, false);
}

LOWER(kHasKey) {
  Body::Element element = *body.element_of(use.arguments[0]);
  element.keys = {use.arguments[1]};
  return body.builder().from_bool(body.has_key(element));
}

LOWER(kFind) {
  Body::Element element = *body.element_of(use.arguments[0]);
  element.keys = {use.arguments[1]};
  return body.builder().from_bool(body.find(element, use.arguments[2], body.span(use.node)));
}

LOWER(kLen) {
  ast::NodeId value = use.arguments.front();
  if (auto element = body.element_of(value); element && element->keys.empty())
    return body.count_keys(element->map, body.span(use.node));
  constexpr image::WireField kFrames = WIRE_FIELD(image::StackHandle, frame_count);
  return body.builder().load_field(body.place_of(value), kFrames);
}

LOWER(kIsScalar) {
  return body.builder().word(std::get<bool>(body.facts(use.node).constant));
}

}  // namespace sonde::codegen
