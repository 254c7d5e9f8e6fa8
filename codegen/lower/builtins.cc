// From a builtin's row to its code: a hook, one BPF helper, or for aggregations nothing, since they
// are lowered where they are assigned.
#include "codegen/lower/builtins.h"

namespace sonde::codegen {
namespace {

// The helper of a row whose lowering is kHelper; a row without one does not compile.
template <Builtin id>
struct HelperOf;
template <>
struct HelperOf<Builtin::kCpu> {
  static constexpr Helper helper = Helper::kProcessorId;
};
template <>
struct HelperOf<Builtin::kCgroup> {
  static constexpr Helper helper = Helper::kCurrentCgroup;
};
template <>
struct HelperOf<Builtin::kNumaid> {
  static constexpr Helper helper = Helper::kNumaNode;
};
template <>
struct HelperOf<Builtin::kJiffies> {
  static constexpr Helper helper = Helper::kJiffies;
};
template <>
struct HelperOf<Builtin::kRand> {
  static constexpr Helper helper = Helper::kRandom;
};

template <Builtin id>
llvm::Value* call_helper(Body& body, const BuiltinUse&) {
  return body.builder().call(HelperOf<id>::helper, {});
}

llvm::Value* refuse_aggregation(Body& body, const BuiltinUse& use) {
  body.image().refuse(body.span(use.node), "an aggregation here");
  return body.builder().word(0);
}

// The checker knows the value, and constants are emitted without a look at what they came from.
llvm::Value* emit_nothing(Body& body, const BuiltinUse&) {
  return body.builder().word(0);
}

using Hook = llvm::Value* (*)(Body&, const BuiltinUse&);

#define HOOK_kCustom(id) &lower_builtin<Builtin::id>
#define HOOK_kHelper(id) &call_helper<Builtin::id>
#define HOOK_kAggregation(id) &refuse_aggregation
#define HOOK_kFolded(id) &emit_nothing
constexpr Hook kHooks[] = {
#define BUILTIN(id, name, form, signature, lowering, ...) HOOK_##lowering(id),
#include "stdlib/builtins.def"
#undef BUILTIN
};

}  // namespace

llvm::Value* Body::call_builtin(ast::NodeId id, bool is_discarded, Place destination) {
  static const ast::NodeList kNoArguments;
  const auto& found = typing_.builtin_of[id];
  if (!found) {
    image_.refuse(span(id), "this name");
    return builder_.word(0);
  }
  At at(*this, span(id));
  const auto* call = program().get_if<ast::Call>(id);
  BuiltinUse use{.node = id,
                 .arguments = call ? call->arguments : kNoArguments,
                 .number = found->number,
                 .is_discarded = is_discarded,
                 .destination = destination};
  return kHooks[static_cast<std::size_t>(found->id)](*this, use);
}

}  // namespace sonde::codegen
