// BTF built by hand and that of the captured world: spelling, values, members, split blobs, and
// hostile bytes.
#include "runtime/world/btf.h"

#include <gtest/gtest.h>

#include <cstring>

#include "runtime/world/kernel_types.h"

namespace sonde::world {
namespace {

const std::string kWorld = std::string(SONDE_SOURCE_DIR) + "/tests/golden/world";

// Writes a blob type by type; ids count up from the first.
class BlobWriter {
 public:
  explicit BlobWriter(std::uint32_t first_string = 0) : first_string_(first_string) {
    if (first_string == 0) strings_.push_back('\0');
  }
  void add(BtfKind kind, std::string_view name, std::uint32_t size_or_type,
           std::uint32_t length = 0, std::initializer_list<std::uint32_t> tail = {},
           bool flag = false) {
    put(text(name));
    put(static_cast<std::uint32_t>(kind) << 24 | length | (flag ? 1u << 31 : 0));
    put(size_or_type);
    for (std::uint32_t word : tail) put(word);
  }
  std::uint32_t text(std::string_view name) {
    if (name.empty()) return 0;
    auto at = static_cast<std::uint32_t>(strings_.size()) + first_string_;
    strings_.append(name).push_back('\0');
    return at;
  }
  std::uint32_t string_size() const { return static_cast<std::uint32_t>(strings_.size()); }
  std::string bytes() const {
    std::string blob("\x9f\xeb\x01\x00", 4);
    auto types = static_cast<std::uint32_t>(types_.size());
    for (std::uint32_t word : {24u, 0u, types, types, string_size()})
      blob.append(reinterpret_cast<const char*>(&word), 4);
    return blob + types_ + strings_;
  }

 private:
  void put(std::uint32_t word) { types_.append(reinterpret_cast<const char*>(&word), 4); }

