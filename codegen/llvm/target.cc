// The target machine for bpfel, mcpu v3 (atomics with a result, 32-bit registers, no signed
// division), and the pass pipeline. Only the BPF back end is initialised, and passes and analyses
// are registered by hand: PassBuilder would link every pass of LLVM into the binary and take as
// long to set up as a small program takes to compile.
#include "codegen/llvm/target.h"

#include <llvm/Analysis/AliasAnalysis.h>
#include <llvm/Analysis/AssumptionCache.h>
#include <llvm/Analysis/BasicAliasAnalysis.h>
#include <llvm/Analysis/LoopInfo.h>
#include <llvm/Analysis/MemorySSA.h>
#include <llvm/Analysis/OptimizationRemarkEmitter.h>
#include <llvm/Analysis/PostDominators.h>
#include <llvm/Analysis/ProfileSummaryInfo.h>
#include <llvm/Analysis/TargetLibraryInfo.h>
#include <llvm/Analysis/TargetTransformInfo.h>
#include <llvm/IR/DiagnosticInfo.h>
#include <llvm/IR/DiagnosticPrinter.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/PassInstrumentation.h>
#include <llvm/IR/PassManager.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/Transforms/InstCombine/InstCombine.h>
#include <llvm/Transforms/Scalar/ADCE.h>
#include <llvm/Transforms/Scalar/DeadStoreElimination.h>
#include <llvm/Transforms/Scalar/EarlyCSE.h>
#include <llvm/Transforms/Scalar/SROA.h>
#include <llvm/Transforms/Scalar/SimplifyCFG.h>

extern "C" {
void LLVMInitializeBPFTargetInfo();
void LLVMInitializeBPFTarget();
void LLVMInitializeBPFTargetMC();
void LLVMInitializeBPFAsmPrinter();
}

namespace sonde::codegen {
namespace {

constexpr const char* kTriple = "bpfel-unknown-none";

// Collects LLVM's diagnostics in the place of its own handler.
struct Collector : llvm::DiagnosticHandler {
  std::string* errors;
  EmittedCode* code;

  Collector(std::string* errors_out, EmittedCode* code_out) : errors(errors_out), code(code_out) {}

  bool handleDiagnostics(const llvm::DiagnosticInfo& diagnostic) override {
    if (const auto* frame = llvm::dyn_cast<llvm::DiagnosticInfoStackSize>(&diagnostic)) {
      code->stack_sizes[frame->getFunction().getName().str()] =
          static_cast<std::uint32_t>(frame->getStackSize());
      return true;
    }
    std::string text;
    llvm::raw_string_ostream stream(text);
    llvm::DiagnosticPrinterRawOStream printer(stream);
    diagnostic.print(printer);
    const auto* unsupported = llvm::dyn_cast<llvm::DiagnosticInfoUnsupported>(&diagnostic);
    if (unsupported && text.find("stack limit") != std::string::npos)
      code->overflows_stack = unsupported->getFunction().getName().str();
    else if (diagnostic.getSeverity() == llvm::DS_Error && errors->empty())
      *errors = text;
    return true;
  }
};

}  // namespace

struct Target::Implementation {
  std::unique_ptr<llvm::TargetMachine> machine;
};

Target::Target() : implementation_(std::make_unique<Implementation>()) {
  LLVMInitializeBPFTargetInfo();
  LLVMInitializeBPFTarget();
  LLVMInitializeBPFTargetMC();
  LLVMInitializeBPFAsmPrinter();
  std::string error;
  const llvm::Target* target = llvm::TargetRegistry::lookupTarget(kTriple, error);
  CHECK(target);
  implementation_->machine.reset(
      target->createTargetMachine(kTriple, "v3", "", llvm::TargetOptions(), llvm::Reloc::PIC_,
                                  std::nullopt, llvm::CodeGenOptLevel::Default));
}

Target::~Target() = default;

void Target::prepare(llvm::Module& module) const {
  module.setTargetTriple(kTriple);
  module.setDataLayout(implementation_->machine->createDataLayout());
}

void Target::optimize(llvm::Module& module) const {
  llvm::FunctionAnalysisManager functions;
  llvm::ModuleAnalysisManager modules;
  functions.registerPass([] { return llvm::PassInstrumentationAnalysis(); });
  functions.registerPass([] { return llvm::TargetLibraryAnalysis(); });
  functions.registerPass([&] { return implementation_->machine->getTargetIRAnalysis(); });
  functions.registerPass([] { return llvm::AssumptionAnalysis(); });
  functions.registerPass([] { return llvm::DominatorTreeAnalysis(); });
  functions.registerPass([] { return llvm::PostDominatorTreeAnalysis(); });
  functions.registerPass([] { return llvm::LoopAnalysis(); });
  functions.registerPass([] { return llvm::MemorySSAAnalysis(); });
  functions.registerPass([] { return llvm::OptimizationRemarkEmitterAnalysis(); });
  functions.registerPass([] { return llvm::BasicAA(); });
  functions.registerPass([] {
    llvm::AAManager aliases;
    aliases.registerFunctionAnalysis<llvm::BasicAA>();
    return aliases;
  });
  functions.registerPass([&] { return llvm::ModuleAnalysisManagerFunctionProxy(modules); });
  modules.registerPass([] { return llvm::PassInstrumentationAnalysis(); });
  modules.registerPass([] { return llvm::ProfileSummaryAnalysis(); });
  modules.registerPass([&] { return llvm::FunctionAnalysisManagerModuleProxy(functions); });

  llvm::FunctionPassManager passes;
  passes.addPass(llvm::SROAPass(llvm::SROAOptions::ModifyCFG));
  passes.addPass(llvm::EarlyCSEPass(/*UseMemorySSA=*/true));
  passes.addPass(llvm::InstCombinePass());
  passes.addPass(llvm::SimplifyCFGPass());
  passes.addPass(llvm::SROAPass(llvm::SROAOptions::ModifyCFG));
  passes.addPass(llvm::EarlyCSEPass(/*UseMemorySSA=*/true));
  passes.addPass(llvm::DSEPass());
  passes.addPass(llvm::ADCEPass());
  passes.addPass(llvm::SimplifyCFGPass());
  for (llvm::Function& function : module)
    if (!function.isDeclaration()) passes.run(function, functions);
}

Result<EmittedCode> Target::emit(llvm::Module& module, OutputKind kind) const {
  std::string errors;
  EmittedCode code;
  module.getContext().setDiagnosticHandler(std::make_unique<Collector>(&errors, &code));
  llvm::SmallString<0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  llvm::legacy::PassManager passes;
  llvm::CodeGenFileType type = kind == OutputKind::kObject ? llvm::CodeGenFileType::ObjectFile
                                                           : llvm::CodeGenFileType::AssemblyFile;
  CHECK(!implementation_->machine->addPassesToEmitFile(passes, stream, nullptr, type));
  passes.run(module);
  module.getContext().setDiagnosticHandler(std::make_unique<llvm::DiagnosticHandler>());
  if (!errors.empty() && code.overflows_stack.empty())
    return Error{.message = "generating BPF code: " + errors, .hint = {}};
  code.bytes = bytes.str().str();
  return code;
}

}  // namespace sonde::codegen
