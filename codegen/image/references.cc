// The checks follow the comments in image.h and wire.h. A type's nodes are counted, so that a small
// damaged image cannot describe a value of astronomic size: neither by long arrays of nothing nor
// by tuples that double at every level.
#include "codegen/image/references.h"

#include <cerrno>

#include "codegen/image/buckets.h"
#include "codegen/image/wire.h"
#include "lexer/base/concat.h"

namespace sonde::image {
namespace {

constexpr std::uint64_t kMostNodes = 1u << 20;
constexpr std::uint32_t kMostHistBits = 5;
constexpr std::int64_t kMostLhistBuckets = 1002;

class ReferenceCheck {
 public:
  explicit ReferenceCheck(const Manifest& manifest) : manifest_(manifest) {}

  Result<void> run() {
    for (std::size_t i = 0; i < manifest_.types.size() && ok_; ++i)
      check_type(static_cast<TypeId>(i));
    for (const ScriptMap& map : manifest_.script_maps) check_map(map);
    for (const Site& site : manifest_.sites) check_site(site);
    for (const Loss& loss : manifest_.losses)
      require(names_or_none(loss.program, manifest_.programs), "loss of no program");
    for (const Probe& probe : manifest_.probes)
      require(names(probe.program, manifest_.programs), "probe without a program");
    for (const NamedOption& option : manifest_.options) check_option(option);
    for (BpfMapId id : {manifest_.constants, manifest_.control, manifest_.ring, manifest_.stacks})
      require(names_or_none(id, manifest_.bpf_maps), "missing map");
    if (ok_) return {};
    return Error{.message = concat("compiled script: ", fault_), .code = EINVAL, .hint = {}};
  }

 private:
  template <typename Id, typename T>
  static bool names(Id id, const IdVector<Id, T>& rows) {
    return to_index(id) < rows.size();
  }
  template <typename Id, typename T>
  static bool names_or_none(Id id, const IdVector<Id, T>& rows) {
    return id == Id::kNone || names(id, rows);
  }
  void require(bool holds, std::string_view fault) {
    if (holds || !ok_) return;
    ok_ = false;
    fault_ = fault;
  }

  void check_option(const NamedOption& option) {
    bool has_memory = names(manifest_.constants, manifest_.bpf_maps);
    require(has_memory, "option without memory");
    if (!has_memory) return;
    std::uint32_t memory = manifest_.bpf_maps[manifest_.constants].value_size;
    bool is_number = option.kind != NamedOption::Kind::kText;
    require(option.offset >= sizeof(Constants) && option.offset <= memory &&
                option.size <= memory - option.offset &&
                (!is_number || option.size == sizeof(std::uint64_t)),
            "option outside of its memory");
  }

  static bool has_size(const ValueType& type) {
    switch (type.kind) {
      case ValueKind::kNone:
        return type.size == 0;
      case ValueKind::kInteger:
        if (type.bit_width > 0)
          return type.bit_start < 8 && type.bit_width <= 64 &&
                 type.size == (type.bit_start + type.bit_width + 7u) / 8;
        return type.size == 1 || type.size == 2 || type.size == 4 || type.size == 8;
      case ValueKind::kBool:
        return type.size == 1;
      case ValueKind::kPointer:
        return type.size == 8;
      case ValueKind::kKernelStack:
      case ValueKind::kUserStack:
        return type.size == sizeof(StackHandle);
      case ValueKind::kString:
      case ValueKind::kTuple:
      case ValueKind::kRecord:
      case ValueKind::kArray:
        return true;
    }
    return false;
  }

  void check_type(TypeId id) {
    const ValueType& type = manifest_.types[id];
    require(has_size(type), "type of a wrong size");
    bool has_members = type.kind == ValueKind::kTuple || type.kind == ValueKind::kRecord ||
                       type.kind == ValueKind::kArray;
    require(has_members || type.members.empty(), "members of a plain type");
    std::uint64_t nodes = 1;
    for (const ValueMember& member : type.members) {
      require(to_index(member.type) < to_index(id), "type that is younger than its user");
      if (!ok_) return;
      const ValueType& part = manifest_.types[member.type];
      require(member.offset <= type.size && part.size <= type.size - member.offset,
              "member outside its type");
      nodes += nodes_[member.type];
    }
    if (type.kind == ValueKind::kArray && ok_) {
      require(type.members.size() == 1, "array without one element type");
      if (!ok_) return;
      std::uint32_t element = manifest_.types[type.members[0].type].size;
      require(element > 0 && type.size % element == 0, "array of a wrong size");
      if (!ok_) return;
      nodes = 1 + nodes_[type.members[0].type] * (type.size / element);
    }
    require(nodes <= kMostNodes, "type of too many parts");
    nodes_.push_back(nodes);
  }

  void check_map(const ScriptMap& map) {
    require(names(map.storage, manifest_.bpf_maps), "script map without storage");
    require(names_or_none(map.key, manifest_.types), "script map with an unknown key type");
    require(names(map.value, manifest_.types), "script map without a value type");
    if (!ok_) return;
    const BpfMap& storage = manifest_.bpf_maps[map.storage];
    if (map.aggregation != Aggregation::kNone) {
      const ValueType& value = manifest_.types[map.value];
      require(value.kind == ValueKind::kInteger && value.size == 8, "aggregation of no integer");
    }
    if (map.key != TypeId::kNone)
      require(manifest_.types[map.key].size <= storage.key_size, "key that does not fit");
    if (map.aggregation == Aggregation::kNone)
      require(manifest_.types[map.value].size <= storage.value_size, "value that does not fit");
    if (map.aggregation == Aggregation::kHist)
      require(
          map.hist_bits <= kMostHistBits && map.bucket_count == hist_bucket_count(map.hist_bits),
          "wrong number of buckets");
    if (map.aggregation == Aggregation::kLhist)
      require(
          map.lhist_low >= 0 && map.lhist_step >= 1 && map.lhist_high >= map.lhist_low &&
              (map.lhist_high - map.lhist_low) / map.lhist_step <= kMostLhistBuckets &&
              map.bucket_count == lhist_bucket_count(map.lhist_low, map.lhist_high, map.lhist_step),
          "wrong number of buckets");
  }

  void check_site(const Site& site) {
    require(names_or_none(site.map, manifest_.script_maps), "site of an unknown map");
    require(names_or_none(site.loss, manifest_.losses), "site with an unknown loss counter");
    bool needs_map = site.kind == RecordKind::kPrintMap || site.kind == RecordKind::kClearMap ||
                     site.kind == RecordKind::kZeroMap;
    require(!needs_map || site.map != ScriptMapId::kNone, "site without a map");
    require(site.kind != RecordKind::kPrintValue || site.fields.size() == 1,
            "print of other than one value");
    for (const Field& field : site.fields) {
      require(names(field.type, manifest_.types), "field of an unknown type");
      if (!ok_) return;
      require(!field.in_tail || manifest_.types[field.type].kind == ValueKind::kString,
              "field in the tail that is no string");
    }
  }

  const Manifest& manifest_;
  IdVector<TypeId, std::uint64_t> nodes_;
  bool ok_ = true;
  std::string_view fault_;
};

}  // namespace

Result<void> check_references(const Manifest& manifest) {
  return ReferenceCheck(manifest).run();
}

}  // namespace sonde::image
