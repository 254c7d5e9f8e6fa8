// Builtins that work on texts. A text of at most 1,024 bytes must not cost the verifier a walk
// along every byte for every outcome, so nothing here branches per byte: lengths come from what the
// kernel's own reading of text returns, comparisons go word by word over memory that is zero behind
// the NUL, and the search is arithmetic with one exit for each eight bytes.
//
// The search keeps a hash of the last bytes as long as the part that is looked for, so that its
// cost does not depend on that part: with base 256 and parts of up to eight bytes the hash is the
// bytes themselves; for longer ones two different texts meet with a probability of 2^-64.
#include <algorithm>

#include "codegen/lower/builtins.h"
#include "codegen/lower/rounds.h"
#include "lexer/base/concat.h"
#include "lexer/base/round_up.h"

namespace sonde::codegen {
namespace {

constexpr std::uint32_t kConcatenatedSize = 1024;
constexpr std::uint32_t kBytesPerRound = 8;
constexpr std::uint64_t kNowhere = ~std::uint64_t{0};
constexpr std::uint64_t kByteBase = 256;
constexpr std::uint64_t kLongBase = 0x9e3779b97f4a7c15;  // odd, so no byte falls out early

std::uint32_t whole_rounds(std::uint32_t size) {
  return round_up(size, kBytesPerRound);
}

// The most bytes that the text may have, a NUL included if there is one.
std::uint32_t capacity_of(Body& body, ast::NodeId node) {
  const Type& type = body.type_of(node);
  if (type.kind != TypeKind::kPointer) return type.size;
  return static_cast<std::uint32_t>(body.options().settings.number(Option::kMaxStrlen));
}

// A text known at compile time, up to its NUL.
std::optional<std::string> known_text(Body& body, ast::NodeId node) {
  const std::string* text = body.constant_text(node);
  if (!text) return std::nullopt;
  return std::string(text->c_str());
}

// Where the bytes of an array or behind a pointer are.
std::pair<llvm::Value*, AddressSpace> bytes_of(Body& body, ast::NodeId node) {
  if (body.type_of(node).kind == TypeKind::kPointer)
    return {body.scalar(node), body.facts(node).space};
  return {body.builder().address(body.place_of(node)), AddressSpace::kKernel};
}

// Writes `capacity_of(node)` bytes, zeros behind the NUL.
void store_text_of(Body& body, ast::NodeId node, Place destination) {
  const sema::ExpressionFacts& facts = body.facts(node);
  if (body.types().is(facts.type, TypeKind::kString))
    return body.store(node, facts.type, destination);
  auto [address, space] = bytes_of(body, node);
  body.store_text_at(address, space, destination, capacity_of(body, node), body.span(node));
}

// Of what is evaluated before `next`.
Place place_of_text(Body& body, ast::NodeId node, ast::NodeId next = ast::NodeId::kNone) {
  if (body.types().is(body.facts(node).type, TypeKind::kString)) return body.place_of(node, next);
  Place copy = body.frame().take(capacity_of(body, node));
  store_text_of(body, node, copy);
  return copy;
}

// Writes the text and a NUL, one byte more than its capacity at most, and gives its length.
llvm::Value* store_unpadded(Body& body, ast::NodeId node, Place destination) {
  if (body.types().is(body.facts(node).type, TypeKind::kString))
    return body.store_unpadded(node, destination);
  auto [address, space] = bytes_of(body, node);
  std::uint32_t capacity = capacity_of(body, node);
  llvm::Value* used = body.read_text(address, space, destination, body.builder().word(capacity + 1),
                                     body.span(node));
  return body.text_length(used, capacity);
}

llvm::Value* length_of(Body& body, ast::NodeId node) {
  if (auto text = known_text(body, node)) return body.builder().word(text->size());
  return store_unpadded(body, node, body.frame().take(capacity_of(body, node) + 1));
}

// What a search looks for: the hash of its bytes, and base to the power of their number.
struct Pattern {
  llvm::Value* length = nullptr;
  llvm::Value* base = nullptr;
  llvm::Value* hash = nullptr;
  llvm::Value* power = nullptr;
};

Pattern known_pattern(Builder& builder, std::string_view text) {
  std::uint64_t base = text.size() <= kBytesPerRound ? kByteBase : kLongBase;
  std::uint64_t hash = 0, power = 1;
  for (char c : text) {
    hash = hash * base + static_cast<unsigned char>(c);
    power *= base;
  }
  return {builder.word(text.size()), builder.word(base), builder.word(hash), builder.word(power)};
}

// 0 for 0, else 1: opaque arithmetic, which LLVM would else turn into branches, and each of those
// doubles the verifier's paths.
llvm::Value* is_some(Builder& builder, llvm::Value* word) {
  llvm::IRBuilder<>& ir = builder.ir();
  llvm::Value* sign = ir.CreateLShr(ir.CreateOr(word, builder.opaque(ir.CreateNeg(word))), 63);
  return builder.opaque(sign);
}

// Words at the start of the memory in which a hash is made of a text.
enum HashWord : std::uint32_t { kTextHash, kTextPower, kTextFactor, kHashWords };
// Of the memory of a search, with the text behind them.
enum SearchWord : std::uint32_t {
  kBase,
  kPower,
  kWanted,
  kAhead,  // how far the bytes that leave the hash stand behind the pattern's longest possible lead
  kHash,
  kAnswer,
  kSearchWords
};

Place word_at(Builder& builder, Place memory, std::uint32_t word) {
  return builder.at(memory, sizeof(std::uint64_t) * word);
}

llvm::Value* load_word(Builder& builder, Place memory, std::uint32_t word) {
  return builder.load(word_at(builder, memory, word), sizeof(std::uint64_t), false);
}

void store_word(Builder& builder, Place memory, std::uint32_t word, llvm::Value* value) {
  builder.store(word_at(builder, memory, word), sizeof(std::uint64_t), value);
}

// The hash of the eight bytes of a round goes into the memory's; whether the text goes on. Bytes
// behind the NUL change nothing: they are added as 0 and multiplied by 1.
llvm::Value* hash_round(Builder& builder, llvm::Value* index, Place memory) {
  llvm::IRBuilder<>& ir = builder.ir();
  Place text = builder.at(word_at(builder, memory, kHashWords), index, kBytesPerRound);
  llvm::Value *hash = load_word(builder, memory, kTextHash),
              *power = load_word(builder, memory, kTextPower),
              *less_one = load_word(builder, memory, kTextFactor), *byte = nullptr;
  for (std::uint32_t i = 0; i < kBytesPerRound; ++i) {
    byte = builder.load(builder.at(text, i), 1, false);
    llvm::Value* factor =
        ir.CreateAdd(ir.CreateMul(less_one, is_some(builder, byte)), builder.word(1));
    hash = ir.CreateAdd(ir.CreateMul(hash, factor), byte);
    power = ir.CreateMul(power, factor);
  }
  store_word(builder, memory, kTextHash, hash);
  store_word(builder, memory, kTextPower, power);
  return builder.is_true(byte);
}

// The same of a text that only the run knows.
Pattern pattern_of(Body& body, ast::NodeId node) {
  Builder& builder = body.builder();
  llvm::IRBuilder<>& ir = builder.ir();
  std::uint32_t capacity = capacity_of(body, node), size = whole_rounds(capacity);
  Place memory = body.frame().take_scratch(kHashWords * sizeof(std::uint64_t) + size),
        copy = body.frame().take_scratch(size + 1);
  Place text = word_at(builder, memory, kHashWords);
  clear_memory(builder, text, size);
  store_text_of(body, node, text);
  llvm::Value* used = builder.call(
      Helper::kReadKernelText, {copy.pointer, builder.word(capacity + 1), builder.address(text)});
  Pattern pattern;
  pattern.length = body.text_length(used, capacity);
  pattern.base = ir.CreateSelect(ir.CreateICmpULE(pattern.length, builder.word(kBytesPerRound)),
                                 builder.word(kByteBase), builder.word(kLongBase));
  store_word(builder, memory, kTextHash, builder.word(0));
  store_word(builder, memory, kTextPower, builder.word(1));
  store_word(builder, memory, kTextFactor, ir.CreateSub(pattern.base, builder.word(1)));
  each_round(body, concat("hash_", size), size / kBytesPerRound, memory, body.span(node),
             [&](llvm::Value* index, Place inside) { return hash_round(builder, index, inside); });
  builder.keep_order();
  pattern.hash = load_word(builder, memory, kTextHash);
  pattern.power = load_word(builder, memory, kTextPower);
  return pattern;
}

// Eight more bytes enter the hash and eight leave it; whether the search goes on.
llvm::Value* search_round(Builder& builder, llvm::Value* index, Place memory, std::uint32_t lead) {
  llvm::IRBuilder<>& ir = builder.ir();
  Place text = word_at(builder, memory, kSearchWords);
  Place entering = builder.at(builder.at(text, lead), index, kBytesPerRound);
  llvm::Value *ahead = builder.opaque(load_word(builder, memory, kAhead)),
              *most = builder.word(lead);
  ahead = ir.CreateSelect(ir.CreateICmpUGT(ahead, most), most, ahead);
  Place leaving = builder.at(builder.at(text, ahead, 1), index, kBytesPerRound);
  llvm::Value *base = load_word(builder, memory, kBase),
              *power = load_word(builder, memory, kPower),
              *wanted = load_word(builder, memory, kWanted),
              *hash = load_word(builder, memory, kHash);
  llvm::Value *none_yet = builder.word(1), *passed = builder.word(0), *byte = nullptr;
  for (std::uint32_t i = 0; i < kBytesPerRound; ++i) {
    byte = builder.load(builder.at(entering, i), 1, false);
    llvm::Value* gone = builder.load(builder.at(leaving, i), 1, false);
    hash = ir.CreateAdd(ir.CreateMul(hash, base), byte);
    hash = ir.CreateSub(hash, ir.CreateMul(gone, power));
    none_yet = ir.CreateAnd(none_yet, is_some(builder, ir.CreateXor(hash, wanted)));
    passed = ir.CreateAdd(passed, none_yet);
  }
  store_word(builder, memory, kHash, hash);
  builder.if_true(ir.CreateNot(builder.is_true(builder.opaque(none_yet))), [&] {
    llvm::Value* last = ir.CreateAdd(ir.CreateMul(index, builder.word(kBytesPerRound)), passed);
    store_word(builder, memory, kAnswer, last);
  });
  llvm::Value* goes_on = ir.CreateAnd(builder.opaque(none_yet), is_some(builder, byte));
  return builder.is_true(builder.opaque(goes_on));
}

// The search itself, over `size` bytes behind a run of zeros that is as long as the pattern at
// least. The answer, where the pattern's last byte is, goes through memory: the verifier forgets in
// which round it was found.
llvm::Value* search(Body& body, Place memory, std::uint32_t lead, std::uint32_t size,
                    const Pattern& pattern, Span at) {
  Builder& builder = body.builder();
  llvm::IRBuilder<>& ir = builder.ir();
  store_word(builder, memory, kBase, pattern.base);
  store_word(builder, memory, kPower, pattern.power);
  store_word(builder, memory, kWanted, pattern.hash);
  store_word(builder, memory, kAhead, ir.CreateSub(builder.word(lead), pattern.length));
  store_word(builder, memory, kHash, builder.word(0));
  store_word(builder, memory, kAnswer, builder.word(kNowhere));
  each_round(
      body, concat("search_", lead, '_', size), size / kBytesPerRound, memory, at,
      [&](llvm::Value* index, Place inside) { return search_round(builder, index, inside, lead); });
  builder.keep_order();
  llvm::Value* last = load_word(builder, memory, kAnswer);
  llvm::Value* first = ir.CreateSub(ir.CreateAdd(last, builder.word(1)), pattern.length);
  return ir.CreateSelect(ir.CreateICmpEQ(last, builder.word(kNowhere)), last, first);
}

// Where the second argument begins in the first, -1 when it does not.
llvm::Value* find_part(Body& body, const ast::NodeList& arguments) {
  Builder& builder = body.builder();
  ast::NodeId text = arguments[0], part = arguments[1];
  auto known = known_text(body, part);
  if (auto whole = known_text(body, text); known && whole) {
    std::size_t at = whole->find(*known);
    return builder.word(at == std::string::npos ? ~std::uint64_t{0} : at);
  }
  if (known && known->empty()) return builder.word(0);
  Pattern pattern = known ? known_pattern(builder, *known) : pattern_of(body, part);
  std::uint32_t lead =
      whole_rounds(known ? static_cast<std::uint32_t>(known->size()) : capacity_of(body, part));
  std::uint32_t capacity = capacity_of(body, text), size = whole_rounds(capacity);
  Place memory = body.frame().take_scratch(kSearchWords * sizeof(std::uint64_t) + lead + size);
  Place copy = word_at(builder, memory, kSearchWords);
  clear_memory(builder, copy, lead);
  store_text_of(body, text, builder.at(copy, lead));
  clear_memory(builder, builder.at(copy, lead + capacity), size - capacity);
  llvm::Value* found = search(body, memory, lead, size, pattern, body.span(part));
  if (known) return found;
  return builder.ir().CreateSelect(builder.is_true(pattern.length), found, builder.word(0));
}

}  // namespace

LOWER(kStrlen) {
  return length_of(body, use.arguments.front());
}

LOWER(kStrcap) {
  ast::NodeId text = use.arguments.front();
  if (body.type_of(text).kind == TypeKind::kPointer) return length_of(body, text);
  return body.builder().word(body.type_of(text).size);
}

LOWER(kStrncmp) {
  Builder& builder = body.builder();
  ast::NodeId a = use.arguments[0], b = use.arguments[1];
  std::uint64_t asked = body.number(use.arguments[2]);
  if (known_text(body, a)) std::swap(a, b);
  auto known = known_text(body, b);
  std::uint32_t other =
      known ? static_cast<std::uint32_t>(known->size() + 1) : capacity_of(body, b);
  auto size =
      static_cast<std::uint32_t>(std::min<std::uint64_t>({asked, capacity_of(body, a), other}));
  if (size == 0) return builder.word(0);
  Place place = place_of_text(body, a, b);
  llvm::Value* is_equal = known ? memory_is_text(builder, place, *known, size)
                                : memory_is_equal(builder, place, place_of_text(body, b), size);
  return builder.from_bool(builder.ir().CreateNot(is_equal));
}

LOWER(kStrstr) {
  return find_part(body, use.arguments);
}

LOWER(kStrcontains) {
  Builder& builder = body.builder();
  llvm::Value* at = find_part(body, use.arguments);
  return builder.from_bool(builder.ir().CreateICmpSGE(at, builder.word(0)));
}

LOWER(kStrConcat) {
  Builder& builder = body.builder();
  ast::NodeId first = use.arguments[0], second = use.arguments[1];
  std::uint32_t room = capacity_of(body, first) + capacity_of(body, second) + 1;
  Place whole = body.frame().take_scratch(std::max(room, kConcatenatedSize));
  clear_memory(builder, whole, kConcatenatedSize);
  llvm::Value* length = store_unpadded(body, first, whole);
  store_unpadded(body, second, builder.at(whole, length, 1));
  copy_memory(builder, use.destination, whole, kConcatenatedSize);
  return nullptr;
}

// Both values go no further than the shorter one. A size that only the run knows is brought about
// by copying that much of both and nothing else.
LOWER(kMemcmp) {
  Builder& builder = body.builder();
  llvm::IRBuilder<>& ir = builder.ir();
  ast::NodeId a = use.arguments[0], b = use.arguments[1], asked = use.arguments[2];
  std::uint32_t size = std::min(body.type_of(a).size, body.type_of(b).size);
  Place left = body.place_of(a, b), right = body.place_of(b);
  if (const auto* number = std::get_if<std::uint64_t>(&body.facts(asked).constant)) {
    std::uint64_t wanted = std::min<std::uint64_t>(*number, size);
    return first_difference(builder, left, right, static_cast<std::uint32_t>(wanted));
  }
  llvm::Value* count = body.scalar(asked);
  llvm::Value* most = builder.word(size);
  count = builder.opaque(count);
  count = ir.CreateSelect(ir.CreateICmpUGT(count, most), most, count);
  auto copied = [&](Place from) {
    Place copy = body.frame().take_scratch(size);
    clear_memory(builder, copy, size);
    builder.call(Helper::kReadKernel, {copy.pointer, count, builder.address(from)});
    return copy;
  };
  Place one = copied(left), other = copied(right);
  return first_difference(builder, one, other, size);
}

}  // namespace sonde::codegen