  std::uint32_t first_string_;
  std::string types_;
  std::string strings_;
};

std::string simple_blob() {
  BlobWriter blob;
  blob.add(BtfKind::kInt, "int", 4, 0, {0x01000020});            // 1
  blob.add(BtfKind::kPointer, "", 1);                            // 2
  blob.add(BtfKind::kTypedef, "number", 1);                      // 3
  blob.add(BtfKind::kPrototype, "", 0, 1, {blob.text("n"), 3});  // 4
  blob.add(BtfKind::kFunction, "count", 4, 1);                   // 5
  return blob.bytes();
}

class CapturedBtf : public testing::Test {
 protected:
  void SetUp() override {
    auto kernel = types_.kernel();
    ASSERT_TRUE(kernel);
    btf_ = *kernel;
  }
  KernelTypes types_{kWorld};
  const Btf* btf_ = nullptr;
};

TEST(Btf, finds_types_by_kind_and_name) {
  std::string blob = simple_blob();
  auto btf = Btf::parse(blob, nullptr);
  ASSERT_TRUE(btf);
  for (int i = 0; i < 8; ++i) {  // walked at first, hashed later
    EXPECT_EQ(btf->find(BtfKind::kFunction, "count"), 5u);
    EXPECT_EQ(btf->find(BtfKind::kTypedef, "number"), 3u);
    EXPECT_EQ(btf->find(BtfKind::kTypedef, "count"), std::nullopt);
    EXPECT_EQ(btf->find(BtfKind::kFunction, ""), std::nullopt);
    EXPECT_EQ(btf->find(BtfKind::kStruct, "count"), std::nullopt);
  }
}

TEST(Btf, of_a_module_continues_the_kernels) {
  std::string kernel_blob = simple_blob();
  auto kernel = Btf::parse(kernel_blob, nullptr);
  ASSERT_TRUE(kernel);
  BlobWriter writer(1 + 4 + 7 + 2 + 6);  // the kernel's strings: "", int, number, n, count
  writer.add(BtfKind::kPrototype, "", 3, 1, {writer.text("p"), 2});  // 6
  writer.add(BtfKind::kFunction, "module_count", 6, 1);              // 7
  std::string module_blob = writer.bytes();
  auto module = Btf::parse(module_blob, &*kernel);
  ASSERT_TRUE(module);
  EXPECT_EQ(module->find(BtfKind::kFunction, "module_count"), 7u);
  EXPECT_EQ(module->find(BtfKind::kFunction, "count"), std::nullopt);
  auto prototype = module->prototype(6, 0);
  ASSERT_TRUE(prototype);
  EXPECT_EQ(prototype->parameters[0].name, "p");
  EXPECT_EQ(prototype->parameters[0].type, "int *");
  EXPECT_EQ(prototype->result->type, "number");
}

TEST(Btf, a_definition_writes_out_what_has_no_name) {
  BlobWriter writer;
  writer.add(BtfKind::kInt, "int", 4, 0, {0x01000020});                 // 1
  writer.add(BtfKind::kPointer, "", 5);                                 // 2
  writer.add(BtfKind::kUnion, "", 4, 1, {writer.text("whole"), 1, 0});  // 3
  writer.add(BtfKind::kArray, "", 0, 0, {1, 1, 3});                     // 4
  std::uint32_t three_bits_at_96 = 3u << 24 | 96;
  writer.add(BtfKind::kStruct, "node", 16, 4,
             {writer.text("next"), 2, 0, 0, 3, 64, writer.text("flags"), 1, three_bits_at_96,
              writer.text("rest"), 4, 128},
             true);  // 5
  writer.add(BtfKind::kEnum, "colour", 4, 2,
             {writer.text("RED"), 0, writer.text("NONE"), 0xffffffff}, true);  // 6
  std::string blob = writer.bytes();
  auto btf = Btf::parse(blob, nullptr);
  ASSERT_TRUE(btf);
  EXPECT_EQ(btf->definition(5),
            "struct node {\n\tstruct node *next;\n\tunion {\n\t\tint whole;\n\t};\n"
            "\tint flags: 3;\n\tint rest[3];\n};");
  EXPECT_EQ(btf->definition(6), "enum colour {\n\tRED = 0,\n\tNONE = -1,\n};");
}

TEST(Btf, cycles_end) {
  BlobWriter writer;
  writer.add(BtfKind::kTypedef, "loop", 1);               // 1
  writer.add(BtfKind::kPointer, "", 2);                   // 2
  writer.add(BtfKind::kStruct, "self", 8, 1, {0, 3, 0});  // 3, an anonymous member of its own type
  writer.add(BtfKind::kPrototype, "", 4, 2, {0, 4, 0, 4});  // 4
  std::string blob = writer.bytes();
  auto btf = Btf::parse(blob, nullptr);
  ASSERT_TRUE(btf);
  EXPECT_FALSE(btf->underlying(1));
  EXPECT_FALSE(btf->spelling(2).empty());
  EXPECT_FALSE(btf->member_offset(3, {"x"}));
  EXPECT_FALSE(btf->definition(3).empty());
  EXPECT_EQ(btf->value(1, "x").kind, KernelValue::Kind::kOther);
}

TEST(Btf, truncated_anywhere_never_faults) {
  std::string blob = simple_blob();
  for (std::size_t size = 0; size < blob.size(); ++size)
    EXPECT_FALSE(Btf::parse(std::string_view(blob).substr(0, size), nullptr)) << size;
}

TEST(Btf, with_any_byte_changed_never_faults) {
  std::string original = simple_blob();
  for (std::size_t at = 0; at < original.size(); ++at) {
    for (unsigned char value : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
      std::string blob = original;
      blob[at] = static_cast<char>(value);
      auto btf = Btf::parse(blob, nullptr);
      if (!btf) continue;
      for (std::uint32_t id = 0; id < 8; ++id) {
        btf->spelling(id);
        btf->definition(id);
        btf->value(id, "");
        btf->prototype(id, 0);
        btf->member_offset(id, {"a"});
        btf->c_type(id, kKernelDefinition);
        btf->layout(id, kKernelDefinition);
      }
      btf->constant("count", kKernelDefinition);
      btf->find(BtfKind::kFunction, "count");
    }
  }
}

TEST(Btf, unknown_kinds_are_refused) {
  BlobWriter writer;
  writer.add(static_cast<BtfKind>(31), "x", 0);
  std::string blob = writer.bytes();
  auto btf = Btf::parse(blob, nullptr);
  ASSERT_FALSE(btf);
  EXPECT_EQ(btf.error().message, "malformed BTF: type kind 31");
}

TEST_F(CapturedBtf, spells_parameters_as_c) {
  auto spelling = [&](std::string_view function, std::size_t parameter) {
    auto prototype = types_.prototype(function);
    return prototype && parameter < prototype->parameters.size()
               ? prototype->parameters[parameter].type
               : std::string("none");
  };
  EXPECT_EQ(spelling("vfs_read", 0), "struct file *");
  EXPECT_EQ(spelling("vfs_read", 2), "size_t");
  EXPECT_EQ(spelling("vfs_write", 1), "const char *");
  EXPECT_EQ(spelling("vfs_readv", 1), "const void *");
  EXPECT_EQ(spelling("call_rcu", 1), "void (*)(struct callback_head *)");
  EXPECT_EQ(spelling("compare_zones", 0), "enum zone_type");
  EXPECT_EQ(spelling("compare_zones", 1), "const u8 (*)[4]");
  EXPECT_EQ(spelling("tcp_sendmsg", 1), "struct msghdr *");
  EXPECT_EQ(btf_->spelling(*btf_->find(BtfKind::kTypedef, "btf_trace_kfree")), "btf_trace_kfree");
}

TEST_F(CapturedBtf, classifies_values) {
  auto read = types_.prototype("vfs_read");
  ASSERT_TRUE(read);
  ASSERT_EQ(read->parameters.size(), 4u);
  EXPECT_EQ(read->parameters[0].kind, KernelValue::Kind::kPointer);
  EXPECT_EQ(read->parameters[0].name, "file");
  EXPECT_EQ(read->parameters[2].kind, KernelValue::Kind::kInteger);
  EXPECT_EQ(read->parameters[2].size, 8u);
  EXPECT_FALSE(read->parameters[2].is_signed);
  ASSERT_TRUE(read->result);
  EXPECT_EQ(read->result->type, "ssize_t");
  EXPECT_TRUE(read->result->is_signed);
  EXPECT_FALSE(types_.prototype("do_exit")->result);
  EXPECT_TRUE(types_.prototype("wake_up_process")->result->is_bool);
  EXPECT_TRUE(types_.prototype("compare_zones")->result->is_signed);
  EXPECT_EQ(types_.prototype("compare_zones")->parameters[0].size, 4u);
  EXPECT_TRUE(types_.prototype("rcu_needs_cpu")->parameters.empty());
  EXPECT_FALSE(types_.prototype("no_such_function"));
}

TEST_F(CapturedBtf, finds_members_through_nested_and_anonymous_ones) {
  EXPECT_EQ(types_.member_offset("task_struct", {"__state"}), 0u);
  EXPECT_EQ(types_.member_offset("task_struct", {"stack"}), 8u);
  EXPECT_EQ(types_.member_offset("task_struct", {"se", "sum_exec_runtime"}), 24u);
  EXPECT_EQ(types_.member_offset("task_struct", {"pid"}), 60u);
  EXPECT_EQ(types_.member_offset("task_struct", {"start_boottime"}), 96u);
  EXPECT_EQ(types_.member_offset("task_struct", {"self_exec_id"}), 112u);
  EXPECT_EQ(types_.member_offset("file", {"f_path", "dentry"}), 8u);
  EXPECT_FALSE(types_.member_offset("task_struct", {"in_iowait"}));
  EXPECT_FALSE(types_.member_offset("task_struct", {"nothing"}));
  EXPECT_FALSE(types_.member_offset("task_struct", {"pid", "nothing"}));
  EXPECT_FALSE(types_.member_offset("no_such_struct", {"pid"}));
}

TEST_F(CapturedBtf, describes_structures_without_what_their_pointers_lead_to) {
  auto task = types_.c_type(CKind::kStruct, "task_struct");
  ASSERT_TRUE(task);
  EXPECT_EQ(task->kind, CKind::kStruct);
  EXPECT_EQ(task->alignment, 8u);
  auto layout = types_.layout(task->definition);
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->size, task->size);
  auto member = [&](std::string_view name) {
    for (const CMember& each : layout->members)
      if (each.name == name) return each;
    return CMember{};
  };
  EXPECT_EQ(member("pid").bit_offset, 60u * 8);
  EXPECT_EQ(member("pid").type.size, 4u);
  EXPECT_TRUE(member("pid").type.is_signed);
  EXPECT_EQ(member("in_iowait").bit_width, 1u);
  EXPECT_EQ(member("comm").type.text, ArrayText::kExact);
  EXPECT_EQ(member("comm").type.length, 16u);
  EXPECT_EQ(member("se").type.name, "sched_entity");
  EXPECT_EQ(member("real_parent").type.element.front().definition, task->definition);
  // Declared and not defined.
  EXPECT_EQ(member("mm").type.element.front().definition, DefinitionId::kNone);
  EXPECT_EQ(member("mm").type.element.front().name, "mm_struct");
  EXPECT_FALSE(types_.c_type(CKind::kUnion, "task_struct"));
}

TEST_F(CapturedBtf, follows_typedefs_to_what_they_stand_for) {
  EXPECT_EQ(types_.c_type(CKind::kTypedef, "u64")->size, 8u);
  EXPECT_FALSE(types_.c_type(CKind::kTypedef, "u64")->is_signed);
  EXPECT_EQ(types_.c_type(CKind::kTypedef, "task_struct")->kind, CKind::kStruct);
  EXPECT_FALSE(types_.c_type(CKind::kTypedef, "no_such_type"));
}

TEST_F(CapturedBtf, finds_enum_constants_by_name) {
  auto normal = types_.constant("ZONE_NORMAL");
  ASSERT_TRUE(normal);
  EXPECT_EQ(normal->value, 1u);
  EXPECT_EQ(normal->type.name, "zone_type");
  EXPECT_EQ(types_.layout(normal->type.definition)->enumerators.size(), 2u);
  EXPECT_EQ(types_.constant("LESS")->value, ~std::uint64_t{0});
  EXPECT_FALSE(types_.constant("ZONE"));
  EXPECT_FALSE(types_.constant("task_struct"));
}

TEST(Btf, holds_whole_names_only) {
  const std::string path = kWorld + "/sys/kernel/btf/vmlinux";
  EXPECT_TRUE(*Btf::holds_name(path, "btf_trace_sys_enter"));
  EXPECT_FALSE(*Btf::holds_name(path, "btf_trace_sys_ente"));
  EXPECT_FALSE(*Btf::holds_name(path, "tf_trace_sys_enter"));
  EXPECT_FALSE(Btf::holds_name(kWorld + "/sys/kernel/btf/none", "int"));
}

TEST_F(CapturedBtf, knows_raw_tracepoints) {
  auto prototype = types_.raw_tracepoint_prototype("sched_switch");
  ASSERT_TRUE(prototype);
  ASSERT_EQ(prototype->parameters.size(), 4u);
  EXPECT_EQ(prototype->parameters[0].name, "preempt");
  EXPECT_TRUE(prototype->parameters[0].is_bool);
  EXPECT_EQ(prototype->parameters[1].type, "struct task_struct *");
  EXPECT_FALSE(prototype->result);
  // Without a stub the parameters have no names.
  auto unnamed = types_.raw_tracepoint_prototype("sys_enter");
  ASSERT_TRUE(unnamed);
  ASSERT_EQ(unnamed->parameters.size(), 2u);
  EXPECT_EQ(unnamed->parameters[1].type, "long");
  EXPECT_EQ(unnamed->parameters[1].name, "");
  EXPECT_EQ(types_.raw_tracepoint_id("sched_switch"),
            btf_->find(BtfKind::kTypedef, "btf_trace_sched_switch"));
  EXPECT_EQ(types_.raw_tracepoint_id("sched_swich"), 0u);
}

}  // namespace
}  // namespace sonde::world
