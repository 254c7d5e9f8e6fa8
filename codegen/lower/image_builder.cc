// The layouts of maps (wire.h: "Map values"), and the globals whose symbols the loader replaces by
// maps. Globals of maps stand in the section `.maps` and never have content; the two that are
// reached as memory stand where a C program would have them, in `.rodata` and `.bss`. The licence
// stands in `license`, for libbpf; our loader takes it from the Manifest.
#include "codegen/lower/image_builder.h"

#include <llvm/IR/Constants.h>

#include <algorithm>

#include "ast/walk.h"
#include "codegen/image/buckets.h"
#include "lexer/base/concat.h"
#include "lexer/base/round_up.h"

namespace sonde::codegen {
namespace {

constexpr std::uint32_t kDefaultStackFrames = 127;
constexpr std::uint32_t kMinimumStacks = 128 << 10;
constexpr std::uint32_t kPageSize = 4096;
// A hash takes no key of 0 bytes, nor an array such a value: `()` is a byte of 0 there.
constexpr std::uint32_t kSmallestPart = 1;
// A ring is resident twice its size, so a script that prints little gets little.
constexpr std::uint32_t kRingForData = 4u << 20;
constexpr std::uint32_t kRingForControl = 512u << 10;
constexpr std::uint32_t kRingForErrors = 128u << 10;

image::ValueKind image_kind(TypeKind kind) {
  switch (kind) {
    case TypeKind::kInteger:
      return image::ValueKind::kInteger;
    case TypeKind::kBool:
      return image::ValueKind::kBool;
    case TypeKind::kPointer:
      return image::ValueKind::kPointer;
    case TypeKind::kString:
      return image::ValueKind::kString;
    case TypeKind::kTuple:
      return image::ValueKind::kTuple;
    case TypeKind::kRecord:
    case TypeKind::kStruct:
      return image::ValueKind::kRecord;
    case TypeKind::kArray:
      return image::ValueKind::kArray;
    case TypeKind::kKernelStack:
      return image::ValueKind::kKernelStack;
    case TypeKind::kUserStack:
      return image::ValueKind::kUserStack;
    case TypeKind::kBuffer:
      return image::ValueKind::kBuffer;
    case TypeKind::kInet:
      return image::ValueKind::kInet;
    case TypeKind::kMacAddress:
      return image::ValueKind::kMacAddress;
    case TypeKind::kUserName:
      return image::ValueKind::kUserName;
    case TypeKind::kKernelSymbol:
      return image::ValueKind::kKernelSymbol;
    case TypeKind::kUserSymbol:
      return image::ValueKind::kUserSymbol;
    case TypeKind::kTimestamp:
      return image::ValueKind::kTimestamp;
    case TypeKind::kCgroupPath:
      return image::ValueKind::kCgroupPath;
    case TypeKind::kNone:
    case TypeKind::kPoison:
    case TypeKind::kVoid:
      return image::ValueKind::kNone;
  }
  CHECK(false);
}

image::StackMode image_stack_mode(StackMode mode) {
  switch (mode) {
    case StackMode::kBpftrace:
      return image::StackMode::kSymbols;
    case StackMode::kPerf:
      return image::StackMode::kPerf;
    case StackMode::kRaw:
      return image::StackMode::kRaw;
    case StackMode::kBuildId:
      return image::StackMode::kBuildId;
  }
  CHECK(false);
}

image::Aggregation image_aggregation(sema::Aggregation aggregation) {
  switch (aggregation) {
    case sema::Aggregation::kNone:
      return image::Aggregation::kNone;
    case sema::Aggregation::kCount:
      return image::Aggregation::kCount;
    case sema::Aggregation::kSum:
      return image::Aggregation::kSum;
    case sema::Aggregation::kMin:
      return image::Aggregation::kMin;
    case sema::Aggregation::kMax:
      return image::Aggregation::kMax;
    case sema::Aggregation::kAvg:
      return image::Aggregation::kAvg;
    case sema::Aggregation::kStats:
      return image::Aggregation::kStats;
    case sema::Aggregation::kHist:
      return image::Aggregation::kHist;
    case sema::Aggregation::kLhist:
      return image::Aggregation::kLhist;
    case sema::Aggregation::kTseries:
      return image::Aggregation::kTseries;
  }
  CHECK(false);
}

image::SeriesFold image_fold(sema::SeriesFold fold) {
  switch (fold) {
    case sema::SeriesFold::kLast:
      return image::SeriesFold::kLast;
    case sema::SeriesFold::kAvg:
      return image::SeriesFold::kAvg;
    case sema::SeriesFold::kMax:
      return image::SeriesFold::kMax;
    case sema::SeriesFold::kMin:
      return image::SeriesFold::kMin;
    case sema::SeriesFold::kSum:
      return image::SeriesFold::kSum;
  }
  CHECK(false);
}

// The ring that records of a kind ask for.
std::uint32_t ring_share(image::RecordKind kind) {
  switch (kind) {
    case image::RecordKind::kRuntimeError:
      return kRingForErrors;
    case image::RecordKind::kPrintMap:
    case image::RecordKind::kClearMap:
    case image::RecordKind::kZeroMap:
    case image::RecordKind::kExit:
    case image::RecordKind::kTime:
      return kRingForControl;
    default:
      return kRingForData;
  }
}

std::uint32_t slot_size(sema::Aggregation aggregation) {
  switch (aggregation) {
    case sema::Aggregation::kNone:
      CHECK(false);
    case sema::Aggregation::kCount:
      return sizeof(image::CountSlot);
    case sema::Aggregation::kSum:
      return sizeof(image::SumSlot);
    case sema::Aggregation::kMin:
    case sema::Aggregation::kMax:
      return sizeof(image::ExtremeSlot);
    case sema::Aggregation::kAvg:
    case sema::Aggregation::kStats:
      return sizeof(image::AvgSlot);
    case sema::Aggregation::kHist:
    case sema::Aggregation::kLhist:
      return sizeof(image::BucketSlot);
    case sema::Aggregation::kTseries:
      return sizeof(image::SeriesSlot);
  }
  CHECK(false);
}

image::MapStorage plain_storage(const sema::MapFacts& facts) {
  bool is_lru = facts.declared_kind == sema::MapKind::kLruHash ||
                facts.declared_kind == sema::MapKind::kLruPercpuHash;
  return is_lru ? image::MapStorage::kLruHash : image::MapStorage::kHash;
}

image::MapStorage keyed_storage(const sema::MapFacts& facts) {
  image::MapStorage plain = plain_storage(facts);
  if (facts.aggregation == sema::Aggregation::kNone) return plain;
  return plain == image::MapStorage::kLruHash ? image::MapStorage::kLruPerCpuHash
                                              : image::MapStorage::kPerCpuHash;
}

// Of a histogram those for what lies outside included.
std::uint32_t count_buckets(sema::Aggregation aggregation, const sema::BucketShape& shape) {
  if (aggregation == sema::Aggregation::kTseries) return shape.intervals;
  return aggregation == sema::Aggregation::kHist
             ? image::hist_bucket_count(shape.bits)
             : image::lhist_bucket_count(shape.low, shape.high, shape.step);
}

// Where the flag of a scalar map stands that says that it was set.
std::uint32_t present_offset_of(sema::Aggregation aggregation, std::uint32_t own_size) {
  if (aggregation == sema::Aggregation::kTseries)
    return WIRE_FIELD(image::SeriesSlot, present).offset;
  if (has_buckets(aggregation)) return WIRE_FIELD(image::BucketSlot, present).offset;
  return round_up(own_size, 8);
}

}  // namespace

std::uint32_t stack_limit_at(const ast::Program& program, const sema::GroupTyping& typing,
                             ast::NodeId node) {
  const auto* call = program.get_if<ast::Call>(node);
  if (!call) return kDefaultStackFrames;
  for (ast::NodeId argument : call->arguments)
    if (const auto* limit = std::get_if<std::uint64_t>(&typing.expressions[argument].constant))
      return static_cast<std::uint32_t>(*limit);
  return kDefaultStackFrames;
}

std::uint32_t frame_size(const Type& stack) {
  return stack.stack_mode == StackMode::kBuildId ? sizeof(image::BuildIdFrame)
                                                 : sizeof(std::uint64_t);
}

ImageBuilder::ImageBuilder(const CodegenInput& input, World& world, Diagnostics& diagnostics,
                           llvm::Module& module)
    : input_(input), world_(world), diagnostics_(diagnostics), module_(module) {
  manifest_.license = input.options.settings.text(Option::kLicense);
  llvm::Constant* license =
      llvm::ConstantDataArray::getString(module.getContext(), manifest_.license);
  auto* global =
      new llvm::GlobalVariable(module, license->getType(), true, llvm::GlobalValue::ExternalLinkage,
                               license, "sonde_license");
  global->setSection("license");
  image_types_.resize(1, image::TypeId::kNone);
  for (const sema::MapFacts& facts : input.typed.maps) add_script_map(facts);
  for (std::size_t i = 0; i < input.probes.groups.size(); ++i) {
    auto group = static_cast<sema::GroupId>(i);
    const sema::GroupTyping& typing = input.typed.groups[group];
    ast::walk(input.program, input.probes.groups[group].probe, [&](ast::NodeId id) {
      const auto& found = typing.builtin_of[id];
      const Type& type = types().at(typing.expressions[id].type);
      if (found && (type.kind == TypeKind::kKernelStack || type.kind == TypeKind::kUserStack)) {
        std::uint32_t words = frame_size(type) / 8 * stack_limit_at(input.program, typing, id);
        stack_capacity_ = std::max(stack_capacity_, words);
      }
      return true;
    });
  }
}

void ImageBuilder::require(Capability capability, Span span, std::string_view name) {
  if (world_.has(capability)) return;
  diagnostics_
      .report(DiagnosticKind::kMissingFeature, span,
              concat("Missing required kernel feature: ", name))
      .note(world_.why_not(capability))
      .hint(std::string(capability_row(capability).hint));
}

void ImageBuilder::refuse(Span span, std::string_view what) {
  diagnostics_.report(DiagnosticKind::kUnsupportedFeature, span,
                      concat(what, " cannot be compiled yet"));
}

image::TypeId ImageBuilder::type(TypeId id) {
  if (to_index(id) >= image_types_.size())
    image_types_.resize(to_index(id) + 1, image::TypeId::kNone);
  if (image_types_[to_index(id)] != image::TypeId::kNone) return image_types_[to_index(id)];
  const Type& type = types().at(id);
  image::ValueType made{.kind = image_kind(type.kind),
                        .is_signed = type.is_signed,
                        .size = type.size,
                        .stack_mode = image_stack_mode(type.stack_mode)};
  for (const CEnumerator& each : type.enumerators)
    made.enumerators.push_back({each.name, each.value});
  for (const TypeMember& member : type.members)
    made.members.push_back({member.name, member.offset,
                            member.bit_width > 0 ? bit_field(member) : this->type(member.type)});
  if (type.text != ArrayText::kNone) {
    made.kind = image::ValueKind::kString;
    made.may_fill = type.text == ArrayText::kPadded;
  } else if (type.kind == TypeKind::kArray && types().size(type.element) > 0) {
    made.members.push_back({{}, 0, this->type(type.element)});
  } else if (type.kind == TypeKind::kArray) {
    made.kind = image::ValueKind::kNone;
    made.size = 0;
  }
  if (to_index(id) >= image_types_.size())
    image_types_.resize(to_index(id) + 1, image::TypeId::kNone);
  return image_types_[to_index(id)] = manifest_.types.push_back(std::move(made));
}

image::TypeId ImageBuilder::bit_field(const TypeMember& member) {
  const Type& declared = types().at(member.type);
  image::ValueType made{.kind = image::ValueKind::kInteger,
                        .is_signed = declared.is_signed,
                        .size = (member.bit_start + member.bit_width + 7u) / 8,
                        .bit_start = member.bit_start,
                        .bit_width = member.bit_width};
  for (const CEnumerator& each : declared.enumerators)
    made.enumerators.push_back({each.name, each.value});
  return manifest_.types.push_back(std::move(made));
}

void ImageBuilder::add_script_map(const sema::MapFacts& facts) {
  MapLayout layout{.facts = &facts};
  image::ScriptMap described{.name = facts.name,
                             .aggregation = image_aggregation(facts.aggregation),
                             .hist_bits = facts.buckets.bits,
                             .lhist_low = facts.buckets.low,
                             .lhist_high = facts.buckets.high,
                             .lhist_step = facts.buckets.step,
                             .interval = facts.buckets.interval,
                             .fold = image_fold(facts.buckets.fold),
                             .is_atomic_time = input_.typed.series_clock == sema::MapId::kNone};
  bool is_aggregation = facts.aggregation != sema::Aggregation::kNone;
  if (has_buckets(facts.aggregation))
    layout.bucket_count = count_buckets(facts.aggregation, facts.buckets);
  std::uint32_t own_size =
      is_aggregation ? slot_size(facts.aggregation) : types().size(facts.value);
  image::BpfMap storage{.name = concat("at_", std::string_view(facts.name).substr(1))};
  if (facts.is_scalar) {
    layout.key_size = sizeof(std::uint32_t);
    layout.present_offset = present_offset_of(facts.aggregation, own_size);
    layout.value_size = std::max(own_size, layout.present_offset + 8);
    storage.storage = is_aggregation ? image::MapStorage::kPerCpuArray : image::MapStorage::kArray;
    storage.max_entries = std::max(layout.bucket_count, 1u);
  } else {
    layout.key_size = std::max(types().size(facts.key), kSmallestPart);
    if (has_buckets(facts.aggregation)) {
      layout.bucket_offset = round_up(layout.key_size, 8);
      layout.key_size = layout.bucket_offset + 8;
    }
    layout.value_size = std::max(own_size, kSmallestPart);
    storage.storage = keyed_storage(facts);
    storage.max_entries = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(std::max<std::uint64_t>(facts.max_entries, 1), 0xffffffff));
    described.key = type(facts.key);
  }
  storage.key_size = layout.key_size;
  storage.value_size = layout.value_size;
  if (!facts.is_scalar && facts.is_asked_for_keys && has_buckets(facts.aggregation)) {
    described.key_index = add_map({.name = concat(storage.name, "_keys"),
                                   .storage = plain_storage(facts),
                                   .key_size = std::max(types().size(facts.key), kSmallestPart),
                                   .value_size = sizeof(std::uint64_t),
                                   .max_entries = storage.max_entries},
                                  &layout.key_index);
  }
  described.value = type(facts.value);
  described.present_offset = layout.present_offset;
  described.bucket_offset = layout.bucket_offset;
  described.bucket_count = layout.bucket_count;
  described.storage = add_map(std::move(storage), &layout.global);
  layout.storage = described.storage;
  manifest_.script_maps.push_back(std::move(described));
  maps_.push_back(layout);
}

