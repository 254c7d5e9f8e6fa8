// A run without a kernel: a manifest that a test fills row by row, maps in memory, stacks by table.
#pragma once

#include <cerrno>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "codegen/image/image.h"
#include "codegen/image/wire.h"
#include "runtime/kernel/map_store.h"
#include "runtime/symbolize/stack_texts.h"

namespace sonde {

using image::Aggregation;
using image::BpfMapId;
using image::MapStorage;
using image::ScriptMapId;
using image::SiteId;
using image::TypeId;
using image::ValueKind;

template <typename T>
std::string raw(const T& object) {
  return std::string(reinterpret_cast<const char*>(&object), sizeof object);
}

// `text` and zeros up to `size`.
inline std::string padded(std::string text, std::size_t size) {
  text.resize(size, '\0');
  return text;
}

class FakeMapStore final : public kernel::MapStore {
 public:
  static constexpr std::uint32_t kCpus = 3;
  std::map<BpfMapId, std::map<std::string, std::string>> elements;
  int failure = 0;  // errno of every call

  Result<void> for_each(BpfMapId map, const Visit& visit) override {
    if (failure != 0) return system_error("lookup", failure);
    for (const auto& [key, value] : elements[map]) visit(key, value);
    return {};
  }
  Result<std::string> lookup(BpfMapId map, std::string_view key) override {
    if (failure != 0) return system_error("lookup", failure);
    auto found = elements[map].find(std::string(key));
    if (found == elements[map].end()) return system_error("lookup", ENOENT);
    return found->second;
  }
  Result<void> replace(BpfMapId map, std::string_view key, std::string_view value) override {
    auto found = elements[map].find(std::string(key));
    if (found == elements[map].end()) return system_error("update", ENOENT);
    found->second = std::string(value);
    return {};
  }
  Result<void> erase(BpfMapId map, std::string_view key) override {
    if (elements[map].erase(std::string(key)) == 0) return system_error("delete", ENOENT);
    return {};
  }
  std::uint32_t possible_cpu_count() const override { return kCpus; }
};

// The frames of a stack are its hash in words.
class FakeStacks final : public symbolize::StackTexts {
 public:
  const std::string& text(const events::Stack& stack, symbolize::FrameSpaces spaces) override {
    std::string indent = spaces == symbolize::FrameSpaces::kYes ? "        " : "";
    text_ = "\n" + indent + "frame" + std::to_string(stack.handle.hash) + "+1\n";
    return text_;
  }
  std::string text(const events::Lookup& lookup) override {
    const auto* user = std::get_if<events::UserName>(&lookup.of);
    return user ? "user" + std::to_string(user->id) : "?";
  }

 private:
  std::string text_;
};

struct FakeRun {
  image::Manifest manifest;
  FakeMapStore store;
  FakeStacks stacks;

  TypeId integer(std::uint32_t size, bool is_signed) {
    return manifest.types.push_back(
        {.kind = ValueKind::kInteger, .is_signed = is_signed, .size = size});
  }
  TypeId string(std::uint32_t size) {
    return manifest.types.push_back({.kind = ValueKind::kString, .size = size});
  }
  TypeId plain(ValueKind kind, std::uint32_t size) {
    return manifest.types.push_back({.kind = kind, .size = size});
  }
  struct Part {
    const char* name;
    std::uint32_t offset;
    TypeId type;
  };
  TypeId compound(ValueKind kind, std::uint32_t size, std::vector<Part> parts) {
    image::ValueType type{.kind = kind, .size = size};
    for (const Part& part : parts) type.members.push_back({part.name, part.offset, part.type});
    return manifest.types.push_back(type);
  }

  // A script map on a storage of its own.
  ScriptMapId map(image::ScriptMap map, MapStorage storage, std::uint32_t key_size,
                  std::uint32_t value_size) {
    map.storage = manifest.bpf_maps.push_back({.name = map.name,
                                               .storage = storage,
                                               .key_size = key_size,
                                               .value_size = value_size,
                                               .max_entries = 64});
    return manifest.script_maps.push_back(map);
  }
  void put(ScriptMapId map, const std::string& key, const std::string& value) {
    store.elements[manifest.script_maps[map].storage][key] = value;
  }
  std::string get(ScriptMapId map, const std::string& key) {
    return store.elements[manifest.script_maps[map].storage][key];
  }
  std::size_t count(ScriptMapId map) {
    return store.elements[manifest.script_maps[map].storage].size();
  }
};

// The values of one element on each of the CPUs.
template <typename Slot>
std::string per_cpu(Slot first, Slot second = {}, Slot third = {}) {
  return raw(first) + raw(second) + raw(third);
}

}  // namespace sonde
