// LOWER hooks: the code of a builtin, found by its id. Each row of builtins.def whose lowering is
// kCustom declares its specialisation here, so one that is not written does not link, and one that
// no row asks for does not compile. A hook gives a word when the builtin's value is a scalar; else
// it writes to `use.destination`, or has no value, and gives null.
#pragma once

#include "codegen/lower/body.h"

namespace sonde::codegen {

template <Builtin id>
llvm::Value* lower_builtin(Body& body, const BuiltinUse& use) = delete;

#define DECLARE_kCustom(id) \
  template <>               \
  llvm::Value* lower_builtin<Builtin::id>(Body & body, const BuiltinUse& use);
#define DECLARE_kHelper(id)
#define DECLARE_kAggregation(id)
#define DECLARE_kFolded(id)
#define BUILTIN(id, name, form, signature, lowering, ...) DECLARE_##lowering(id)
#include "stdlib/builtins.def"
#undef BUILTIN
#undef DECLARE_kCustom
#undef DECLARE_kHelper
#undef DECLARE_kAggregation
#undef DECLARE_kFolded

#define LOWER(id) \
  template <>     \
  llvm::Value* lower_builtin<Builtin::id>(Body & body, const BuiltinUse& use)

}  // namespace sonde::codegen
