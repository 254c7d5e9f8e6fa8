// The stages of design, in their order, with what holds between two of them. Everything above
// make_plan() is compilation and changes nothing on the system; trace() loads, attaches and runs.
#include "runtime/cli/driver.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "ast/compose/compose.h"
#include "ast/dump.h"
#include "ast/format.h"
#include "ast/sema/sema.h"
#include "codegen/lower/codegen.h"
#include "lexer/base/concat.h"
#include "lexer/token.h"
#include "parser/c_types.h"
#include "parser/parse.h"
#include "parser/preprocessor.h"
#include "runtime/cli/help.h"
#include "runtime/cli/info.h"
#include "runtime/cli/list.h"
#include "runtime/cli/source.h"
#include "runtime/cli/trace.h"
#include "runtime/kernel/capabilities.h"
#include "runtime/session/named_options.h"
#include "runtime/session/plan.h"
#include "runtime/session/privileges.h"
#include "runtime/world/files.h"
#include "runtime/world/world.h"

namespace sonde::cli {
namespace {

// What kernel code is built with, so that C code which asks for the architecture gets its answer.
constexpr std::string_view kBuildFlags[] = {
    "__KERNEL__",
    "__BPF_TRACING__",
#if defined(__x86_64__)
    "__x86_64__",
    "__TARGET_ARCH_x86",
#elif defined(__aarch64__)
    "__aarch64__",
    "__TARGET_ARCH_arm64",
#endif
};

std::optional<std::string> environment(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  if (!value) return std::nullopt;
  return value;
}

constexpr std::string_view kKernelTypesFile = "BPFTRACE_BTF";

Result<std::unique_ptr<World>> open_world(const Arguments& arguments) {
  world::WorldOptions options{.traceable_functions = {},
                              .kernel_types = environment(kKernelTypesFile).value_or(""),
                              .without = arguments.without};
  if (!arguments.traceable_functions.empty()) {
    TRY(options.traceable_functions, world::read_file(arguments.traceable_functions));
  }
  if (!arguments.world.empty()) return world::make_captured_world(arguments.world, options);
  return world::make_world(kernel::probe_capability, options);
}

std::vector<std::string> defined_names(const ast::CSource& c_source) {
  std::vector<std::string> names;
  for (const ast::CMacro& macro : c_source.macros) names.push_back(macro.name);
  return names;
}

sema::CompileOptions compile_options(const Arguments& arguments, const ast::Composed& composed,
                                     CDefinitions c_definitions) {
  return {.settings = composed.settings,
          .parameters = arguments.parameters,
          .target_pid = arguments.pid,
          .filters_kernel_probes = arguments.pid != 0,
          .filters_user_probes = arguments.pid != 0 || !arguments.command.empty(),
          .reports_failed_reads = arguments.reports_failed_reads,
          .c_definitions = std::move(c_definitions),
          .macro_names = composed.macro_names,
          .defined_names = defined_names(composed.c_source),
          .allows_unsafe = arguments.allows_unsafe,
          .probe_filter = arguments.probe_filter,
          .vmlinux = environment("BPFTRACE_VMLINUX").value_or(""),
          .series_clock = environment("SONDE_DUMMY_TS_MAP")
                              .value_or(environment("BPFTRACE_DUMMY_TS_MAP").value_or(""))};
}

// One run over one program. Each step returns the status to end with, or none to go on.
class Driver {
 public:
  Driver(const Arguments& arguments, World& world)
      : arguments_(arguments), world_(world), console_(arguments) {}

  int run() {
    if (arguments_.repeats_warnings) console_.warning("-k given twice means the same as once");
    if (changes_the_system())
      if (auto allowed = session::check_privileges(); !allowed) return fail(allowed.error());
    auto file = read_program(arguments_, sources_);
    if (!file) return fail(file.error());

    TokenBuffer tokens = lex(*file, sources_, diagnostics_);
    // Every byte of the file is in a token, a comment or white space.
    if (emits(Emit::kTokens)) return finish(dump_tokens(tokens, sources_));

    ast::Program parsed = parse(tokens, sources_, diagnostics_);
    // Without errors, every node has a place and every comment a node.
    if (diagnostics_.has_errors()) return refuse();
    if (emits(Emit::kAst)) return finish(ast::dump(parsed, sources_));
    if (emits(Emit::kFormatted)) return finish(ast::format(parsed, sources_));
    if (debugs(kDebugAst))
      console_.plain(concat("AST after: parse\n", ast::dump(parsed, sources_)));

    ast::Composed composed =
        ast::compose(std::move(parsed), compose_access(), sources_, diagnostics_);
    // Settings have their values; nothing that is only text is left to apply.
    if (composed.has_gaps) return refuse();
    if (emits(Emit::kComposed)) return finish(ast::dump(composed.program, sources_));
    if (debugs(kDebugAst))
      console_.plain(concat("AST after: compose\n", ast::dump(composed.program, sources_)));
    return compile(composed);
  }

