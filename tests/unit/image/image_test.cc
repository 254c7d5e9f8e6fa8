// A saved image comes back as it was, and no damage to its bytes is taken for an image or brings
// the reader down.
#include "codegen/image/image.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "codegen/image/envelope.h"
#include "codegen/image/references.h"

namespace sonde::image {
namespace {

ProgramImage full_image() {
  ProgramImage image{.elf = std::string("\x7f\0ELF", 5), .manifest = {}};
  Manifest& m = image.manifest;
  TypeId number = m.types.push_back({.kind = ValueKind::kInteger, .is_signed = true, .size = 8});
  TypeId word = m.types.push_back({.kind = ValueKind::kString, .size = 16});
  TypeId stack = m.types.push_back(
      {.kind = ValueKind::kUserStack, .size = 24, .members = {}, .stack_mode = StackMode::kRaw});
  TypeId pair = m.types.push_back({.kind = ValueKind::kTuple,
                                   .size = 24,
                                   .members = {{.name = "", .offset = 0, .type = number},
                                               {.name = "w", .offset = 8, .type = word}}});
  m.types.push_back({.kind = ValueKind::kArray,
                     .size = 32,
                     .members = {{.name = "", .offset = 0, .type = number}}});
  BpfMapId storage = m.bpf_maps.push_back({.name = "map_a",
                                           .storage = MapStorage::kPerCpuHash,
                                           .key_size = 32,
                                           .value_size = 16,
                                           .max_entries = 4096,
                                           .is_mapped = true,
                                           .is_constant = true});
  ScriptMapId map = m.script_maps.push_back({.name = "@a",
                                             .storage = storage,
                                             .key = pair,
                                             .value = number,
                                             .aggregation = Aggregation::kLhist,
                                             .present_offset = 8,
                                             .bucket_offset = 24,
                                             .bucket_count = 7,
                                             .hist_bits = 0,
                                             .lhist_low = 0,
                                             .lhist_high = 50,
                                             .lhist_step = 10});
  ProgramId program =
      m.programs.push_back({.name = "begin_1", .type = ProgramType::kKprobe, .span = {}});
  LossId loss = m.losses.push_back(
      {.kind = LossKind::kStack, .span = {static_cast<FileId>(0), 1, 2}, .program = program});
  m.sites.push_back({.kind = RecordKind::kPrintMap,
                     .span = {static_cast<FileId>(0), 3, 9},
                     .format = "%s",
                     .fields = {{.type = word, .offset = 8, .in_tail = true}},
                     .fixed_size = 12,
                     .max_size = 28,
                     .map = map,
                     .top = 5,
                     .div = 2,
                     .error = RuntimeError::kUserStack,
                     .loss = loss});
  Probe probe;
  probe.name = "uprobe:/bin/x:f";
  probe.program = program;
  probe.target = "/bin/x";
  probe.functions = {"f", "g"};
  probe.offsets = {16, 32};
  probe.is_return = true;
  m.probes.push_back(probe);
  m.stacks = storage;
  m.license = "GPL";
  EXPECT_EQ(to_index(stack), 2u);
  return image;
}

TEST(Image, ComesBackAsItWasSaved) {
  std::string bytes = serialize(full_image());
  auto read = deserialize(bytes);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(serialize(*read), bytes);
  const Manifest& m = read->manifest;
  EXPECT_EQ(read->elf, std::string("\x7f\0ELF", 5));
  EXPECT_EQ(m.types[static_cast<TypeId>(3)].members[1].name, "w");
  EXPECT_EQ(m.types[static_cast<TypeId>(2)].stack_mode, StackMode::kRaw);
  EXPECT_TRUE(m.types[static_cast<TypeId>(0)].is_signed);
  EXPECT_EQ(m.script_maps[static_cast<ScriptMapId>(0)].lhist_high, 50);
  EXPECT_EQ(m.sites[static_cast<SiteId>(0)].error, RuntimeError::kUserStack);
  EXPECT_TRUE(m.sites[static_cast<SiteId>(0)].fields[0].in_tail);
  EXPECT_EQ(m.losses[static_cast<LossId>(0)].span, (Span{static_cast<FileId>(0), 1, 2}));
  EXPECT_EQ(m.probes[0].offsets, (std::vector<std::uint64_t>{16, 32}));
  EXPECT_EQ(m.stacks, static_cast<BpfMapId>(0));
  EXPECT_EQ(m.ring, BpfMapId::kNone);
  EXPECT_EQ(m.license, "GPL");
}

TEST(Image, RefusesEveryTruncation) {
  std::string bytes = serialize(full_image());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    auto read = deserialize(bytes.substr(0, size));
    ASSERT_FALSE(read) << size;
    EXPECT_EQ(read.error().code, EINVAL);
  }
  EXPECT_FALSE(deserialize(bytes + "x"));
}

TEST(Image, RefusesEveryDamagedByte) {
  std::string bytes = serialize(full_image());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i >= 12 && i < 16) continue;  // reserved
    std::string damaged = bytes;
    damaged[i] ^= 0x41;
    EXPECT_FALSE(deserialize(damaged)) << i;
  }
}

