// Builtins about the running thread, the clock and the probe's arguments.
#include "codegen/lower/builtins.h"

namespace sonde::codegen {
namespace {

// struct bpf_pidns_info of the kernel's include/uapi/linux/bpf.h.
constexpr std::uint32_t kNamespaceIdsSize = 8;
constexpr std::uint32_t kNamespaceTidOffset = 0;
constexpr std::uint32_t kNamespacePidOffset = 4;

constexpr std::uint32_t kCommSize = 16;  // TASK_COMM_LEN

// The bare word that is argument number 0, or nothing.
std::string_view mode_of(Body& body, const BuiltinUse& use) {
  if (use.arguments.empty()) return {};
  ast::NodeId word = body.program().without_parens(use.arguments.front());
  return body.program().get<ast::Identifier>(word).name;
}

llvm::Value* boot_clock(Body& body) {
  bool has_clock = body.image().world().has(Capability::kBootClock);
  return body.builder().call(has_clock ? Helper::kClockBoot : Helper::kClockMonotonic, {});
}

}  // namespace

llvm::Value* Body::load_constant(image::WireField field) {
  return builder_.load_volatile(builder_.field(image_.constants(), field), field.size);
}

llvm::Value* Body::process_id(bool in_initial_namespace, bool is_thread) {
  llvm::IRBuilder<>& ir = builder_.ir();
  if (in_initial_namespace || image_.world().pid_namespace().is_initial) {
    llvm::Value* both = builder_.call(Helper::kCurrentPidTgid, {});
    return is_thread ? ir.CreateAnd(both, 0xffffffff) : ir.CreateLShr(both, 32);
  }
  Place ids = frame_.take(kNamespaceIdsSize);
  clear_memory(builder_, ids, kNamespaceIdsSize);
  builder_.call(Helper::kNamespacePidTgid,
                {load_constant(WIRE_FIELD(image::Constants, pid_namespace_device)),
                 load_constant(WIRE_FIELD(image::Constants, pid_namespace_inode)), ids.pointer,
                 builder_.word(kNamespaceIdsSize)});
  return builder_.load(builder_.at(ids, is_thread ? kNamespaceTidOffset : kNamespacePidOffset), 4,
                       false);
}

LOWER(kPid) {
  return body.process_id(mode_of(body, use) == "init", false);
}

LOWER(kTid) {
  return body.process_id(mode_of(body, use) == "init", true);
}

LOWER(kGetopt) {
  const std::string* name = body.constant_text(use.arguments.front());
  CHECK(name);
  const image::NamedOption& option = body.image().option(*name);
  Builder& builder = body.builder();
  Place value = builder.at(body.image().constants(), option.offset);
  if (option.kind != image::NamedOption::Kind::kText)
    return builder.load_volatile(value, option.size);
  copy_memory(builder, use.destination, value, option.size);
  return nullptr;
}

LOWER(kCurtask) {
  (void)use;
  return body.builder().call(Helper::kCurrentTask, {});
}
LOWER(kCpid) {
  llvm::Value* child = body.load_constant(WIRE_FIELD(image::Constants, child_pid));
  body.builder().if_true(body.builder().ir().CreateNot(body.builder().is_true(child)), [&] {
    body.report(RuntimeError::kNoChild, body.span(use.node), body.builder().word(0));
  });
  return child;
}

LOWER(kHasCpid) {
  (void)use;
  llvm::Value* child = body.load_constant(WIRE_FIELD(image::Constants, child_pid));
  return body.builder().from_bool(body.builder().is_true(child));
}

LOWER(kNcpus) {
  (void)use;
  return body.load_constant(WIRE_FIELD(image::Constants, possible_cpus));
}

LOWER(kGid) {
  (void)use;
  llvm::Value* both = body.builder().call(Helper::kCurrentUidGid, {});
  return body.builder().ir().CreateLShr(both, 32);
}

LOWER(kUid) {
  (void)use;
  llvm::Value* both = body.builder().call(Helper::kCurrentUidGid, {});
  return body.builder().ir().CreateAnd(both, 0xffffffff);
}

LOWER(kComm) {
  // Linux 6.1 leaves what stands behind the NUL as it was, and keys compare whole.
  clear_memory(body.builder(), use.destination, kCommSize);
  body.builder().call(Helper::kCurrentComm,
                      {use.destination.pointer, body.builder().word(kCommSize)});
  return nullptr;
}

LOWER(kNsecs) {
  std::string_view clock = mode_of(body, use);
  if (clock == "monotonic") return body.builder().call(Helper::kClockMonotonic, {});
  if (clock == "tai") return body.builder().call(Helper::kClockTai, {});
  if (clock != "sw_tai") return boot_clock(body);
  llvm::Value* offset = body.load_constant(WIRE_FIELD(image::Constants, tai_offset_ns));
  return body.builder().ir().CreateAdd(boot_clock(body), offset);
}

LOWER(kElapsed) {
  (void)use;
  llvm::Value* start = body.load_constant(WIRE_FIELD(image::Constants, start_boot_ns));
  return body.builder().ir().CreateSub(boot_clock(body), start);
}

LOWER(kArgN) {
  return body.argument(use.number);
}

LOWER(kArgs) {
  body.store_event(body.facts(use.node).type, use.destination, body.span(use.node));
  return nullptr;
}

LOWER(kRetval) {
  (void)use;
  return body.return_value();
}

LOWER(kProbe) {
  store_text(body.builder(), use.destination, body.group().points.front().name,
             body.types().size(body.facts(use.node).type));
  return nullptr;
}

}  // namespace sonde::codegen