 private:
  int compile(const ast::Composed& composed) {
    const ast::Program& program = composed.program;
    bool had_errors = diagnostics_.has_errors();
    sema::CompileOptions options = compile_options(arguments_, composed, c_definitions(composed));
    // Every declaration has a layout; what it leaves to the kernel is looked up when it is used.
    if (diagnostics_.has_errors() && !had_errors) return refuse();
    sema::ProbeSet probes = sema::expand(program, options, world_, diagnostics_);
    // Every attach point names something that this system has.
    if (emits(Emit::kProbes)) return finish(sema::dump(probes, program, sources_));
    if (arguments_.mode == Mode::kList) return list(probes);

    sema::TypedProgram typed = sema::check(program, probes, options, world_, diagnostics_);
    // Without errors, every expression has a type and every name a meaning.
    if (emits(Emit::kTypes)) return finish(sema::dump(typed, program, probes, sources_));
    if (debugs(kDebugTypes)) show_stage("Types", sema::dump(typed, program, probes, sources_));

    sema::Strategies strategies = sema::select(program, probes, typed, world_, diagnostics_);
    // Each group has one way to be attached, and the kernel can do it.
    if (diagnostics_.has_errors()) return refuse();
    if (probes.groups.empty()) return nothing_to_attach();
    codegen::Compilation compilation = codegen::lower(
        {program, probes, typed, strategies, options, sources_}, world_, diagnostics_);
    // The manifest describes every store that the module makes.
    if (diagnostics_.has_errors()) return refuse();
    if (auto status = optimize(compilation)) return *status;
    auto image = codegen::assemble(std::move(compilation));
    if (!image) return refuse();
    // The image needs neither compiler nor script from here on.
    if (emits(Emit::kObject)) return finish(image->elf);
    if (auto saved = save(arguments_.elf_file, image->elf); !saved) return fail(saved.error());
    if (emits(Emit::kCode)) return finish({});

    const std::vector<image::NamedOption>& asked = image->manifest.options;
    if (session::asks_for_help(asked, arguments_.named)) return tell_options(asked);
    auto option_values = session::read_named_options(asked, arguments_.named);
    if (!option_values) return fail(option_values.error());
    // What the script asks of its own command line has been given, or has its default.

    auto plan = session::make_plan(image->manifest, world_, plan_options());
    if (!plan) return fail(plan.error());
    // Every link is known; making them changes the system for the first time.
    if (emits(Emit::kPlan)) return finish(session::dump(*plan, image->manifest));

    console_.show(diagnostics_, sources_);
    trace(
        {arguments_, composed.settings, sources_, *image, *plan, *option_values, world_, console_});
  }

  // The status to end with, or none to go on.
  std::optional<int> optimize(codegen::Compilation& compilation) {
    if (emits(Emit::kLlvm)) return finish(compilation.module_text());
    if (debugs(kDebugCode)) show_stage("LLVM IR before optimization", compilation.module_text());
    if (auto saved = save_llvm(".original.ll", compilation); !saved) return fail(saved.error());
    compilation.optimize();
    if (emits(Emit::kLlvmOptimized)) return finish(compilation.module_text());
    if (debugs(kDebugOptimizedCode))
      show_stage("LLVM IR after optimization", compilation.module_text());
    if (auto saved = save_llvm(".optimized.ll", compilation); !saved) return fail(saved.error());
    if (emits(Emit::kAssembly)) return finish(compilation.assembly_text());
    if (debugs(kDebugAssembly)) show_stage("BPF instructions", compilation.assembly_text());
    return std::nullopt;
  }

  ast::ComposeAccess compose_access() {
    return {
        .environment = environment,
        .imports = {.look = look_at_import,
                    .entries = directory_entries,
                    .read = [this](const std::string& path) { return read_file(path, sources_); },
                    .parse = [this](FileId file) { return parse_file(file); }},
        .preprocess =
            [this](const std::vector<Span>& pieces) {
              std::vector<std::string_view> predefined(std::begin(kBuildFlags),
                                                       std::end(kBuildFlags));
              if (!pieces.empty() && world_.has(Capability::kBtf))
                predefined.push_back("BPFTRACE_HAVE_BTF");
              return preprocess(pieces, predefined, sources_, diagnostics_);
            },
        .parse_expression = [this](Span text) -> std::optional<ast::ParsedExpression> {
          auto read = parse_expression(text, sources_);
          if (!read) return std::nullopt;
          return ast::ParsedExpression{std::move(read->program), read->expression};
        }};
  }

  ast::Program parse_file(FileId file) {
    return parse(lex(file, sources_, diagnostics_), sources_, diagnostics_);
  }