image::TextId ImageBuilder::text(std::string_view text) {
  for (std::size_t i = 0; i < manifest_.texts.size(); ++i)
    if (manifest_.texts[static_cast<image::TextId>(i)] == text)
      return static_cast<image::TextId>(i);
  return manifest_.texts.push_back(std::string(text));
}

image::BpfMapId ImageBuilder::add_map(image::BpfMap map, llvm::GlobalVariable** global) {
  // As large as its definition in BTF (DebugLines::describe_map): four pointers.
  llvm::Type* word = llvm::ArrayType::get(llvm::Type::getInt64Ty(module_.getContext()), 4);
  *global = new llvm::GlobalVariable(module_, word, false, llvm::GlobalValue::ExternalLinkage,
                                     llvm::Constant::getNullValue(word), map.name);
  (*global)->setSection(".maps");
  (*global)->setAlignment(llvm::Align(8));
  return manifest_.bpf_maps.push_back(std::move(map));
}

llvm::GlobalVariable* ImageBuilder::add_memory(const std::string& name, std::uint32_t size,
                                               bool is_constant) {
  llvm::Type* bytes = llvm::ArrayType::get(llvm::Type::getInt8Ty(module_.getContext()), size);
  auto* global =
      new llvm::GlobalVariable(module_, bytes, is_constant, llvm::GlobalValue::ExternalLinkage,
                               llvm::Constant::getNullValue(bytes), name);
  global->setSection(is_constant ? ".rodata" : ".bss");
  global->setAlignment(llvm::Align(8));
  return global;
}

