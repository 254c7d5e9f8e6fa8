// The way from typed tree to object: lower every group, optimise, emit. When a program turns out to
// need more stack than BPF has, everything is lowered again with a smaller limit for what may stay
// on the stack; at a limit of 0 not even variables stay there.
#include "codegen/lower/codegen.h"

#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Transforms/Utils/Cloning.h>

#include <algorithm>
#include <ranges>

#include "codegen/llvm/jumps.h"
#include "codegen/llvm/target.h"
#include "codegen/lower/body.h"
#include "lexer/base/round_up.h"

namespace sonde::codegen {
namespace {

constexpr std::uint32_t kWord = 8;  // bytes; values of this size need no scratch memory
constexpr std::uint32_t kStackSize = 512;
constexpr std::uint32_t kFrameUnit = 32;  // the kernel rounds the size of each frame up

// With fewer instructions of LLVM's no function of a module can have a jump that goes too far, even
// if each becomes several of the target's.
constexpr std::size_t kSurelyInReach = 4096;

bool may_have_long_jump(const llvm::Module& module) {
  return std::ranges::any_of(module, [](const llvm::Function& function) {
    return function.getInstructionCount() > kSurelyInReach;
  });
}

// The function with which a chain of functions needs more stack than there is, or none. Callers
// stand before what they call.
std::string overflowing_function(const std::vector<ImageBuilder::Call>& calls,
                                 const std::map<std::string, std::uint32_t>& sizes) {
  std::map<std::string, std::uint32_t> used;
  auto own_size = [&](const std::string& function) {
    auto size = sizes.find(function);
    std::uint32_t bytes = size == sizes.end() ? 1 : size->second;
    return round_up(bytes, kFrameUnit);
  };
  for (const ImageBuilder::Call& call : calls) {
    auto caller = used.try_emplace(call.caller, own_size(call.caller)).first;
    std::uint32_t bytes = caller->second + own_size(call.function);
    if (bytes > kStackSize) return call.function;
    used[call.function] = bytes;
  }
  return {};
}

}  // namespace

struct Compilation::Implementation {
  Implementation(const CodegenInput& codegen_input, World& codegen_world,
                 Diagnostics& codegen_diagnostics)
      : input(codegen_input),
        world(codegen_world),
        diagnostics(codegen_diagnostics),
        on_stack_limit(static_cast<std::uint32_t>(
            codegen_input.options.settings.number(Option::kOnStackLimit))) {}

  void lower();
  // An error at the probe that `function` is of, or is called by.
  Diagnostics::Report report(std::string function, std::string message);

  CodegenInput input;
  World& world;
  Diagnostics& diagnostics;
  std::uint32_t on_stack_limit;
  Target target;
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> module;
  image::Manifest manifest;
  std::vector<ImageBuilder::Call> calls;
};

void Compilation::Implementation::lower() {
  module = std::make_unique<llvm::Module>("sonde", context);
  target.prepare(*module);
  DebugLines lines(*module, input.sources, input.program.file());
  ImageBuilder image(input, world, diagnostics, *module);
  for (std::size_t i = 0; i < input.probes.groups.size(); ++i)
    Body(image, lines, static_cast<sema::GroupId>(i), on_stack_limit).lower();
  image.finish();
  for (const image::BpfMap& map : image.manifest().bpf_maps)
    if (!map.is_mapped && !map.is_constant)
      lines.describe_map(*module->getNamedGlobal(map.name), map);
  lines.finish();
  manifest = std::move(image.manifest());
  calls = image.calls();
#ifndef NDEBUG
  CHECK(!llvm::verifyModule(*module, &llvm::errs()));
#endif
}

Compilation::Compilation(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
Compilation::Compilation(Compilation&&) noexcept = default;
Compilation& Compilation::operator=(Compilation&&) noexcept = default;
Compilation::~Compilation() = default;

Compilation lower(const CodegenInput& input, World& world, Diagnostics& diagnostics) {
  auto implementation = std::make_unique<Compilation::Implementation>(input, world, diagnostics);
  implementation->lower();
  return Compilation(std::move(implementation));
}

std::string Compilation::module_text() const {
  std::string text;
  llvm::raw_string_ostream stream(text);
  implementation_->module->print(stream, nullptr);
  return text;
}

void Compilation::optimize() {
  implementation_->target.optimize(*implementation_->module);
}

std::string Compilation::assembly_text() {
  std::unique_ptr<llvm::Module> copy = llvm::CloneModule(*implementation_->module);
  Result<EmittedCode> code = implementation_->target.emit(*copy, OutputKind::kAssembly);
  return code ? code->bytes : code.error().message;
}

Diagnostics::Report Compilation::Implementation::report(std::string function, std::string message) {
  for (const ImageBuilder::Call& call : calls | std::views::reverse)
    if (call.function == function) function = call.caller;
  Span place;
  for (const image::Program& program : manifest.programs)
    if (program.name == function) place = program.span;
  return diagnostics.report(DiagnosticKind::kProgramRefused, place, std::move(message));
}

std::optional<image::ProgramImage> assemble(Compilation compilation) {
  Compilation::Implementation& work = *compilation.implementation_;
  while (true) {
    if (may_have_long_jump(*work.module)) {
      if (auto function = function_with_long_jump(compilation.assembly_text())) {
        work.report(*function, "the body is too long: a jump of BPF reaches 32,767 instructions")
            .hint(
                "part it into several probes on the same attach point, which fire in their order");
        return std::nullopt;
      }
    }
    Result<EmittedCode> code = work.target.emit(*work.module, OutputKind::kObject);
    if (!code) {
      work.report({}, std::move(code).error().message);
      return std::nullopt;
    }
    std::string overflowing = code->overflows_stack;
    if (overflowing.empty()) overflowing = overflowing_function(work.calls, code->stack_sizes);
    if (overflowing.empty())
      return image::ProgramImage{std::move(code->bytes), std::move(work.manifest)};
    if (work.on_stack_limit == 0) {
      work.report(overflowing, "the body needs more than the 512 bytes of the BPF stack")
          .hint("keep values in maps, or part it into several probes on the same attach point");
      return std::nullopt;
    }
    work.on_stack_limit = work.on_stack_limit > kWord ? work.on_stack_limit / 2 : 0;
    work.lower();
    compilation.optimize();
  }
}

}  // namespace sonde::codegen
