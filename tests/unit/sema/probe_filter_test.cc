// The expressions of --probe-filter: ECMAScript's, searched for anywhere in a name.
#include "ast/sema/probe_filter.h"

#include <gtest/gtest.h>

namespace sonde::sema {
namespace {

struct Case {
  const char* expression;
  const char* name;
  bool matches;
};

class ProbeFilters : public testing::TestWithParam<Case> {};

TEST_P(ProbeFilters, SearchTheName) {
  auto filter = ProbeFilter::compile(GetParam().expression);
  ASSERT_TRUE(filter) << filter.error().message;
  EXPECT_EQ(filter->matches(GetParam().name), GetParam().matches)
      << GetParam().expression << " in " << GetParam().name;
}

INSTANTIATE_TEST_SUITE_P(
    All, ProbeFilters,
    testing::Values(Case{"read", "kprobe:vfs_read", true}, Case{"^read", "kprobe:vfs_read", false},
                    Case{"hz:\\d+$", "profile:hz:99", true}, Case{"hz:\\D", "profile:hz:99", false},
                    Case{"[\\w:]+_(?:read|write)$", "kprobe:vfs_write", true},
                    Case{"a.*?e", "kprobe:vfs_read", false}, Case{"k.*?e", "kprobe:vfs", true},
                    Case{"[\\]x-]", "a]b", true}, Case{"[\\]x]", "ab", false},
                    Case{"fs\\.c", "libfs.c", true}, Case{"fs\\.c", "libfsxc", false},
                    Case{"^u?probe", "probe", true}, Case{"o{2}", "foo", true}));

TEST(ProbeFilter, SaysWhatIsWrong) {
  for (const char* wrong : {"a(", "[a", "(?=a)", "a\\"}) {
    auto filter = ProbeFilter::compile(wrong);
    ASSERT_FALSE(filter) << wrong;
    EXPECT_FALSE(filter.error().message.empty());
  }
}

}  // namespace
}  // namespace sonde::sema
