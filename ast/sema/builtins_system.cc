// CHECK of the builtins about the machine, the running task and addresses.
#include <algorithm>

#include "ast/sema/calls.h"
#include "ast/sema/network.h"
#include "lexer/base/concat.h"
#include "stdlib/registers.h"

namespace sonde::sema {
namespace {

// The text of the literal that is argument number 0.
std::string_view literal_text(BuiltinUse& use) {
  return std::get<std::string>(use.facts(0).constant);
}

// The argument itself, to be read in this address space. It is an address now even if it is a
// literal, so nothing folds it any more.
void give_address(BuiltinUse& use, AddressSpace space) {
  use.give(use.checker().poison());
  if (use.follow_row()) use.give(use.checker().of_type(use.facts(0).type, space));
}

bool check_symbol(BuiltinUse& use, std::string_view symbol) {
  if (use.checker().pass() == Pass::kInfer) return true;
  auto address = use.checker().analysis().world.kernel_symbol(symbol);
  if (address) return true;
  auto found = use.report(DiagnosticKind::kUnknownSymbol, use.checker().span(use.argument(0)),
                          concat("failed to resolve kernel symbol `", symbol, '`'));
  found.note(address.error().message);
  if (!address.error().hint.empty()) found.hint(address.error().hint);
  return false;
}

// Whether the probed program may be loaded anywhere.
bool is_movable(Checker& checker) {
  const ExpandedPoint& point = checker.group().points.front();
  auto address = checker.analysis().world.elf_movable_address(point.target, point.offset);
  return address && address->has_value();
}

void check_kernel_symbol(BuiltinUse& use) {
  if (!use.follow_row()) return;
  ExpressionFacts result = use.result();
  result.space = AddressSpace::kKernel;
  use.give(result);
  check_symbol(use, literal_text(use));
}

}  // namespace

template <>
void check_builtin<Builtin::kPton>(BuiltinUse& use) {
  use.give(use.checker().poison());
  if (!use.follow_row()) return;
  auto bytes = parse_network_address(std::string(literal_text(use)));
  if (!bytes) {
    use.report(DiagnosticKind::kArgRange, use.checker().span(use.argument(0)),
               concat('`', literal_text(use), "` is neither an IPv4 nor an IPv6 address"));
    return;
  }
  TypeId byte = use.types().integer(1, false);
  use.give(
      use.checker().of_type(use.types().array(byte, static_cast<std::uint32_t>(bytes->size()))));
}

template <>
void check_builtin<Builtin::kHasCpid>(BuiltinUse& use) {
  use.follow_row();
}
template <>
void check_builtin<Builtin::kPpid>(BuiltinUse& use) {
  use.follow_row();
}
template <>
void check_builtin<Builtin::kPcomm>(BuiltinUse& use) {
  use.follow_row();
}
template <>
void check_builtin<Builtin::kLeaderTid>(BuiltinUse& use) {
  use.follow_row();
}
template <>
void check_builtin<Builtin::kLeaderComm>(BuiltinUse& use) {
  use.follow_row();
}
template <>
void check_builtin<Builtin::kGid>(BuiltinUse& use) {
  use.follow_row();
}
template <>
void check_builtin<Builtin::kCgroup>(BuiltinUse& use) {
  use.follow_row();
}

template <>
void check_builtin<Builtin::kCgroupid>(BuiltinUse& use) {
  if (!use.follow_row() || use.checker().pass() == Pass::kInfer) return;
  auto id = use.checker().analysis().world.cgroup_id(std::string(literal_text(use)));
  if (id) return;
  use.report(DiagnosticKind::kUnknownSymbol, use.checker().span(use.argument(0)),
             concat('`', literal_text(use), "` is no folder of a cgroup"))
      .note(id.error().message);
}

template <>
void check_builtin<Builtin::kNcpus>(BuiltinUse& use) {
  use.follow_row();
}
template <>
void check_builtin<Builtin::kNumaid>(BuiltinUse& use) {
  use.follow_row();
}
template <>
void check_builtin<Builtin::kJiffies>(BuiltinUse& use) {
  use.follow_row();
}
template <>
void check_builtin<Builtin::kRand>(BuiltinUse& use) {
  use.follow_row();
}

template <>
void check_builtin<Builtin::kUsermode>(BuiltinUse& use) {
  if (!use.follow_row() || kArchitecture == "x86-64") return;
  use.report(DiagnosticKind::kMissingFeature, use.span(),
             concat('`', use.name(), "` is not known on ", kArchitecture));
}

template <>
void check_builtin<Builtin::kReg>(BuiltinUse& use) {
  if (!use.follow_row()) return;
  ExpressionFacts result = use.result();
  result.space = use.checker().own_space();
  use.give(result);
  if (find_register(literal_text(use))) return;
  use.report(DiagnosticKind::kUnknownRegister, use.checker().span(use.argument(0)),
             concat(kArchitecture, " has no register `", literal_text(use), '`'))
      .note(concat("registers are: ", register_names()));
}

template <>
void check_builtin<Builtin::kProbetype>(BuiltinUse& use) {
  use.follow_row();
  ProbeType type = use.checker().group().type;
  bool is_special = has_fact(type, kRunsOnce);
  use.give(
      text_facts(is_special ? "special" : std::string(probe_type_row(type).name), use.types()));
}

template <>
void check_builtin<Builtin::kIsErr>(BuiltinUse& use) {
  use.follow_row();
}
template <>
void check_builtin<Builtin::kKptr>(BuiltinUse& use) {
  give_address(use, AddressSpace::kKernel);
}
template <>
void check_builtin<Builtin::kUptr>(BuiltinUse& use) {
  give_address(use, AddressSpace::kUser);
}

template <>
void check_builtin<Builtin::kKaddr>(BuiltinUse& use) {
  check_kernel_symbol(use);
}
// A symbol without a size, or of another size than an integer has, is taken for 64 bits.
template <>
void check_builtin<Builtin::kUaddr>(BuiltinUse& use) {
  Checker& checker = use.checker();
  use.give(checker.poison());
  if (!use.follow_row()) return;
  std::string_view symbol = literal_text(use);
  Span where = checker.span(use.argument(0));
  bool is_accepted = !symbol.empty() && std::ranges::all_of(symbol, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '/' || c == '_' || c == '-';
  });
  if (!is_accepted) {
    use.report(DiagnosticKind::kUnknownSymbol, where,
               concat('`', symbol, "` is no name of a symbol"))
        .note("names are made of letters, digits, `.`, `/`, `_` and `-`");
    return;
  }
  const std::string& target = checker.group().points.front().target;
  auto found = checker.analysis().world.elf_address(target, symbol);
  if (!found) {
    use.report(DiagnosticKind::kUnknownSymbol, where,
               concat('`', target, "` has no variable or function `", symbol, '`'));
    return;
  }
  if (has_fact(checker.group().type, kHasRetval) && is_movable(checker) &&
      !checker.analysis().world.kernel_member_offset("bpf_trace_run_ctx", {"is_uprobe"})) {
    use.report(DiagnosticKind::kMissingFeature, use.span(),
               concat('`', use.name(), "` cannot tell where `", target,
                      "` is loaded when a function returns, as this kernel does not say"))
        .hint("needs kernel 6.7; at the function's entry every kernel will do");
    return;
  }
  std::uint64_t bytes = found->size;
  bool is_integer = bytes == 1 || bytes == 2 || bytes == 4;
  TypeId pointee = use.types().integer(is_integer ? static_cast<std::uint32_t>(bytes) : 8, false);
  use.give(checker.of_type(use.types().pointer_to(pointee), AddressSpace::kUser));
}

template <>
void check_builtin<Builtin::kPercpuKaddr>(BuiltinUse& use) {
  check_kernel_symbol(use);
}

}  // namespace sonde::sema
