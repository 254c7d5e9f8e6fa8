// The layout: a header, then the types one after the other, then the strings. A type is 12 bytes
// and a tail whose size follows from its kind and `vlen`. Ids count from 1 in the order of the
// blob; a split blob's ids and string offsets continue where its base's end.
#include "runtime/world/btf.h"

#include <linux/btf.h>

#include <bit>
#include <cstddef>
#include <cstring>
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

// How much follows a type's fixed part: bytes in all, and bytes for each of its `vlen` parts. A
// table and not a switch, because the scan's branches would all be mispredicted.
struct TailShape {
  std::uint8_t fixed;
  std::uint8_t each;
};
constexpr TailShape kTailShapes[kBtfKindCount] = {
    {0, 0},                        // void, which no blob holds
    {4, 0},                        // int
    {0, 0},                        // pointer
    {sizeof(btf_array), 0},        // array
    {0, sizeof(btf_member)},       // struct
    {0, sizeof(btf_member)},       // union
    {0, sizeof(btf_enum)},         // enum
    {0, 0},                        // forward
    {0, 0},                        // typedef
    {0, 0},                        // volatile
    {0, 0},                        // const
    {0, 0},                        // restrict
    {0, 0},                        // function
    {0, sizeof(btf_param)},        // prototype
    {4, 0},                        // variable
    {0, sizeof(btf_var_secinfo)},  // data section
    {0, 0},                        // float
    {4, 0},                        // declaration tag
    {0, 0},                        // type tag
    {0, 12},                       // enum64
};

bool is_known(std::uint32_t kind) {
  return kind > 0 && kind < kBtfKindCount;
}

std::uint64_t tail_size(std::uint32_t kind, std::uint64_t length) {
  return kTailShapes[kind].fixed + length * kTailShapes[kind].each;
}

// Where a blob's types and strings are: bytes from its start.
struct Layout {
  std::uint64_t types = 0;
  std::uint64_t types_end = 0;
  ByteView strings;
};

Result<Layout> layout_of(ByteView blob) {
  auto header = blob.read<btf_header>(0);
  if (!header || header->magic != BTF_MAGIC) return malformed("no header");
  std::uint64_t types = std::uint64_t{header->hdr_len} + header->type_off;
  auto strings = blob.slice(std::uint64_t{header->hdr_len} + header->str_off, header->str_len);
  if (!blob.slice(types, header->type_len) || !strings) return malformed("truncated");
  return Layout{.types = types, .types_end = types + header->type_len, .strings = *strings};
}

}  // namespace

Result<bool> Btf::holds_name(const std::string& path, std::string_view name) {
  TRY(MappedFile file, MappedFile::map(path));
  TRY(Layout layout, layout_of(ByteView(file.bytes())));
  std::string terminated = concat(name, std::string_view("\0", 1));
  std::string_view strings = layout.strings.bytes();
  const char* end = strings.data() + strings.size();
  for (const char* at = strings.data(); at < end; ++at) {
    auto left = static_cast<std::size_t>(end - at);
    at = static_cast<const char*>(memmem(at, left, terminated.data(), terminated.size()));
    if (at == nullptr) return false;
    if (at == strings.data() || at[-1] == '\0') return true;
  }
  return false;
}

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
  TRY(Layout layout, layout_of(btf.bytes_));
  if (base != nullptr) {
    btf.first_id_ = base->first_id_ + static_cast<std::uint32_t>(base->places_.size());
    btf.first_string_ = base->first_string_ + static_cast<std::uint32_t>(base->strings_.size());
  }
  btf.strings_ = layout.strings;
  TRY_DO(btf.scan(layout.types, layout.types_end));
  return btf;
}

Result<void> Btf::scan(std::uint64_t begin, std::uint64_t end) {
  constexpr std::uint64_t kUsualTypeSize = 24;
  places_.reserve((end - begin) / kUsualTypeSize);
  std::array<Place, kBtfKindCount>
      before_first;  // each takes the link to the first type of its kind
  for (std::uint64_t at = begin; at < end;) {
    auto info = bytes_.read<std::uint32_t>(at + offsetof(btf_type, info)).value_or(0);
    std::uint32_t kind = BTF_INFO_KIND(info);
    if (!is_known(kind)) return malformed(concat("type kind ", kind));
    auto id = first_id_ + static_cast<std::uint32_t>(places_.size());
    places_.push_back({.offset = static_cast<std::uint32_t>(at), .next = 0});
    std::uint32_t& last = chains_[kind].last;
    (last == 0 ? before_first[kind] : places_[last - first_id_]).next = id;
    last = id;
    at += sizeof(btf_type) + tail_size(kind, BTF_INFO_VLEN(info));
    if (at > end) return malformed("truncated type");
  }
  for (std::size_t kind = 0; kind < kBtfKindCount; ++kind)
    chains_[kind].first = before_first[kind].next;
  return {};
}

std::optional<BtfType> Btf::type(std::uint32_t id) const {
  if (id < first_id_) return base_ != nullptr ? base_->type(id) : std::nullopt;
  if (id - first_id_ >= places_.size()) return std::nullopt;
  std::uint64_t at = places_[id - first_id_].offset;
  auto record = bytes_.read<btf_type>(at);
  if (!record || !is_known(BTF_INFO_KIND(record->info))) return std::nullopt;
  std::uint32_t kind = BTF_INFO_KIND(record->info);
  std::uint32_t length = BTF_INFO_VLEN(record->info);
  auto tail = bytes_.slice(at + sizeof(btf_type), tail_size(kind, length));
  return BtfType{.kind = static_cast<BtfKind>(kind),
                 .flag = BTF_INFO_KFLAG(record->info) != 0,
                 .length = static_cast<std::uint16_t>(length),
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

void Btf::hash_names(BtfKind kind, NameIndex& index) const {
  std::size_t count = 0;
  for_each(kind, [&](std::uint32_t, std::string_view) { ++count; });
  index.slots.assign(std::bit_ceil(count * 2 + 1), 0);
  for_each(kind, [&](std::uint32_t id, std::string_view name) {
    std::size_t slot = std::hash<std::string_view>()(name);
    while (index.slots[slot & (index.slots.size() - 1)] != 0) ++slot;
    index.slots[slot & (index.slots.size() - 1)] = id;
  });
}

std::optional<std::uint32_t> Btf::find(BtfKind kind, std::string_view name) const {
  if (name.empty()) return std::nullopt;
  NameIndex& index = indexes_[static_cast<std::size_t>(kind)];
  if (++index.searches <= kSearchesBeforeIndex) {
    const Chain& chain = chains_[static_cast<std::size_t>(kind)];
    for (std::uint32_t id = chain.first; id != 0; id = places_[id - first_id_].next)
      if (name_of(id) == name) return id;
    return std::nullopt;
  }
  if (index.slots.empty()) hash_names(kind, index);
  for (std::size_t slot = std::hash<std::string_view>()(name);; ++slot) {
    std::uint32_t id = index.slots[slot & (index.slots.size() - 1)];
    if (id == 0) return std::nullopt;
    if (name_of(id) == name) return id;
  }
}

}  // namespace sonde::world
