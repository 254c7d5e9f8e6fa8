// Sending records through the ring. A record whose size is known is written right into the ring;
// one with long strings is built in scratch memory, where each string takes the room it needs, and
// goes out at its real size. Each site and its record's layout is added to the Manifest here,
// beside the stores that it describes.
//
// A data site first asks how much waits in the ring and gives way when there is little room left,
// so that control records find some; whoever finds none adds to the counter of its site.
#include <algorithm>

#include "codegen/lower/body.h"
#include "lexer/base/round_up.h"

namespace sonde::codegen {
namespace {

// Strings with a larger capacity go behind the fixed part at their real size.
constexpr std::uint32_t kInlineTextCapacity = 64;
constexpr std::uint64_t kAvailableData = 0;  // BPF_RB_AVAIL_DATA

enum class Urgency : std::uint8_t { kData, kControl };
constexpr Urgency kUrgencies[] = {
#define RECORD(id, name, urgency, summary) Urgency::urgency,
#include "codegen/image/records.def"
#undef RECORD
};

}  // namespace

struct Body::Layout {
  struct Part {
    ast::NodeId node = ast::NodeId::kNone;
    TypeId type = TypeId::kNone;
    std::uint32_t offset = 0;
    bool in_tail = false;
  };
  std::vector<Part> parts;
  std::uint32_t fixed_size = 0;
  std::uint32_t max_size = 0;
  bool has_tail() const { return max_size > fixed_size; }
};

Body::Layout Body::lay_out(const std::vector<ast::NodeId>& values) const {
  Layout layout;
  std::uint32_t offset = sizeof(image::RecordHeader), tail = 0;
  for (ast::NodeId node : values) {
    TypeId type = facts(node).type;
    std::uint32_t size = types().size(type);
    bool in_tail = types().kind(type) == TypeKind::kString && size > kInlineTextCapacity &&
                   !constant_text(node);
    std::uint32_t stored = in_tail ? sizeof(std::uint32_t) : size;
    std::uint32_t alignment = in_tail     ? sizeof(std::uint32_t)
                              : size >= 8 ? 8
                                          : types().alignment(type);
    offset = round_up(offset, alignment);
    layout.parts.push_back({node, type, offset, in_tail});
    offset += stored;
    if (in_tail) tail += size;
  }
  layout.fixed_size = round_up(offset, 8);
  layout.max_size = layout.fixed_size + tail;
  return layout;
}

void Body::send_values(image::RecordKind kind, std::string format,
                       const std::vector<ast::NodeId>& values, Span at) {
  Layout layout = lay_out(values);
  image::Site site{.kind = kind,
                   .span = at,
                   .format = std::move(format),
                   .fields = {},
                   .fixed_size = layout.fixed_size,
                   .max_size = layout.max_size};
  for (const Layout::Part& part : layout.parts)
    site.fields.push_back({image_.type(part.type), part.offset, part.in_tail});
  site.loss = image_.add_loss({.kind = image::LossKind::kRing, .span = at});
  image::SiteId id = image_.add_site(std::move(site));
  if (layout.has_tail())
    send_with_tail(layout, id);
  else
    send_fixed(layout, id);
}

// Values with effects are worked out first: they must happen whether or not there is room, and what
// they do may end the run, which a reserved record must not see.
void Body::send_fixed(const Layout& layout, image::SiteId site) {
  auto write = [&](Place record) {
    for (const Layout::Part& part : layout.parts)
      store(part.node, part.type, builder_.at(record, part.offset));
  };
  bool has_effects = std::any_of(layout.parts.begin(), layout.parts.end(),
                                 [&](const auto& part) { return this->has_effects(part.node); });
  if (!has_effects) return if_room(site, [&] { send_record(site, write); });
  Place copy = frame_.take(layout.fixed_size);
  write(copy);
  if_room(site, [&] {
    send_record(site, [&](Place record) {
      for (const Layout::Part& part : layout.parts)
        copy_memory(builder_, builder_.at(record, part.offset), builder_.at(copy, part.offset),
                    types().size(part.type));
    });
  });
}

void Body::send_with_tail(const Layout& layout, image::SiteId site) {
  llvm::IRBuilder<>& ir = builder_.ir();
  bool has_effects = std::any_of(layout.parts.begin(), layout.parts.end(),
                                 [&](const auto& part) { return this->has_effects(part.node); });
  // A byte more than the longest record: reading text may write a NUL behind it.
  Place record = frame_.take_scratch(layout.max_size + 1);
  llvm::Value* size = builder_.word(layout.fixed_size);
  auto build = [&] {
    builder_.store_field(record, WIRE_FIELD(image::RecordHeader, site),
                         builder_.word(to_index(site)));
    for (const Layout::Part& part : layout.parts) {
      Place place = builder_.at(record, part.offset);
      if (!part.in_tail) {
        store(part.node, part.type, place);
        continue;
      }
      llvm::Value* length = store_unpadded(part.node, builder_.at(record, size, 1));
      builder_.store(place, sizeof(std::uint32_t), length);
      size = ir.CreateAdd(size, length);
    }
    builder_.store_field(record, WIRE_FIELD(image::RecordHeader, size), size);
  };
  auto send = [&] {
    llvm::Value* result =
        builder_.call(Helper::kRingOutput, {image_.ring(), record.pointer, size, builder_.word(0)});
    builder_.if_true(ir.CreateICmpSLT(result, builder_.word(0)),
                     [&] { add_to_loss(image_.manifest().sites[site].loss); });
  };
  if (has_effects) {
    build();
    return if_room(site, send);
  }
  if_room(site, [&] {
    build();
    send();
  });
}

llvm::Value* Body::store_unpadded(ast::NodeId value, Place destination) {
  value = program().without_parens(value);
  std::uint32_t capacity = types().size(facts(value).type);
  const auto& builtin = typing_.builtin_of[value];
  const auto* call = program().get_if<ast::Call>(value);
  bool reads_text = builtin && builtin->id == Builtin::kStr && call &&
                    is_scalar(facts(call->arguments.front()).type);
  llvm::Value* used = nullptr;
  if (reads_text) {
    ast::NodeId source = call->arguments.front();
    llvm::Value* address = scalar(source);
    llvm::Value* most = call->arguments.size() > 1 ? text_size(call->arguments, capacity)
                                                   : builder_.word(capacity + 1);
    used = read_text(address, facts(source).space, destination, most, span(value));
  } else {
    used = builder_.call(Helper::kReadKernelText, {destination.pointer, builder_.word(capacity + 1),
                                                   builder_.address(place_of(value))});
  }
  return text_length(used, capacity);
}

llvm::Value* Body::text_length(llvm::Value* used, std::uint32_t capacity) {
  llvm::IRBuilder<>& ir = builder_.ir();
  llvm::Value* length = ir.CreateSelect(ir.CreateICmpSGT(used, builder_.word(0)),
                                        ir.CreateSub(used, builder_.word(1)), builder_.word(0));
  length = builder_.opaque(length);
  llvm::Value* most = builder_.word(capacity);
  return ir.CreateSelect(ir.CreateICmpUGT(length, most), most, length);
}

void Body::if_room(image::SiteId id, llvm::function_ref<void()> send) {
  const image::Site& site = image_.manifest().sites[id];
  if (kUrgencies[static_cast<std::size_t>(site.kind)] == Urgency::kControl) return send();
  image::LossId loss = site.loss;
  constexpr image::WireField kLimit = WIRE_FIELD(image::Constants, ring_data_limit);
  llvm::Value* waiting =
      builder_.call(Helper::kRingQuery, {image_.ring(), builder_.word(kAvailableData)});
  llvm::Value* limit =
      builder_.load_volatile(builder_.field(image_.constants(), kLimit), kLimit.size);
  builder_.if_rarely(builder_.ir().CreateICmpUGT(waiting, limit), [&] { add_to_loss(loss); }, send);
}

void Body::send_record(image::SiteId id, llvm::function_ref<void(Place)> fill,
                       llvm::function_ref<void()> when_full) {
  std::uint32_t size = image_.manifest().sites[id].fixed_size;
  image::LossId loss = image_.manifest().sites[id].loss;
  llvm::Value* pointer =
      builder_.call(Helper::kRingReserve, {image_.ring(), builder_.word(size), builder_.word(0)});
  builder_.if_rarely(
      builder_.is_null(pointer),
      [&] {
        add_to_loss(loss);
        when_full();
      },
      [&] {
        Place record{pointer};
        builder_.store_field(record, WIRE_FIELD(image::RecordHeader, site),
                             builder_.word(to_index(id)));
        builder_.store_field(record, WIRE_FIELD(image::RecordHeader, size), builder_.word(size));
        fill(record);
        builder_.call(Helper::kRingSubmit, {pointer, builder_.word(0)});
      });
}

void Body::send_map(image::RecordKind kind, sema::MapId map, std::uint64_t top, std::uint64_t div,
                    Span at) {
  constexpr std::uint32_t kSize = sizeof(image::RecordHeader);
  image::LossId loss = image_.add_loss({.kind = image::LossKind::kRing, .span = at});
  image::SiteId id = image_.add_site({.kind = kind,
                                      .span = at,
                                      .format = {},
                                      .fields = {},
                                      .fixed_size = kSize,
                                      .max_size = kSize,
                                      .map = static_cast<image::ScriptMapId>(map),
                                      .top = top,
                                      .div = div,
                                      .loss = loss});
  if_room(id, [&] { send_record(id, [](Place) {}); });
}

void Body::send_mark(image::RecordKind kind, std::string format, Span at) {
  constexpr std::uint32_t kSize = sizeof(image::RecordHeader);
  image::LossId loss = image_.add_loss({.kind = image::LossKind::kRing, .span = at});
  image::SiteId id = image_.add_site({.kind = kind,
                                      .span = at,
                                      .format = std::move(format),
                                      .fields = {},
                                      .fixed_size = kSize,
                                      .max_size = kSize,
                                      .loss = loss});
  if_room(id, [&] { send_record(id, [](Place) {}); });
}

void Body::send_number(image::RecordKind kind, std::string format, llvm::Value* number, TypeId type,
                       Span at) {
  constexpr std::uint32_t kOffset = sizeof(image::RecordHeader), kSize = kOffset + 8;
  image::LossId loss = image_.add_loss({.kind = image::LossKind::kRing, .span = at});
  image::SiteId id = image_.add_site({.kind = kind,
                                      .span = at,
                                      .format = std::move(format),
                                      .fields = {{image_.type(type), kOffset, false}},
                                      .fixed_size = kSize,
                                      .max_size = kSize,
                                      .loss = loss});
  if_room(id, [&] {
    send_record(id, [&](Place record) {
      builder_.store(builder_.at(record, kOffset), types().size(type), number);
    });
  });
}

void Body::send_exit(llvm::Value* code, Span at) {
  constexpr std::uint32_t kSize = sizeof(image::ExitRecord);
  image::LossId loss = image_.add_loss({.kind = image::LossKind::kRing, .span = at});
  image::SiteId id = image_.add_site({.kind = image::RecordKind::kExit,
                                      .span = at,
                                      .format = {},
                                      .fields = {},
                                      .fixed_size = kSize,
                                      .max_size = kSize,
                                      .loss = loss});
  auto store_control = [&](image::WireField field, llvm::Value* value) {
    builder_.store_volatile(builder_.field(image_.control(), field), field.size, value);
  };
  // User space ends the run when it reads the record, as every program that fires until then may
  // finish. Only a ring full of control records leaves no room; then the control block speaks.
  send_record(
      id,
      [&](Place record) {
        builder_.store_field(record, WIRE_FIELD(image::ExitRecord, code), code);
      },
      [&] {
        store_control(WIRE_FIELD(image::ControlBlock, exit_code), code);
        store_control(WIRE_FIELD(image::ControlBlock, stop), builder_.word(1));
      });
}

void Body::report(RuntimeError error, Span at, llvm::Value* detail) {
  constexpr std::uint32_t kSize = sizeof(image::RuntimeErrorRecord);
  image::LossId loss = image_.add_loss({.kind = image::LossKind::kRing, .span = at});
  image::SiteId id = image_.add_site({.kind = image::RecordKind::kRuntimeError,
                                      .span = at,
                                      .format = {},
                                      .fields = {},
                                      .fixed_size = kSize,
                                      .max_size = kSize,
                                      .error = error,
                                      .loss = loss});
  if_room(id, [&] {
    send_record(id, [&](Place record) {
      builder_.store_field(record, WIRE_FIELD(image::RuntimeErrorRecord, detail), detail);
    });
  });
}

void Body::count_loss(image::LossKind kind, Span at) {
  add_to_loss(image_.add_loss({.kind = kind, .span = at, .program = program_id_}));
}

void Body::add_to_loss(image::LossId loss) {
  builder_.atomic_add(image_.lost_count(builder_, loss), builder_.word(1));
}

}  // namespace sonde::codegen
