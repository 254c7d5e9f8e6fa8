// ImageBuilder: what the programs of one image share while they are lowered: the LLVM module, the
// Manifest that grows with the stores it describes, and the globals that stand for BPF maps. Maps
// that a script does not need are never made: each is created by the first piece of code that asks
// for it.
#pragma once

#include <llvm/IR/Module.h>

#include <cstdint>
#include <string>
#include <vector>

#include "ast/sema/typed.h"
#include "ast/world.h"
#include "codegen/image/image.h"
#include "codegen/llvm/builder.h"
#include "codegen/lower/codegen.h"

namespace sonde::codegen {

// How a map of the script is stored; the Manifest has the same for the runtime.
struct MapLayout {
  const sema::MapFacts* facts = nullptr;
  llvm::GlobalVariable* global = nullptr;
  image::BpfMapId storage = image::BpfMapId::kNone;
  std::uint32_t key_size = 0;        // bytes, the bucket number included
  std::uint32_t value_size = 0;      // bytes
  std::uint32_t present_offset = 0;  // scalar
  std::uint32_t bucket_offset = 0;   // keyed, with buckets
  std::uint32_t bucket_count = 0;    // hist, lhist, tseries
  // Keyed, with buckets, and the script asks about its keys: they stand in this map too.
  llvm::GlobalVariable* key_index = nullptr;
};

class ImageBuilder {
 public:
  ImageBuilder(const CodegenInput& input, World& world, Diagnostics& diagnostics,
               llvm::Module& module);

  const CodegenInput& input() const { return input_; }
  const ast::Program& program() const { return input_.program; }
  const TypeTable& types() const { return input_.typed.types; }
  World& world() { return world_; }
  llvm::Module& module() { return module_; }
  image::Manifest& manifest() { return manifest_; }

  // Reports at `span` when the kernel lacks a capability; `name` is the missing feature's.
  void require(Capability capability, Span span, std::string_view name);
  // Reports that something was accepted by the checker and cannot be compiled.
  void refuse(Span span, std::string_view what);

  image::TypeId type(TypeId id);
  const MapLayout& map(sema::MapId id) const { return maps_[id]; }

  // Shared memory. The places are those of wire.h's structs.
  Place constants();
  // A getopt() option that the checker found; its value stands behind the struct of constants.
  const image::NamedOption& option(std::string_view name);
  Place control();
  Place lost_count(Builder& builder, image::LossId loss);
  llvm::GlobalVariable* ring();
  llvm::GlobalVariable* stacks();
  // The number of a text that values name by it.
  image::TextId text(std::string_view text);
  // Read-only memory that holds `bytes` from the start; of one name there is one.
  Place table(const std::string& name, std::string_view bytes);
  // Words of frames that an element of the table of stacks has room for.
  std::uint32_t stack_capacity() const { return stack_capacity_; }
  llvm::GlobalVariable* scratch(const std::string& program, std::uint32_t size);

  // A function and the one that it is called from.
  struct Call {
    std::string function, caller;
  };
  void add_call(Call call) { calls_.push_back(std::move(call)); }
  const std::vector<Call>& calls() const { return calls_; }

  image::LossId add_loss(image::Loss loss) { return manifest_.losses.push_back(loss); }
  image::SiteId add_site(image::Site site) { return manifest_.sites.push_back(std::move(site)); }

  // Sizes that are known when the last program is lowered: the counters and the ring.
  void finish();

 private:
  image::BpfMapId add_map(image::BpfMap map, llvm::GlobalVariable** global);
  llvm::GlobalVariable* add_memory(const std::string& name, std::uint32_t size, bool is_constant);
  void add_script_map(const sema::MapFacts& facts);
  std::uint32_t add_options(std::uint32_t offset);
  image::TypeId bit_field(const TypeMember& member);
  std::uint32_t ring_size() const;

  CodegenInput input_;
  World& world_;
  Diagnostics& diagnostics_;
  llvm::Module& module_;
  image::Manifest manifest_;
  IdVector<sema::MapId, MapLayout> maps_;
  std::vector<image::TypeId> image_types_;  // by TypeId; kNone where not yet made
  llvm::GlobalVariable *constants_ = nullptr, *control_ = nullptr, *ring_ = nullptr,
                       *stacks_ = nullptr;
  std::uint32_t stack_capacity_ = 0;
  std::vector<Call> calls_;
};

// Bytes of a frame as the kernel records it for a stack of this type.
std::uint32_t frame_size(const Type& stack);
// The most frames that a kstack or ustack at `node` may have: its literal limit or the default.
std::uint32_t stack_limit_at(const ast::Program& program, const sema::GroupTyping& typing,
                             ast::NodeId node);

}  // namespace sonde::codegen
