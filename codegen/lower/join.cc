// The record of join(): strings that an array of pointers leads to, one behind the other with their
// NULs. Like a record with long strings it is built in scratch memory and goes out at its real
// size.
#include "codegen/lower/body.h"

namespace sonde::codegen {
namespace {

constexpr std::uint32_t kMostStrings = 16;
constexpr std::uint32_t kMostStringBytes = 1024;  // the NUL included
constexpr std::uint32_t kFixedSize = sizeof(image::JoinRecord);

}  // namespace

void Body::send_strings(ast::NodeId list, std::string separator, Span at) {
  llvm::IRBuilder<>& ir = builder_.ir();
  image::LossId loss = image_.add_loss({.kind = image::LossKind::kRing, .span = at});
  image::SiteId id = image_.add_site({.kind = image::RecordKind::kJoin,
                                      .span = at,
                                      .format = std::move(separator),
                                      .fields = {},
                                      .fixed_size = kFixedSize,
                                      .max_size = kFixedSize + kMostStrings * kMostStringBytes,
                                      .loss = loss});
  llvm::Value* first = scalar(list);
  AddressSpace space = facts(list).space;
  // Where the next string goes. What is known of it is tested anew in each round, for the verifier.
  auto bounded = [&](llvm::Value* size, std::uint32_t strings) {
    llvm::Value* most = builder_.word(kFixedSize + strings * kMostStringBytes);
    size = builder_.opaque(size);
    return ir.CreateSelect(ir.CreateICmpUGT(size, most), most, size);
  };
  if_room(id, [&] {
    Place record = frame_.take_scratch(kFixedSize + kMostStrings * kMostStringBytes);
    Place pointer = frame_.take(8);
    llvm::AllocaInst *size = frame_.word(), *count = frame_.word();
    ir.CreateStore(builder_.word(kFixedSize), size);
    ir.CreateStore(builder_.word(0), count);
    auto load = [&](llvm::AllocaInst* word) { return ir.CreateLoad(ir.getInt64Ty(), word); };
    builder_.repeat(builder_.word(kMostStrings), [&](llvm::Value* index, llvm::BasicBlock* done) {
      auto go_on_if = [&](llvm::Value* bit) {
        llvm::BasicBlock* next = builder_.new_block("more");
        ir.CreateCondBr(bit, next, done);
        builder_.enter(next);
      };
      llvm::Value* offset = ir.CreateMul(index, builder_.word(8));
      read_bytes(ir.CreateAdd(first, offset), space, pointer, 8, at);
      llvm::Value* string = builder_.load(pointer, 8, false);
      go_on_if(builder_.is_true(string));
      llvm::Value* end = bounded(load(size), kMostStrings - 1);
      llvm::Value* used = read_text(string, space, builder_.at(record, end, 1),
                                    builder_.word(kMostStringBytes), at);
      go_on_if(ir.CreateICmpSGT(used, builder_.word(1)));
      ir.CreateStore(ir.CreateAdd(end, used), size);
      ir.CreateStore(ir.CreateAdd(load(count), builder_.word(1)), count);
    });
    llvm::Value* whole = bounded(load(size), kMostStrings);
    builder_.store_field(record, WIRE_FIELD(image::RecordHeader, site),
                         builder_.word(to_index(id)));
    builder_.store_field(record, WIRE_FIELD(image::RecordHeader, size), whole);
    builder_.store_field(record, WIRE_FIELD(image::JoinRecord, string_count), load(count));
    llvm::Value* result = builder_.call(Helper::kRingOutput,
                                        {image_.ring(), record.pointer, whole, builder_.word(0)});
    builder_.if_true(ir.CreateICmpSLT(result, builder_.word(0)), [&] { add_to_loss(loss); });
  });
}

}  // namespace sonde::codegen
