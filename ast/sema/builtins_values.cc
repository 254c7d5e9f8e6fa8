// CHECK of what gives values of kinds of their own: buffers, addresses, and values that are looked
// up when they are printed.
#include <algorithm>

#include "ast/sema/calls.h"
#include "lexer/base/concat.h"

namespace sonde::sema {
namespace {

constexpr std::uint32_t kMacAddressBytes = 6;
constexpr std::uint32_t kInet4Bytes = 4, kInet6Bytes = 16;
constexpr std::uint32_t kBufferHeaderBytes = 4;

bool is_address(TypeKind kind) {
  return kind == TypeKind::kInteger || kind == TypeKind::kPointer;
}

// Bytes of an array, a string or a buffer; none for another type.
std::optional<std::uint32_t> byte_count(const Type& type) {
  if (type.kind == TypeKind::kArray || type.kind == TypeKind::kString) return type.size;
  if (type.kind == TypeKind::kBuffer) return type.length;
  return std::nullopt;
}

void give_simple(BuiltinUse& use, TypeKind kind) {
  use.give(use.checker().of_type(use.types().simple(kind)));
}

// The most that a buffer without a length of its own holds.
std::uint32_t most_bytes(BuiltinUse& use) {
  std::uint64_t most = use.checker().analysis().options.settings.number(Option::kMaxStrlen);
  return static_cast<std::uint32_t>(most > kBufferHeaderBytes ? most - kBufferHeaderBytes : 1);
}

// The capacity of the buffer, none after a report.
std::optional<std::uint32_t> buffer_capacity(BuiltinUse& use) {
  const Type source = use.types().at(use.facts(0).type);
  bool is_array = source.kind == TypeKind::kArray;
  if (!is_address(source.kind) && !byte_count(source)) {
    use.wrong_argument(0, "an address, a string or an array");
    return std::nullopt;
  }
  if (!ast::exists(use.argument(1))) {
    if (is_array) return std::min(source.size, most_bytes(use));
    use.report(DiagnosticKind::kArgCount, use.span(),
               concat('`', use.name(), "` needs a length, except for an array"))
        .note(concat("signature: ", use.row().signature.text));
    return std::nullopt;
  }
  auto literal = literal_of(use.facts(1), use.types());
  if (!literal) return most_bytes(use);
  if (*literal->integer < 0) {
    use.report(DiagnosticKind::kArgRange, use.checker().span(use.argument(1)),
               concat('`', use.name(), "` cannot read a negative number of bytes"));
    return std::nullopt;
  }
  auto wanted = static_cast<std::uint64_t>(*literal->integer);
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(wanted, most_bytes(use)));
}

}  // namespace

template <>
void check_builtin<Builtin::kBuf>(BuiltinUse& use) {
  use.give(use.checker().poison());
  if (!use.follow_row()) return;
  if (auto capacity = buffer_capacity(use))
    use.give(use.checker().of_type(use.types().buffer(*capacity)));
}

template <>
void check_builtin<Builtin::kNtop>(BuiltinUse& use) {
  give_simple(use, TypeKind::kInet);
  if (!use.follow_row()) return;
  bool has_family = use.arguments().size() > 1;
  if (has_family && use.checker().kind_of(use.facts(0)) != TypeKind::kInteger) {
    use.wrong_argument(0, "an address family");
    return;
  }
  std::size_t position = has_family ? 1 : 0;
  const Type& address = use.types().at(use.facts(position).type);
  auto bytes = byte_count(address);
  if (address.kind == TypeKind::kInteger || bytes == kInet4Bytes || bytes == kInet6Bytes) return;
  use.wrong_argument(position, "an integer, 4 bytes or 16 bytes");
}

template <>
void check_builtin<Builtin::kMacaddr>(BuiltinUse& use) {
  give_simple(use, TypeKind::kMacAddress);
  if (!use.follow_row()) return;
  const ExpressionFacts& found = use.facts(0);
  const Type& type = use.types().at(found.type);
  bool is_literal = literal_of(found, use.types()) && type.kind == TypeKind::kString;
  auto bytes = byte_count(type);
  bool fits = is_address(type.kind) || (bytes && *bytes >= kMacAddressBytes);
  if (!fits || is_literal) use.wrong_argument(0, "an address in memory, or 6 bytes");
}

template <>
void check_builtin<Builtin::kUsername>(BuiltinUse& use) {
  give_simple(use, TypeKind::kUserName);
  use.follow_row();
}

template <>
void check_builtin<Builtin::kKsym>(BuiltinUse& use) {
  give_simple(use, TypeKind::kKernelSymbol);
  use.follow_row();
}

template <>
void check_builtin<Builtin::kUsym>(BuiltinUse& use) {
  give_simple(use, TypeKind::kUserSymbol);
  use.follow_row();
}

template <>
void check_builtin<Builtin::kFunc>(BuiltinUse& use) {
  ProbeType type = use.checker().group().type;
  bool is_user = has_fact(type, kInUserSpace);
  give_simple(use, is_user ? TypeKind::kUserSymbol : TypeKind::kKernelSymbol);
  if (!use.follow_row() || use.checker().pass() == Pass::kInfer || !has_fact(type, kHasRetval))
    return;
  // At a return nothing but the kernel knows where the function began. For user space it learnt to
  // tell together with the links over many functions.
  Capability needed = is_user ? Capability::kUprobeMulti : Capability::kFuncIp;
  World& world = use.checker().analysis().world;
  if (world.has(needed)) return;
  use.report(DiagnosticKind::kMissingFeature, use.span(),
             concat("this kernel does not tell which function returns: ", world.why_not(needed)))
      .hint(concat("`", builtin_row(Builtin::kProbe).name, "` names the attach point"));
}

template <>
void check_builtin<Builtin::kCgroupPath>(BuiltinUse& use) {
  give_simple(use, TypeKind::kCgroupPath);
  use.follow_row();
}

}  // namespace sonde::sema