TEST(Image, SurvivesDamageUnderAValidChecksum) {
  std::string bytes = serialize(full_image());
  auto payload = unseal(bytes);
  ASSERT_TRUE(payload);
  for (std::size_t i = 0; i < payload->size(); ++i) {
    for (char damage : {'\x01', '\x80', '\xff', '\x10'}) {
      std::string damaged(*payload);
      damaged[i] ^= damage;
      auto read = deserialize(seal(damaged));
      EXPECT_TRUE(!read || check_references(read->manifest));
    }
    EXPECT_FALSE(deserialize(seal(payload->substr(0, i))));
  }
}

TEST(Image, NamesTheVersionItCannotRead) {
  std::string bytes = serialize(full_image());
  bytes[8] = 99;
  auto read = deserialize(bytes);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message, "compiled script: has format 99, this sonde reads format 3");
}

// What check_references refuses, each as one change of a good manifest.
struct Fault {
  const char* name;
  void (*apply)(Manifest&);
};
const Fault kFaults[] = {
    {"integer of three bytes", [](Manifest& m) { m.types[static_cast<TypeId>(0)].size = 3; }},
    {"member behind the end",
     [](Manifest& m) { m.types[static_cast<TypeId>(3)].members[1].offset = 9; }},
    {"member that is its own type",
     [](Manifest& m) { m.types[static_cast<TypeId>(3)].members[0].type = static_cast<TypeId>(3); }},
    {"array that is no multiple", [](Manifest& m) { m.types[static_cast<TypeId>(4)].size = 33; }},
    {"script map without storage",
     [](Manifest& m) {
       m.script_maps[static_cast<ScriptMapId>(0)].storage = static_cast<BpfMapId>(7);
     }},
    {"other bucket count",
     [](Manifest& m) { m.script_maps[static_cast<ScriptMapId>(0)].bucket_count = 8; }},
    {"step of zero",
     [](Manifest& m) { m.script_maps[static_cast<ScriptMapId>(0)].lhist_step = 0; }},
    {"print of no map",
     [](Manifest& m) { m.sites[static_cast<SiteId>(0)].map = ScriptMapId::kNone; }},
    {"number in the tail",
     [](Manifest& m) { m.sites[static_cast<SiteId>(0)].fields[0].type = static_cast<TypeId>(0); }},
    {"probe without program", [](Manifest& m) { m.probes[0].program = ProgramId::kNone; }},
    {"unknown ring", [](Manifest& m) { m.ring = static_cast<BpfMapId>(1); }},
};

TEST(Image, RefusesManifestsThatDoNotHoldTogether) {
  EXPECT_TRUE(check_references(full_image().manifest));
  for (const Fault& fault : kFaults) {
    Manifest manifest = full_image().manifest;
    fault.apply(manifest);
    EXPECT_FALSE(check_references(manifest)) << fault.name;
  }
}

TEST(Image, RefusesTypesOfAstronomicSize) {
  Manifest manifest;
  TypeId last = manifest.types.push_back({.kind = ValueKind::kRecord, .size = 0});
  for (int i = 0; i < 40; ++i)
    last = manifest.types.push_back({.kind = ValueKind::kTuple,
                                     .size = 0,
                                     .members = {{.name = "", .offset = 0, .type = last},
                                                 {.name = "", .offset = 0, .type = last}}});
  EXPECT_FALSE(check_references(manifest));
}

}  // namespace
}  // namespace sonde::image
