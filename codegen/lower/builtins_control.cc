// Builtins that act on the traced process or may end the run: signals and assertions. The kernel
// delivers a signal when the interrupt that the probe may stand in is over.
#include "codegen/lower/builtins.h"
#include "lexer/base/concat.h"
#include "stdlib/signals.h"

namespace sonde::codegen {
namespace {

void send_signal(Body& body, const BuiltinUse& use, Builtin builtin, Helper helper,
                 RuntimeError failed) {
  Builder& builder = body.builder();
  llvm::IRBuilder<>& ir = builder.ir();
  Span at = body.span(use.node);
  ast::NodeId argument = use.arguments.front();
  auto attempt = [&](llvm::Value* number) {
    llvm::Value* result = builder.call(helper, {number});
    builder.if_true(ir.CreateICmpSLT(result, builder.word(0)),
                    [&] { body.report(failed, at, result); });
  };
  if (const std::string* name = body.constant_text(argument))
    return attempt(builder.word(find_signal(*name).value()));
  llvm::Value* number = body.scalar(argument);
  if (llvm::isa<llvm::ConstantInt>(number)) return attempt(number);
  llvm::Value* is_signal =
      ir.CreateICmpULT(ir.CreateSub(number, builder.word(1)), builder.word(kLastSignal));
  auto refuse = [&] {
    body.send_number(image::RecordKind::kErrorf,
                     concat(builtin_row(builtin).name, "() expects an integer between 1 and ",
                            kLastSignal, " (inclusive). Got %d"),
                     number, body.facts(argument).type, at);
  };
  builder.if_else(is_signal, [&] { attempt(number); }, refuse);
}

// In a format each % stands twice.
std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) out.append(c == '%' ? 2 : 1, c);
  return out;
}

}  // namespace

LOWER(kSignal) {
  send_signal(body, use, Builtin::kSignal, Helper::kSendSignal, RuntimeError::kSignalFailed);
  return nullptr;
}

LOWER(kSignalThread) {
  send_signal(body, use, Builtin::kSignalThread, Helper::kSendSignalThread,
              RuntimeError::kThreadSignalFailed);
  return nullptr;
}

LOWER(kAssert) {
  Builder& builder = body.builder();
  Span at = body.span(use.node);
  llvm::Value* fails = builder.ir().CreateNot(body.condition(use.arguments[0]));
  builder.if_true(fails, [&] {
    body.send_values(image::RecordKind::kErrorf,
                     concat("assert failed: ", escaped(body.text(use.arguments[1]))), {}, at);
    body.send_exit(builder.word(1), at);
    body.leave();
  });
  return nullptr;
}

}  // namespace sonde::codegen