Place ImageBuilder::constants() {
  if (!constants_) {
    std::uint32_t size = add_options(sizeof(image::Constants));
    constants_ = add_memory("constants", size, true);
    manifest_.constants = manifest_.bpf_maps.push_back({.name = "constants",
                                                        .storage = image::MapStorage::kArray,
                                                        .key_size = sizeof(std::uint32_t),
                                                        .value_size = size,
                                                        .max_entries = 1,
                                                        .is_constant = true});
  }
  return {constants_};
}

// Lays the options out from `offset`; the end of the last one, a multiple of 8.
std::uint32_t ImageBuilder::add_options(std::uint32_t offset) {
  using Kind = image::NamedOption::Kind;
  for (const sema::NamedOption& found : input_.typed.options) {
    image::NamedOption option{.name = found.name,
                              .description = found.description,
                              .offset = offset,
                              .size = sizeof(std::uint64_t)};
    if (const auto* text = std::get_if<std::string>(&found.initial)) {
      option.kind = Kind::kText;
      option.text = *text;
      option.size = types().size(found.type);
    } else if (const auto* flag = std::get_if<bool>(&found.initial)) {
      option.kind = Kind::kBool;
      option.number = *flag ? 1 : 0;
    } else {
      option.kind = found.is_signed ? Kind::kSigned : Kind::kUnsigned;
      option.number = std::get<std::uint64_t>(found.initial);
    }
    constexpr std::uint32_t kAlignment = 8;
    offset += round_up(option.size, kAlignment);
    manifest_.options.push_back(std::move(option));
  }
  return offset;
}

