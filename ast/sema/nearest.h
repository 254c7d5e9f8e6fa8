// "did you mean": the names nearest to one that does not exist, as a hint's text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sonde::sema {

// "did you mean `a`, `b` or `c`?", the nearest first, at most three; empty when nothing is near.
// `prefix` stands before each name.
std::string did_you_mean(std::string_view name, std::vector<std::string_view> candidates,
                         std::string_view prefix = {});

}  // namespace sonde::sema
