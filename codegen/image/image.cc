// Writing an image as bytes and reading it back. Each struct lists its fields once, for both
// directions, and the compiler counts them: a field that is missing from its list does not compile.
// Integers are little-endian at their own width, texts and vectors have a u32 length in front.
// Reading trusts nothing: lengths end at the end of the bytes, enums at their last value, and
// check_references() makes sure that ids and layouts hold together.
#include "codegen/image/image.h"

#include <cerrno>
#include <concepts>
#include <cstring>
#include <tuple>
#include <type_traits>

#include "codegen/image/envelope.h"
#include "codegen/image/references.h"

namespace sonde::image {
namespace {

template <typename T, typename Struct>
concept Is = std::same_as<std::remove_const_t<T>, Struct>;

auto fields(Is<Span> auto& it) {
  return std::tie(it.file, it.begin, it.end, it.expansion);
}
auto fields(Is<ValueMember> auto& it) {
  return std::tie(it.name, it.offset, it.type);
}
auto fields(Is<Enumerator> auto& it) {
  return std::tie(it.name, it.value);
}
auto fields(Is<ValueType> auto& it) {
  return std::tie(it.kind, it.is_signed, it.size, it.members, it.stack_mode, it.bit_start,
                  it.bit_width, it.may_fill, it.enumerators);
}
auto fields(Is<BpfMap> auto& it) {
  return std::tie(it.name, it.storage, it.key_size, it.value_size, it.max_entries, it.is_mapped,
                  it.is_constant, it.grows);
}
auto fields(Is<ScriptMap> auto& it) {
  return std::tie(it.name, it.storage, it.key, it.value, it.aggregation, it.present_offset,
                  it.bucket_offset, it.bucket_count, it.hist_bits, it.lhist_low, it.lhist_high,
                  it.lhist_step, it.interval, it.fold, it.is_atomic_time, it.key_index);
}
auto fields(Is<Field> auto& it) {
  return std::tie(it.type, it.offset, it.in_tail);
}
auto fields(Is<Site> auto& it) {
  return std::tie(it.kind, it.span, it.format, it.fields, it.fixed_size, it.max_size, it.map,
                  it.top, it.div, it.error, it.loss);
}
auto fields(Is<Loss> auto& it) {
  return std::tie(it.kind, it.span, it.program);
}
auto fields(Is<Program> auto& it) {
  return std::tie(it.name, it.type, it.span);
}
auto fields(Is<Probe> auto& it) {
  return std::tie(it.name, it.strategy, it.program, it.span, it.target, it.function, it.offset,
                  it.period, it.is_frequency, it.is_return, it.functions, it.offsets);
}
auto fields(Is<NamedOption> auto& it) {
  return std::tie(it.name, it.description, it.kind, it.number, it.text, it.offset, it.size);
}
auto fields(Is<Manifest> auto& it) {
  return std::tie(it.types, it.bpf_maps, it.script_maps, it.sites, it.losses, it.texts, it.programs,
                  it.probes, it.options, it.constants, it.control, it.ring, it.stacks, it.license);
}
auto fields(Is<ProgramImage> auto& it) {
  return std::tie(it.elf, it.manifest);
}

struct AnyField {
  template <typename T>
  operator T() const;
};
template <typename T, typename... Found>
consteval std::size_t field_count() {
  if constexpr (requires { T{Found{}..., AnyField{}}; })
    return field_count<T, Found..., AnyField>();
  else
    return sizeof...(Found);
}
template <typename T>
constexpr bool lists_every_field =
    std::tuple_size_v<decltype(fields(std::declval<T&>()))> == field_count<T>();

// The number of an enum's values; ids are dense indices and are checked later.
template <typename E>
constexpr std::uint64_t value_count = static_cast<std::uint64_t>(E::kCount);
template <>
constexpr std::uint64_t value_count<ValueKind> = 1 + static_cast<int>(ValueKind::kCgroupPath);
template <>
constexpr std::uint64_t value_count<StackMode> = 1 + static_cast<int>(StackMode::kBuildId);
template <>
constexpr std::uint64_t value_count<MapStorage> = 1 + static_cast<int>(MapStorage::kRing);
template <>
constexpr std::uint64_t value_count<Aggregation> = 1 + static_cast<int>(Aggregation::kTseries);
template <>
constexpr std::uint64_t value_count<SeriesFold> = 1 + static_cast<int>(SeriesFold::kSum);
template <>
constexpr std::uint64_t value_count<LossKind> = 1 + static_cast<int>(LossKind::kUpdate);
template <>
constexpr std::uint64_t value_count<ProgramType> = 1 + static_cast<int>(ProgramType::kPerfEvent);

template <typename E>
concept DenseId = std::is_enum_v<E> && requires { E::kNone; } && sizeof(E) == sizeof(std::uint32_t);

template <typename T>
constexpr bool is_list = false;
template <typename T>
constexpr bool is_list<std::vector<T>> = true;
template <typename Id, typename T>
constexpr bool is_list<IdVector<Id, T>> = true;

class ByteWriter {
 public:
  template <typename T>
  void write(const T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
      write(static_cast<std::uint32_t>(value.size()));
      out_ += value;
    } else if constexpr (is_list<T>) {
      write(static_cast<std::uint32_t>(value.size()));
      for (const auto& item : value) write(item);
    } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      out_.append(reinterpret_cast<const char*>(&value), sizeof value);
    } else {
      static_assert(lists_every_field<T>);
      std::apply([this](const auto&... field) { (this->write(field), ...); }, fields(value));
    }
  }
  const std::string& bytes() const { return out_; }

