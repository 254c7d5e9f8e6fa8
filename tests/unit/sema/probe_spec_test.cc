// Attach-point text: quotes, parameters, labels, offsets.
#include "ast/sema/probe_spec.h"

#include <gtest/gtest.h>

namespace sonde::sema {
namespace {

std::string read(std::string_view text, std::vector<std::string> parameters = {}) {
  Diagnostics diagnostics;
  auto spec = read_attach_point(text, parameters, {}, diagnostics);
  if (!spec) return "refused: " + diagnostics.sorted().front()->message;
  std::string out = spec->label.empty() ? "" : spec->label + " = ";
  out += spec->provider;
  for (const SpecPart& part : spec->parts) out += " | " + part.text;
  return out;
}

std::string function(std::string text, std::optional<std::size_t> plus) {
  Diagnostics diagnostics;
  auto spec = read_function({.text = std::move(text), .plus = plus}, {}, diagnostics);
  if (!spec) return "refused: " + diagnostics.sorted().front()->message;
  return spec->name + (spec->has_offset ? " + " + std::to_string(spec->offset) : "");
}

TEST(ReadAttachPoint, SplitsAtColons) {
  EXPECT_EQ(read("begin"), "begin");
  EXPECT_EQ(read("kprobe:vfs_read"), "kprobe | vfs_read");
  EXPECT_EQ(read("uprobe:/bin/sh:main"), "uprobe | /bin/sh | main");
  EXPECT_EQ(read("kprobe:"), "kprobe | ");
}

TEST(ReadAttachPoint, SplitsAtTheAtSignIntoAPartOfItsOwn) {
  EXPECT_EQ(read("uprobe:/bin/sh@main.c:4"), "uprobe | /bin/sh | @ | main.c | 4");
  EXPECT_EQ(read("uprobe:@main.c:4"), "uprobe | @ | main.c | 4");
}

TEST(ReadAttachPoint, QuotesHideSeparatorsAndAreTakenOff) {
  EXPECT_EQ(read("uprobe:/bin/sh:\"a:b\""), "uprobe | /bin/sh | a:b");
  EXPECT_EQ(read("uprobe:/bin/sh:\"do_it\"+8"), "uprobe | /bin/sh | do_it+8");
  EXPECT_EQ(read(R"(uprobe:/bin/sh:"a\"b")"), "uprobe | /bin/sh | a\"b");
  EXPECT_EQ(read("uprobe:/bin/sh:\"open"), "refused: a quote in the attach point is not closed");
}

TEST(ReadAttachPoint, PutsParametersInBeforeSplitting) {
  EXPECT_EQ(read("kprobe:$1", {"vfs_read"}), "kprobe | vfs_read");
  EXPECT_EQ(read("BEG$1", {"IN"}), "BEGIN");
  EXPECT_EQ(read("$1", {"interval:s:1"}), "interval | s | 1");
  EXPECT_EQ(read("kprobe:$2", {"only"}), "kprobe | ");
  EXPECT_EQ(read("kprobe:\"$1\"", {"x"}), "kprobe | $1");
}

TEST(ReadAttachPoint, RefusesALoneDollar) {
  std::string refusal = "refused: `$` in an attach point begins a parameter: `$1`, `$2` …";
  EXPECT_EQ(read("kprobe:$"), refusal);
  EXPECT_EQ(read("kprobe:$0", {"x"}), refusal);
  EXPECT_EQ(read("kprobe:$x"), refusal);
}

TEST(ReadAttachPoint, TakesTheTextBeforeTheEqualsSignAsLabel) {
  EXPECT_EQ(read("mine=kprobe:vfs_read"), "mine = kprobe | vfs_read");
  EXPECT_EQ(read("mine="), "mine=");
  EXPECT_EQ(read("uprobe:/a=b:f"), "uprobe | /a=b | f");
}

TEST(ReadFunction, ReadsOffsetsInEveryFormOfNumber) {
  EXPECT_EQ(function("f", {}), "f");
  EXPECT_EQ(function("f+8", 1), "f + 8");
  EXPECT_EQ(function("f+0x10", 1), "f + 16");
  EXPECT_EQ(function("f+0b11", 1), "f + 3");
  EXPECT_EQ(function("f+1_0", 1), "f + 10");
  EXPECT_EQ(function("f+", 1), "refused: invalid offset: ``");
  EXPECT_EQ(function("step+xyz", 4), "refused: invalid offset: `xyz`");
}

}  // namespace
}  // namespace sonde::sema