  int tell_options(const std::vector<image::NamedOption>& options) {
    console_.plain(session::named_options_help(options));
    return kFailed;
  }

  CDefinitions c_definitions(const ast::Composed& composed) {
    return parse_c_types(composed.c_source.declarations, world_, diagnostics_);
  }

  bool changes_the_system() const { return arguments_.mode == Mode::kRun && emits(Emit::kNothing); }
  bool debugs(DebugStage stage) const { return (arguments_.debug & stage) != 0; }
  static void show_stage(std::string_view heading, std::string_view text) {
    print(concat(heading, ":\n", text, '\n'));
  }
  static Result<void> save(const std::string& path, std::string_view text) {
    return path.empty() ? Result<void>() : replace_file(path, text);
  }
  Result<void> save_llvm(std::string_view ending, const codegen::Compilation& compilation) const {
    if (arguments_.llvm_file.empty()) return {};
    return save(concat(arguments_.llvm_file, ending), compilation.module_text());
  }
  bool emits(Emit stage) const { return arguments_.emit == stage; }
  session::PlanOptions plan_options() const {
    return {.has_target = arguments_.pid != 0 || !arguments_.command.empty()};
  }

  // Prints what a stage made, unless the script is wrong.
  int finish(std::string_view text) {
    console_.show(diagnostics_, sources_);
    if (diagnostics_.has_errors()) return kFailed;
    if (arguments_.output.empty()) return print(text);
    auto written = replace_file(arguments_.output, text);
    return written ? 0 : fail(written.error());
  }

  int refuse() {
    console_.show(diagnostics_, sources_);
    bool is_c_code = std::ranges::any_of(diagnostics_.sorted(), [](const Diagnostic* made) {
      return made->kind == DiagnosticKind::kCCode;
    });
    return is_c_code ? kCCodeRefused : kFailed;
  }
  int fail(const Error& error) {
    console_.show(diagnostics_, sources_);
    console_.error(error);
    return kFailed;
  }
  int nothing_to_attach() {
    console_.show(diagnostics_, sources_);
    if (!arguments_.quiet) print("No probes to attach\n");
    return kFailed;
  }
  int list(const sema::ProbeSet& probes) {
    console_.show(diagnostics_, sources_);
    if (diagnostics_.has_errors()) return kFailed;
    return print(list_program(probes, arguments_.verbose, world_).text);
  }

  const Arguments& arguments_;
  World& world_;
  SourceMap sources_;
  Diagnostics diagnostics_;
  Console console_;
};

bool names_a_program(const Arguments& arguments) {
  std::error_code ignored;
  return arguments.program || (!arguments.pattern.empty() &&
                               std::filesystem::is_regular_file(arguments.pattern, ignored));
}

bool looks_like_a_file(std::string_view pattern) {
  return pattern.find('.') != std::string_view::npos &&
         pattern.find(':') == std::string_view::npos && pattern.find('*') == std::string_view::npos;
}

int list(const Arguments& arguments, World& world) {
  Console console(arguments);
  if (looks_like_a_file(arguments.pattern))
    console.warning(concat("It appears that '", arguments.pattern,
                           "' is a filename but the file does not exist. Treating '",
                           arguments.pattern, "' as a search pattern."));
  Listing listing = list_probes(arguments.pattern, arguments.verbose, arguments.pid, world);
  int status = print(listing.text);
  for (const Error& problem : listing.problems) {
    console.error(problem);
    status = kFailed;
  }
  return status;
}

// Without the privileges every attempt would fail, which says nothing of the kernel.
int tell_info(const Arguments& arguments, World& world) {
  if (auto allowed = session::check_privileges(); !allowed) {
    Console(arguments).error(allowed.error());
    return kFailed;
  }
  return print(info_text(world, kernel::instruction_limit()));
}

}  // namespace

int run(const Arguments& arguments) {
  switch (arguments.mode) {
    case Mode::kHelp:
      return print(usage_text(arguments.tool));
    case Mode::kVersion:
      return print(version_text(arguments.tool));
    default:
      break;
  }
  if (arguments.emit == Emit::kManual) return print(manual_page());
  auto world = open_world(arguments);
  if (!world) {
    Console(arguments).error(world.error());
    return kFailed;
  }
  if (environment(kKernelTypesFile) && !(*world)->has(Capability::kBtf))
    Console(arguments).warning(concat(kKernelTypesFile, ": ", (*world)->why_not(Capability::kBtf),
                                      "; no type of the kernel is known"));
  if (arguments.mode == Mode::kInfo) return tell_info(arguments, **world);
  if (arguments.mode == Mode::kList && !names_a_program(arguments)) return list(arguments, **world);
  return Driver(arguments, **world).run();
}

}  // namespace sonde::cli
