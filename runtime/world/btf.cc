// The layout: a header, then the types one after the other, then the strings. A type is 12 bytes
// and a tail whose size follows from its kind and `vlen`. Ids count from 1 in the order of the
// blob; a split blob's ids and string offsets continue where its base's end.
#include "runtime/world/btf.h"

#include <linux/btf.h>

#include <bit>
#include <functional>

#include "lexer/base/concat.h"

namespace sonde::world {
namespace {

// A kind searched more often than this is worth hashing: a search is a walk over its names, hashing
// costs a few.
constexpr std::uint32_t kSearchesBeforeIndex = 4;

Error malformed(std::string_view what) {
  return Error{.message = concat("malformed BTF: ", what)};
}

std::optional<std::uint64_t> tail_size(BtfKind kind, std::uint64_t length) {
  switch (kind) {
    case BtfKind::kInt:
    case BtfKind::kVariable:
    case BtfKind::kDeclarationTag:
      return 4;
    case BtfKind::kArray:
      return sizeof(btf_array);
    case BtfKind::kStruct:
    case BtfKind::kUnion:
      return length * sizeof(btf_member);
    case BtfKind::kEnum:
      return length * sizeof(btf_enum);
    case BtfKind::kEnum64:
      return length * 12;
    case BtfKind::kPrototype:
      return length * sizeof(btf_param);
    case BtfKind::kDataSection:
      return length * sizeof(btf_var_secinfo);
    case BtfKind::kPointer:
    case BtfKind::kForward:
    case BtfKind::kTypedef:
    case BtfKind::kVolatile:
    case BtfKind::kConst:
    case BtfKind::kRestrict:
    case BtfKind::kFunction:
    case BtfKind::kFloat:
    case BtfKind::kTypeTag:
      return 0;
    case BtfKind::kVoid:
      break;
  }
  return std::nullopt;
}

}  // namespace

Result<Btf> Btf::open(const std::string& path, const Btf* base) {
  TRY(MappedFile file, MappedFile::open(path));
  auto btf = parse(file.bytes(), base);
  if (!btf) return std::move(btf).error().context(path);
  btf->file_ = std::move(file);
  return btf;
}

Result<Btf> Btf::parse(std::string_view bytes, const Btf* base) {
  Btf btf;
  btf.bytes_ = ByteView(bytes);
  btf.base_ = base;
  auto header = btf.bytes_.read<btf_header>(0);
  if (!header || header->magic != BTF_MAGIC) return malformed("no header");
  std::uint64_t types = std::uint64_t{header->hdr_len} + header->type_off;
  std::uint64_t strings = std::uint64_t{header->hdr_len} + header->str_off;
  auto text = btf.bytes_.slice(strings, header->str_len);
  if (!btf.bytes_.slice(types, header->type_len) || !text) return malformed("truncated");
  if (base != nullptr) {
    btf.first_id_ = base->first_id_ + static_cast<std::uint32_t>(base->offsets_.size());
    btf.first_string_ = base->first_string_ + static_cast<std::uint32_t>(base->strings_.size());
  }
  btf.strings_ = *text;
  TRY_DO(btf.scan(types, types + header->type_len));
  return btf;
}

Result<void> Btf::scan(std::uint64_t begin, std::uint64_t end) {
  offsets_.reserve((end - begin) / 24);
  std::uint32_t id = first_id_;
  for (std::uint64_t at = begin; at < end; ++id) {
    auto record = bytes_.read<btf_type>(at);
    if (!record || end - at < sizeof(btf_type)) return malformed("truncated type");
    auto kind = static_cast<BtfKind>(BTF_INFO_KIND(record->info));
    auto tail = tail_size(kind, BTF_INFO_VLEN(record->info));
    if (!tail) return malformed(concat("type kind ", BTF_INFO_KIND(record->info)));
    if (end - at - sizeof(btf_type) < *tail) return malformed("truncated type");
    offsets_.push_back(static_cast<std::uint32_t>(at));
    if (record->name_off != 0) ids_by_kind_[static_cast<std::size_t>(kind)].push_back(id);
    at += sizeof(btf_type) + *tail;
  }
  return {};
}

std::optional<BtfType> Btf::type(std::uint32_t id) const {
  if (id < first_id_) return base_ != nullptr ? base_->type(id) : std::nullopt;
  if (id - first_id_ >= offsets_.size()) return std::nullopt;
  std::uint64_t at = offsets_[id - first_id_];
  auto record = bytes_.read<btf_type>(at);
  if (!record) return std::nullopt;
  auto kind = static_cast<BtfKind>(BTF_INFO_KIND(record->info));
  auto length = static_cast<std::uint16_t>(BTF_INFO_VLEN(record->info));
  auto tail = bytes_.slice(at + sizeof(btf_type), tail_size(kind, length).value_or(0));
  return BtfType{.kind = kind,
                 .flag = BTF_INFO_KFLAG(record->info) != 0,
                 .length = length,
                 .name = record->name_off,
                 .size_or_type = record->size,
                 .tail = tail.value_or(ByteView())};
}

std::string_view Btf::string_at(std::uint32_t offset) const {
  if (offset < first_string_)
    return base_ != nullptr ? base_->string_at(offset) : std::string_view();
  return strings_.c_string(offset - first_string_).value_or("");
}

std::string_view Btf::name_of(std::uint32_t id) const {
  auto found = type(id);
  return found ? string_at(found->name) : std::string_view();
}

void Btf::build(NameIndex& index, const std::vector<std::uint32_t>& ids) const {
  index.slots.assign(std::bit_ceil(ids.size() * 2 + 1), 0);
  for (std::uint32_t id : ids) {
    std::size_t slot = std::hash<std::string_view>()(name_of(id));
    while (index.slots[slot & (index.slots.size() - 1)] != 0) ++slot;
    index.slots[slot & (index.slots.size() - 1)] = id;
  }
}

std::optional<std::uint32_t> Btf::find(BtfKind kind, std::string_view name) const {
  const auto& ids = ids_by_kind_[static_cast<std::size_t>(kind)];
  NameIndex& index = indexes_[static_cast<std::size_t>(kind)];
  if (name.empty()) return std::nullopt;
  if (++index.searches <= kSearchesBeforeIndex) {
    for (std::uint32_t id : ids)
      if (name_of(id) == name) return id;
    return std::nullopt;
  }
  if (index.slots.empty()) build(index, ids);
  for (std::size_t slot = std::hash<std::string_view>()(name);; ++slot) {
    std::uint32_t id = index.slots[slot & (index.slots.size() - 1)];
    if (id == 0) return std::nullopt;
    if (name_of(id) == name) return id;
  }
}

}  // namespace sonde::world
