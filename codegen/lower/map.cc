// Maps with ordinary values, and what all maps share: keys, look-ups, removal. A scalar map is
// element 0 of an array, with a word behind the value that says whether it was ever set; a keyed
// one is a hash. Both are described in codegen/image/wire.h.
#include <cerrno>
#include "ast/walk.h"

#include "codegen/lower/body.h"

namespace sonde::codegen {
namespace {

// Flags of bpf_map_update_elem.
constexpr std::uint64_t kAnyElement = 0;

}  // namespace

std::optional<Body::Element> Body::element_of(ast::NodeId id) const {
  id = program().without_parens(id);
  if (const auto* index = program().get_if<ast::Index>(id)) {
    ast::NodeId base = program().without_parens(index->base);
    if (!program().is<ast::Map>(base)) return std::nullopt;
    return Element{image_.input().typed.map_of[base], index->indices};
  }
  if (!program().is<ast::Map>(id)) return std::nullopt;
  return Element{image_.input().typed.map_of[id], {}};
}

// A pointer to the key, its padding and the room for a bucket number zeroed. A key that is kept is
// not the variable's own memory, which what is evaluated next may change.
llvm::Value* Body::key_of(const Element& element, bool is_kept) {
  const MapLayout& map = image_.map(element.map);
  if (map.facts->is_scalar) return frame_.zero_key();
  TypeId type = map.facts->key;
  std::uint32_t size = types().size(type);
  ast::NodeId only = element.keys.front();
  bool is_one = element.keys.size() == 1;
  bool is_whole = is_one && map.key_size == size && !is_scalar(type);
  if (is_whole && !is_kept && facts(only).type == type) return place_of(only).pointer;
  Place key = frame_.take(map.key_size);
  if (is_one) {
    store(only, type, key);
  } else {
    const Type& tuple = types().at(type);
    for (std::size_t i = 0; i < element.keys.size(); ++i)
      store(element.keys[i], tuple.members.at(i).type, builder_.at(key, tuple.members[i].offset));
    store_padding(tuple, key);
  }
  if (map.key_size > size) clear_memory(builder_, builder_.at(key, size), map.key_size - size);
  return key.pointer;
}

llvm::Value* Body::look_up(sema::MapId map, llvm::Value* key) {
  return builder_.call(Helper::kMapLookup, {image_.map(map).global, key});
}

void Body::report_missing(llvm::Value* pointer, Span at) {
  if (!options().reports_failed_reads) return;
  builder_.if_true(builder_.is_null(pointer),
                   [&] { report(RuntimeError::kLookupMissing, at, builder_.word(0)); });
}

llvm::Value* Body::element_scalar(const Element& element, Span at) {
  const sema::MapFacts& facts = *image_.map(element.map).facts;
  if (facts.aggregation != sema::Aggregation::kNone)
    return reduce(element.map, key_of(element), at);
  llvm::Value* pointer = look_up(element.map, key_of(element));
  report_missing(pointer, at);
  return builder_.choose(
      builder_.is_null(pointer), [&]() -> llvm::Value* { return builder_.word(0); },
      [&] { return load_scalar(Place{pointer}, facts.value); });
}

void Body::store_element_value(const Element& element, TypeId target, Place destination, Span at) {
  if (image_.map(element.map).facts->aggregation == sema::Aggregation::kStats)
    return store_statistics(element, destination, at);
  llvm::Value* pointer = look_up(element.map, key_of(element));
  report_missing(pointer, at);
  builder_.if_else(
      builder_.is_null(pointer), [&] { clear_memory(builder_, destination, types().size(target)); },
      [&] { convert(Place{pointer}, image_.map(element.map).facts->value, destination, target); });
}

void Body::assign(const Element& element, ast::NodeId value, Span at) {
  const MapLayout& map = image_.map(element.map);
  if (map.facts->aggregation != sema::Aggregation::kNone)
    return aggregate(element, program().without_parens(value), at);
  if (map.facts->is_scalar) return write_scalar_map(element, value);
  llvm::Value* key = key_of(element, has_effects(value));
  std::uint32_t size = types().size(map.facts->value);
  bool is_whole = map.value_size == size && !is_scalar(map.facts->value);
  if (is_whole && facts(value).type == map.facts->value)
    return update(map, key, place_of(value), at);
  Place copy = frame_.take(map.value_size);
  store(value, map.facts->value, copy);
  if (map.value_size > size) clear_memory(builder_, builder_.at(copy, size), map.value_size - size);
  update(map, key, copy, at);
}

// Written in place, unless the map's old value is part of the new one.
void Body::write_scalar_map(const Element& element, ast::NodeId value) {
  const MapLayout& map = image_.map(element.map);
  TypeId type = map.facts->value;
  bool reads_itself = has_effects(value);
  ast::walk(program(), value, [&](ast::NodeId node) {
    auto read = program().is<ast::Map>(node) ? element_of(node) : std::nullopt;
    reads_itself |= read && read->map == element.map;
    return !reads_itself;
  });
  llvm::Value* word = is_scalar(type) ? scalar(value) : nullptr;
  std::optional<Place> copy;
  if (!word && reads_itself) {
    copy = frame_.take(types().size(type));
    store(value, type, *copy);
  }
  llvm::Value* pointer = look_up(element.map, frame_.zero_key());
  builder_.if_true(builder_.ir().CreateIsNotNull(pointer), [&] {
    if (word)
      builder_.store(Place{pointer}, types().size(type), as_type(word, type));
    else if (copy)
      copy_memory(builder_, Place{pointer}, *copy, types().size(type));
    else
      store(value, type, Place{pointer});
    mark_present(map, Place{pointer});
  });
}

void Body::mark_present(const MapLayout& map, Place value) {
  builder_.store(builder_.at(value, map.present_offset), 8, builder_.word(1));
}

void Body::assign_word(const Element& element, llvm::Value* key, llvm::Value* word, Span at) {
  const MapLayout& map = image_.map(element.map);
  TypeId type = map.facts->value;
  if (map.facts->is_scalar) {
    llvm::Value* pointer = look_up(element.map, key);
    builder_.if_true(builder_.ir().CreateIsNotNull(pointer), [&] {
      builder_.store(Place{pointer}, types().size(type), as_type(word, type));
      mark_present(map, Place{pointer});
    });
    return;
  }
  Place copy = frame_.take(map.value_size);
  builder_.store(copy, types().size(type), as_type(word, type));
  update(map, key, copy, at);
}

std::pair<llvm::Value*, llvm::Value*> Body::change(
    const Element& element, Span at, llvm::function_ref<llvm::Value*(llvm::Value*)> change) {
  const MapLayout& map = image_.map(element.map);
  TypeId type = map.facts->value;
  llvm::Value* key = key_of(element);
  llvm::Value* pointer = look_up(element.map, key);
  llvm::Value* old = builder_.choose(
      builder_.is_null(pointer), [&]() -> llvm::Value* { return builder_.word(0); },
      [&] { return load_scalar(Place{pointer}, type); });
  llvm::Value* changed = as_type(change(old), type);
  builder_.if_else(
      builder_.is_null(pointer),
      [&] {
        if (map.facts->is_scalar) return;
        Place copy = frame_.take(map.value_size);
        builder_.store(copy, types().size(type), changed);
        update(map, key, copy, at);
      },
      [&] {
        builder_.store(Place{pointer}, types().size(type), changed);
        if (map.facts->is_scalar) mark_present(map, Place{pointer});
      });
  return {old, changed};
}

void Body::update(const MapLayout& map, llvm::Value* key, Place value, Span at) {
  llvm::Value* result = builder_.call(Helper::kMapUpdate,
                                      {map.global, key, value.pointer, builder_.word(kAnyElement)});
  builder_.if_true(builder_.ir().CreateICmpSLT(result, builder_.word(0)), [&] {
    report(RuntimeError::kMapFull, at, result);
    count_loss(image::LossKind::kMap, at);
  });
}

llvm::Value* Body::remove(const Element& element, bool is_discarded, Span at) {
  const MapLayout& map = image_.map(element.map);
  llvm::Value* removed = nullptr;
  llvm::Value* refusal = builder_.word(static_cast<std::uint64_t>(-ENOENT));
  if (map.facts->is_scalar && map.facts->aggregation != sema::Aggregation::kNone) {
    image_.require(Capability::kLookupPercpu, at, "map_lookup_percpu_elem");
    removed = remove_per_cpu(element);
  } else if (map.facts->is_scalar) {
    llvm::Value* pointer = look_up(element.map, frame_.zero_key());
    removed = builder_.choose(
        builder_.is_null(pointer), [&]() -> llvm::Value* { return builder_.word(0); },
        [&] {
          llvm::Value* present =
              builder_.load(builder_.at(Place{pointer}, map.present_offset), 8, false);
          clear_memory(builder_, Place{pointer}, map.value_size);
          return present;
        });
  } else if (map.bucket_count) {
    removed = remove_buckets(element, at);
  } else {
    refusal = builder_.call(Helper::kMapDelete, {map.global, key_of(element)});
    removed = builder_.from_bool(builder_.ir().CreateICmpEQ(refusal, builder_.word(0)));
  }
  if (is_discarded && !map.facts->is_scalar)
    builder_.if_true(builder_.ir().CreateNot(builder_.is_true(removed)),
                     [&] { report(RuntimeError::kDeleteMissing, at, refusal); });
  return removed;
}

}  // namespace sonde::codegen
