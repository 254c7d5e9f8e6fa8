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
#include <set>

#include "codegen/llvm/jumps.h"
#include "codegen/llvm/target.h"
#include "codegen/lower/body.h"
#include "lexer/base/concat.h"
#include "lexer/base/round_up.h"

namespace sonde::codegen {
namespace {

constexpr std::uint32_t kWord = 8;  // bytes; values of this size need no scratch memory
constexpr std::uint32_t kStackSize = 512;
constexpr std::uint32_t kFrameUnit = 32;  // the kernel rounds the size of each frame up

constexpr std::size_t kMostMaps = 64;  // MAX_USED_MAPS of the kernel

void for_each_function_with(const llvm::Value& value,
                            llvm::function_ref<void(const llvm::Function&)> visit) {
  for (const llvm::User* user : value.users()) {
    if (const auto* instruction = llvm::dyn_cast<llvm::Instruction>(user))
      visit(*instruction->getFunction());
    else
      for_each_function_with(*user, visit);
  }
}

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
  // The program that `function` is, or is called by.
  std::string program_of(std::string function) const;
  // An error at the probe that `function` is of.
  Diagnostics::Report report(const std::string& function, std::string message);
  // False, and reported, when a program uses more maps than the kernel lets it.
  bool check_maps();

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

std::string Compilation::Implementation::program_of(std::string function) const {
  for (const ImageBuilder::Call& call : calls | std::views::reverse)
    if (call.function == function) function = call.caller;
  return function;
}

bool Compilation::Implementation::check_maps() {
  if (manifest.bpf_maps.size() <= kMostMaps) return true;
  std::map<std::string, std::size_t> counts;
  for (const image::BpfMap& map : manifest.bpf_maps) {
    std::set<std::string> programs;
    if (const llvm::GlobalVariable* global = module->getNamedGlobal(map.name))
      for_each_function_with(*global, [&](const llvm::Function& function) {
        programs.insert(program_of(function.getName().str()));
      });
    for (const std::string& program : programs) ++counts[program];
  }
  for (const auto& [program, count] : counts) {
    if (count <= kMostMaps) continue;
    report(program, concat("the body uses ", count,
                           " maps, sonde's own included, and a BPF program "
                           "can use ",
                           kMostMaps))
        .hint(
            "keep several values in one map, `@m[\"name\"]`, or part the body into several probes "
            "on the same attach point");
    return false;
  }
  return true;
}

Diagnostics::Report Compilation::Implementation::report(const std::string& function,
                                                        std::string message) {
  std::string name = program_of(function);
  Span place;
  for (const image::Program& program : manifest.programs)
    if (program.name == name) place = program.span;
  return diagnostics.report(DiagnosticKind::kProgramRefused, place, std::move(message));
}

std::optional<image::ProgramImage> assemble(Compilation compilation) {
  Compilation::Implementation& work = *compilation.implementation_;
  if (!work.check_maps()) return std::nullopt;
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
