// Formats of tracepoints in every shape that the kernel prints, and lists of events.
#include "runtime/world/tracefs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lexer/base/concat.h"

namespace sonde::world {
namespace {

using testing::ElementsAre;

const std::string kWorld = std::string(SONDE_SOURCE_DIR) + "/tests/golden/world";

struct FieldCase {
  std::string_view declaration;
  std::string_view name;
  std::string_view type;
  std::uint32_t size;
  std::uint32_t length;
  bool is_data_location;
};

class FieldTest : public testing::TestWithParam<FieldCase> {};

TEST_P(FieldTest, is_read) {
  const FieldCase& expected = GetParam();
  auto format =
      parse_tracepoint_format(concat("name: x\nID: 7\nformat:\n\tfield:", expected.declaration,
                                     ";\toffset:8;\tsize:", expected.size, ";\tsigned:1;\n"));
  ASSERT_TRUE(format);
  ASSERT_EQ(format->fields.size(), 1u);
  const TracepointField& field = format->fields[0];
  EXPECT_EQ(field.name, expected.name);
  EXPECT_EQ(field.type, expected.type);
  EXPECT_EQ(field.length, expected.length);
  EXPECT_EQ(field.is_data_location, expected.is_data_location);
  EXPECT_EQ(field.offset, 8u);
  EXPECT_EQ(field.size, expected.size);
  EXPECT_TRUE(field.is_signed);
}

INSTANTIATE_TEST_SUITE_P(
    shapes, FieldTest,
    testing::Values(FieldCase{"int dfd", "dfd", "int", 8, 0, false},
                    FieldCase{"unsigned long args[6]", "args", "unsigned long", 48, 6, false},
                    FieldCase{"char comm[16]", "comm", "char", 16, 16, false},
                    FieldCase{"char comm[TASK_COMM_LEN]", "comm", "char", 16, 16, false},
                    FieldCase{"u64 caller[CALLERS]", "caller", "u64", 24, 3, false},
                    FieldCase{"const char * filename", "filename", "const char *", 8, 0, false},
                    FieldCase{"const char *filename", "filename", "const char *", 8, 0, false},
                    FieldCase{"const char *const * argv", "argv", "const char *const *", 8, 0,
                              false},
                    FieldCase{"struct Qdisc * qdisc", "qdisc", "struct Qdisc *", 8, 0, false},
                    FieldCase{"__data_loc char[] filename", "filename", "char", 4, 0, true},
                    FieldCase{"__data_loc const char * name", "name", "const char *", 4, 0, true},
                    FieldCase{"char buf[]", "buf", "char", 0, 0, false},
                    FieldCase{"char __attribute__((user)) * path", "path", "char  *", 8, 0, false},
                    FieldCase{"void (*) (struct list_head *) func", "func",
                              "void (*) (struct list_head *)", 8, 0, false}));

TEST(TracepointFormat, leaves_out_the_common_fields) {
  auto format = parse_tracepoint_format(
      "name: sys_enter\nID: 443\nformat:\n"
      "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
      "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
      "\tfield:long id;\toffset:8;\tsize:8;\tsigned:1;\n"
      "\tfield:int common_room;\toffset:16;\tsize:4;\tsigned:0;\n\n"
      "print fmt: \"NR %ld\", REC->id\n");
  ASSERT_TRUE(format);
  EXPECT_EQ(format->id, 443u);
  ASSERT_EQ(format->fields.size(), 2u);
  EXPECT_EQ(format->fields[0].name, "id");
  EXPECT_EQ(format->fields[1].name, "common_room");
  EXPECT_FALSE(format->fields[1].is_signed);
}

TEST(TracepointFormat, without_an_id_is_an_error) {
  auto format = parse_tracepoint_format("name: x\nformat:\n");
  ASSERT_FALSE(format);
  EXPECT_EQ(format.error().message, "tracepoint format: no `ID` line");
}

TEST(TracepointFormat, with_a_broken_field_is_an_error) {
  for (const char* line :
       {"field:;\toffset:0;\tsize:4;\tsigned:0;", "field:int a;\toffset:x;\tsize:4;",
        "field:int a;\toffset:4;", "field:[;\toffset:0;\tsize:4;\tsigned:0;",
        "field:__attribute__((;\toffset:0;\tsize:4;\tsigned:0;", "field:"}) {
    EXPECT_FALSE(parse_tracepoint_format(concat("ID: 1\n\t", line, "\n"))) << line;
  }
}

TEST(Tracefs, tells_an_unknown_event_by_its_errno) {
  Tracefs tracefs(kWorld);
  auto format = tracefs.format("sched", "sched_swich");
  ASSERT_FALSE(format);
  EXPECT_EQ(format.error().code, ENOENT);
  EXPECT_EQ(format.error().message, "tracepoint sched:sched_swich: No such file or directory");
  EXPECT_FALSE(tracefs.format("sched", ".."));
  EXPECT_FALSE(tracefs.format("../events/sched", "sched_switch"));
  EXPECT_FALSE(tracefs.format("", ""));
}

TEST(Tracefs, lists_events_by_either_pattern) {
  Tracefs tracefs(kWorld);
  auto names = [&](std::string_view category, std::string_view event) {
    std::vector<std::string> texts;
    auto events = tracefs.events(category, event);
    if (events)
      for (const TracepointName& name : *events)
        texts.push_back(concat(name.category, ":", name.event));
    return texts;
  };
  EXPECT_THAT(names("sched", "sched_switch"), ElementsAre("sched:sched_switch"));
  EXPECT_THAT(names("sched", "sched_process_ex*"),
              ElementsAre("sched:sched_process_exec", "sched:sched_process_exit"));
  EXPECT_THAT(names("*sys*", "*enter*e"),
              ElementsAre("syscalls:sys_enter_execve", "syscalls:sys_enter_write"));
  EXPECT_THAT(names("nothing", "*"), ElementsAre());
  EXPECT_THAT(names("nothing", "here"), ElementsAre());
  EXPECT_EQ(names("*", "*").size(), 19u);
}

TEST(Tracefs, is_missing_with_a_hint) {
  Tracefs tracefs("/nonexistent");
  auto folder = tracefs.folder();
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().message, "tracefs: /sys/kernel/tracing: No such file or directory");
  EXPECT_EQ(folder.error().hint, "mount it: mount -t tracefs nodev /sys/kernel/tracing");
}

}  // namespace
}  // namespace sonde::world