const image::NamedOption& ImageBuilder::option(std::string_view name) {
  constants();
  for (const image::NamedOption& option : manifest_.options)
    if (option.name == name) return option;
  CHECK(false);
}

Place ImageBuilder::control() {
  if (!control_) {
    control_ = add_memory("control", sizeof(image::ControlBlock), false);
    manifest_.control = manifest_.bpf_maps.push_back({.name = "control",
                                                      .storage = image::MapStorage::kArray,
                                                      .key_size = sizeof(std::uint32_t),
                                                      .value_size = sizeof(image::ControlBlock),
                                                      .max_entries = 1,
                                                      .is_mapped = true});
  }
  return {control_};
}

Place ImageBuilder::lost_count(Builder& builder, image::LossId loss) {
  return builder.at(control(), sizeof(image::ControlBlock) + 8 * to_index(loss));
}

llvm::GlobalVariable* ImageBuilder::ring() {
  if (!ring_)
    manifest_.ring = add_map(
        {.name = "ring", .storage = image::MapStorage::kRing, .max_entries = kPageSize}, &ring_);
  return ring_;
}

llvm::GlobalVariable* ImageBuilder::stacks() {
  if (!stacks_) {
    auto keys = static_cast<std::uint32_t>(input_.options.settings.number(Option::kMaxMapKeys));
    manifest_.stacks = add_map(
        {.name = "stacks",
         .storage = image::MapStorage::kHash,
         .key_size = sizeof(std::uint64_t),
         .value_size = static_cast<std::uint32_t>(sizeof(image::StackTrace)) + 8 * stack_capacity_,
         .max_entries = std::max(keys, kMinimumStacks),
         .grows = true},
        &stacks_);
  }
  return stacks_;
}

