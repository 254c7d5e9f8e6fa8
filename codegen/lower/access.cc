// Memory that is not the program's own: the probe's context by ContextKind, and whatever a pointer
// leads to. Every read of kernel or user memory goes through Body::read, which knows the address
// spaces: an address without one is tried in the kernel first and then in the process. A read that
// fails leaves zeros, because the kernel's helpers clear what they could not fill.
#include <algorithm>
#include <iterator>

#include "codegen/lower/body.h"

namespace sonde::codegen {
namespace {

// Offsets into struct pt_regs, arch/x86/include/uapi/asm/ptrace.h.
constexpr std::uint32_t kArgumentRegisters[] = {112, 104, 96, 88, 72, 64};  // di si dx cx r8 r9
constexpr std::uint32_t kResultRegister = 80;                               // ax
constexpr std::uint32_t kInstructionRegister = 128;                         // ip

// __data_loc: the low half of the word is the data's offset in the record.
constexpr std::uint64_t kDataOffsetMask = 0xffff;

const TracepointField* find_field(const sema::ProbeGroup& group, const std::string& name) {
  for (const TracepointField& field : group.event_fields)
    if (field.name == name) return &field;
  return nullptr;
}

std::optional<std::uint32_t> find_parameter(const sema::ProbeGroup& group,
                                            const std::string& name) {
  if (!group.event_prototype) return std::nullopt;
  const auto& parameters = group.event_prototype->parameters;
  for (std::size_t i = 0; i < parameters.size(); ++i)
    if (parameters[i].name == name) return static_cast<std::uint32_t>(i);
  return std::nullopt;
}

RuntimeError failed_read(Helper last_tried) {
  switch (last_tried) {
    case Helper::kReadKernel:
      return RuntimeError::kReadKernelFailed;
    case Helper::kReadUser:
      return RuntimeError::kReadUserFailed;
    case Helper::kReadKernelText:
      return RuntimeError::kReadKernelTextFailed;
    case Helper::kReadUserText:
      return RuntimeError::kReadUserTextFailed;
    default:
      CHECK(false);
  }
}

}  // namespace

llvm::Value* Body::read(Helper kernel, Helper user, AddressSpace space, Place destination,
                        llvm::Value* size, llvm::Value* address, Span at) {
  auto attempt = [&](Helper helper) {
    return builder_.call(helper, {destination.pointer, size, address});
  };
  auto failed = [&](llvm::Value* result) {
    return builder_.ir().CreateICmpSLT(result, builder_.word(0));
  };
  llvm::Value* result = attempt(space == AddressSpace::kUser ? user : kernel);
  if (space == AddressSpace::kNone) {
    llvm::Value* first = result;
    result = builder_.choose(failed(first), [&] { return attempt(user); }, [&] { return first; });
  }
  if (options().reports_failed_reads)
    builder_.if_true(failed(result), [&] {
      report(failed_read(space == AddressSpace::kKernel ? kernel : user), at, result);
    });
  return result;
}

void Body::read_bytes(llvm::Value* address, AddressSpace space, Place destination,
                      std::uint32_t size, Span at) {
  read_bytes(address, space, destination, builder_.word(size), at);
}

void Body::read_bytes(llvm::Value* address, AddressSpace space, Place destination,
                      llvm::Value* size, Span at) {
  read(Helper::kReadKernel, Helper::kReadUser, space, destination, size, address, at);
}

llvm::Value* Body::read_text(llvm::Value* address, AddressSpace space, Place destination,
                             llvm::Value* size, Span at) {
  return read(Helper::kReadKernelText, Helper::kReadUserText, space, destination, size, address,
              at);
}

llvm::Value* Body::read_scalar(llvm::Value* address, AddressSpace space, TypeId type, Span at) {
  Place copy = frame_.take(types().size(type));
  read_bytes(address, space, copy, types().size(type), at);
  return load_scalar(copy, type);
}

// The helper always ends what it reads with a NUL. Where that took the room of the last byte, the
// byte is read by itself, so that text which is cut can be told from text which just fits.
void Body::store_text_at(llvm::Value* address, AddressSpace space, Place destination,
                         std::uint32_t capacity, Span at) {
  llvm::IRBuilder<>& ir = builder_.ir();
  clear_memory(builder_, destination, capacity);
  llvm::Value* size = builder_.word(capacity);
  llvm::Value* used = read_text(address, space, destination, size, at);
  builder_.if_true(ir.CreateICmpEQ(used, size), [&] {
    read_bytes(ir.CreateAdd(address, builder_.word(capacity - 1)), space,
               builder_.at(destination, capacity - 1), 1, at);
  });
}

llvm::Value* Body::argument(std::uint32_t index) {
  std::uint32_t offset = 0;
  switch (context_kind()) {
    case ContextKind::kArguments:
      offset = index * 8;
      break;
    case ContextKind::kRegisters:
      if (index >= std::size(kArgumentRegisters)) return builder_.word(0);
      offset = kArgumentRegisters[index];
      break;
    case ContextKind::kNone:
    case ContextKind::kEventRecord:
    case ContextKind::kPerfEvent:
      CHECK(false);
  }
  return builder_.load(builder_.at(Place{context_}, offset), 8, false);
}

llvm::Value* Body::return_value() {
  CHECK(context_kind() == ContextKind::kRegisters);
  return builder_.load(builder_.at(Place{context_}, kResultRegister), 8, false);
}

llvm::Value* Body::function_address() {
  if (has_fact(group_.type, kHasRetval)) return builder_.call(Helper::kFunctionAddress, {context_});
  CHECK(context_kind() == ContextKind::kRegisters);
  return builder_.load(builder_.at(Place{context_}, kInstructionRegister), 8, false);
}

// Where the data of a field stands in the record.
Place Body::event_field(const TracepointField& field) {
  CHECK(context_kind() == ContextKind::kEventRecord);
  Place place = builder_.at(Place{context_}, field.offset);
  if (!field.is_data_location) return place;
  llvm::Value* location = builder_.load(place, 4, false);
  llvm::Value* offset =
      builder_.opaque(builder_.ir().CreateAnd(location, builder_.word(kDataOffsetMask)));
  return builder_.at(Place{context_}, offset, 1);
}

llvm::Value* Body::event_scalar(const std::string& name, TypeId type, Span at) {
  if (const TracepointField* field = find_field(group_, name)) {
    Place place = event_field(*field);
    if (field->is_data_location) return builder_.address(place);
    return as_type(builder_.load(place, std::min(field->size, 8u), field->is_signed), type);
  }
  if (auto parameter = find_parameter(group_, name)) return as_type(argument(*parameter), type);
  image_.refuse(at, "this field");
  return builder_.word(0);
}

void Body::store_event_field(const std::string& name, TypeId type, Place destination, Span at) {
  const TracepointField* field = find_field(group_, name);
  if (!field) return image_.refuse(at, "this field");
  llvm::Value* address = builder_.address(event_field(*field));
  std::uint32_t size = types().size(type);
  if (types().kind(type) == TypeKind::kString)
    store_text_at(address, AddressSpace::kKernel, destination, size, at);
  else
    read_bytes(address, AddressSpace::kKernel, destination, size, at);
}

void Body::store_event(TypeId type, Place destination, Span at) {
  for (const TypeMember& member : types().at(type).members) {
    if (types().size(member.type) == 0) continue;
    Place place = builder_.at(destination, member.offset);
    if (is_scalar(member.type))
      builder_.store(place, types().size(member.type), event_scalar(member.name, member.type, at));
    else
      store_event_field(member.name, member.type, place, at);
  }
  store_padding(types().at(type), destination);
}

}  // namespace sonde::codegen
