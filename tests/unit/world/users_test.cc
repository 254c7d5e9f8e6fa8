#include "runtime/world/users.h"

#include <gtest/gtest.h>

namespace sonde::world {
namespace {

TEST(UserNames, TheFirstEntryOfAnIdNamesIt) {
  UserNames users = UserNames::parse(
      "root:x:0:0:root:/root:/bin/sh\n"
      "toor:x:0:0::/root:/bin/sh\n"
      "ada:x:1001:1001::/home/ada:/bin/sh\n");
  EXPECT_EQ(users.name(0), "root");
  EXPECT_EQ(users.name(1001), "ada");
  EXPECT_EQ(users.name(7), "");
}

TEST(UserNames, MalformedLinesNameNobody) {
  UserNames users = UserNames::parse("nobody\na:b\nb:x:\nc:x:12\nd:x:1a:0\n\ne:x:5:\n");
  EXPECT_EQ(users.name(12), "");
  EXPECT_EQ(users.name(1), "");
  EXPECT_EQ(users.name(5), "e");
}

}  // namespace
}  // namespace sonde::world
