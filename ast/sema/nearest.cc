// The nearest name is taken out of the candidates and looked for again, up to three times.
#include "ast/sema/nearest.h"

#include <algorithm>

#include "lexer/base/concat.h"
#include "lexer/base/diagnostics.h"

namespace sonde::sema {

std::string did_you_mean(std::string_view name, std::vector<std::string_view> candidates,
                         std::string_view prefix) {
  constexpr std::size_t kMost = 3;
  std::vector<std::string_view> near;
  while (near.size() < kMost) {
    auto nearest = nearest_name(name, candidates);
    if (!nearest) break;
    near.push_back(*nearest);
    std::erase(candidates, std::string_view(near.back()));
  }
  if (near.empty()) return {};
  std::string text = "did you mean ";
  for (std::size_t i = 0; i < near.size(); ++i) {
    if (i > 0) text += i + 1 == near.size() ? " or " : ", ";
    text += concat('`', prefix, near[i], '`');
  }
  return text + '?';
}

}  // namespace sonde::sema