Place ImageBuilder::table(const std::string& name, std::string_view bytes) {
  if (llvm::GlobalVariable* known = module_.getNamedGlobal(name)) return {known};
  auto size = static_cast<std::uint32_t>(bytes.size());
  llvm::GlobalVariable* global = add_memory(name, size, true);
  global->setInitializer(llvm::ConstantDataArray::getString(
      module_.getContext(), llvm::StringRef(bytes.data(), bytes.size()), /*AddNull=*/false));
  manifest_.bpf_maps.push_back({.name = name,
                                .storage = image::MapStorage::kArray,
                                .key_size = sizeof(std::uint32_t),
                                .value_size = size,
                                .max_entries = 1,
                                .is_constant = true});
  return {global};
}

llvm::GlobalVariable* ImageBuilder::scratch(const std::string& program, std::uint32_t size) {
  llvm::GlobalVariable* global = nullptr;
  add_map({.name = "scratch_" + program,
           .storage = image::MapStorage::kArray,
           .key_size = sizeof(std::uint32_t),
           .value_size = static_cast<std::uint32_t>(sizeof(image::ScratchHeader)) + size,
           .max_entries = image::kScratchSlotsPerCpu * world_.possible_cpu_count()},
          &global);
  return global;
}

std::uint32_t ImageBuilder::ring_size() const {
  std::uint64_t pages = input_.options.settings.number(Option::kPerfRbPages);
  if (pages != 0) {
    std::uint64_t size = kPageSize;
    while (size < pages * kPageSize && size < (1u << 30)) size *= 2;
    return static_cast<std::uint32_t>(size);
  }
  std::uint32_t size = kRingForErrors;
  for (const image::Site& site : manifest_.sites) {
    size = std::max(size, ring_share(site.kind));
  }
  return size;
}

void ImageBuilder::finish() {
  if (ring_) manifest_.bpf_maps[manifest_.ring].max_entries = ring_size();
  if (!control_) return;
  std::uint32_t size =
      static_cast<std::uint32_t>(sizeof(image::ControlBlock) + 8 * manifest_.losses.size());
  manifest_.bpf_maps[manifest_.control].value_size = size;
  llvm::GlobalVariable* whole = add_memory("", size, false);
  whole->takeName(control_);
  control_->replaceAllUsesWith(whole);
  control_->eraseFromParent();
  control_ = whole;
}

}  // namespace sonde::codegen