 private:
  std::string out_;
};

// Once a read has failed, everything after it is left at its default.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  template <typename T>
  void read(T& value) {
    if (failed_) return;
    if constexpr (std::is_same_v<T, std::string>) {
      value = std::string(take(read_length()));
    } else if constexpr (is_list<T>) {
      read_list(value);
    } else if constexpr (std::is_same_v<T, bool>) {
      value = read_integer<std::uint8_t>(2) != 0;
    } else if constexpr (DenseId<T>) {
      value = static_cast<T>(read_integer<std::uint32_t>());
    } else if constexpr (std::is_enum_v<T>) {
      value = static_cast<T>(read_integer<std::underlying_type_t<T>>(value_count<T>));
    } else if constexpr (std::is_integral_v<T>) {
      value = read_integer<T>();
    } else {
      static_assert(lists_every_field<T>);
      std::apply([this](auto&... field) { (this->read(field), ...); }, fields(value));
    }
  }
  bool succeeded() const { return !failed_ && bytes_.empty(); }

 private:
  std::string_view take(std::size_t size) {
    if (size > bytes_.size()) failed_ = true;
    if (failed_) return {};
    std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }
  // A `limit` other than 0 is the first value that is refused.
  template <typename T>
  T read_integer(std::uint64_t limit = 0) {
    std::string_view taken = take(sizeof(T));
    if (failed_) return 0;
    T value;
    std::memcpy(&value, taken.data(), sizeof value);
    if (limit != 0 && static_cast<std::uint64_t>(value) >= limit) failed_ = true;
    return failed_ ? T{} : value;
  }
  // Every item takes a byte at least, so a longer list than there are bytes is damage.
  std::size_t read_length() {
    std::size_t length = read_integer<std::uint32_t>();
    if (length > bytes_.size()) failed_ = true;
    return failed_ ? 0 : length;
  }
  template <typename List>
  void read_list(List& list) {
    std::size_t length = read_length();
    for (std::size_t i = 0; i < length && !failed_; ++i) {
      typename std::remove_cvref_t<decltype(*list.begin())> item{};
      read(item);
      list.push_back(std::move(item));
    }
  }

  std::string_view bytes_;
  bool failed_ = false;
};

}  // namespace

std::string serialize(const ProgramImage& image) {
  ByteWriter writer;
  writer.write(image);
  return seal(writer.bytes());
}

Result<ProgramImage> deserialize(std::string_view bytes) {
  TRY(std::string_view payload, unseal(bytes));
  ProgramImage image;
  ByteReader reader(payload);
  reader.read(image);
  if (!reader.succeeded())
    return Error{.message = "compiled script: is malformed", .code = EINVAL, .hint = {}};
  TRY_DO(check_references(image.manifest));
  return image;
}

}  // namespace sonde::image
