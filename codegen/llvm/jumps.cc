// Labels and instructions are told apart by what a line begins with: a label stands at its start,
// an instruction behind a tab, a directive behind a tab and a dot.
#include "codegen/llvm/jumps.h"

#include <cstdint>
#include <map>
#include <vector>

#include "lexer/base/result.h"

namespace sonde::codegen {
namespace {

constexpr std::int64_t kReach = 32767;
constexpr std::string_view kJump = "goto ";
constexpr std::string_view kBlock = "LBB";     // labels of blocks
constexpr std::string_view kWideLoad = " ll";  // an instruction of two words

struct Jump {
  std::string_view target;
  std::string_view function;
  std::int64_t from;  // the word behind the instruction
};

std::string_view without_comment(std::string_view line) {
  line = line.substr(0, line.find('#'));
  return line.substr(0, line.find_last_not_of(" \t") + 1);
}

}  // namespace

std::optional<std::string> function_with_long_jump(std::string_view assembly) {
  std::map<std::string_view, std::int64_t> labels;
  std::vector<Jump> jumps;
  std::string_view function;
  std::int64_t position = 0;
  while (!assembly.empty()) {
    std::size_t length = assembly.find('\n');
    std::string_view line = without_comment(assembly.substr(0, length));
    assembly.remove_prefix(length == std::string_view::npos ? assembly.size() : length + 1);
    if (line.empty() || line.starts_with("\t.")) continue;
    if (line.front() != '\t') {
      std::string_view label = line.substr(0, line.find(':'));
      if (label.starts_with(kBlock))
        labels[label] = position;
      else if (!label.starts_with('.'))
        function = label;
      continue;
    }
    position += line.ends_with(kWideLoad) ? 2 : 1;
    std::size_t jump = line.find(kJump);
    if (jump != std::string_view::npos)
      jumps.push_back({line.substr(jump + kJump.size()), function, position});
  }
  for (const Jump& jump : jumps) {
    auto target = labels.find(jump.target);
    if (target == labels.end()) continue;
    std::int64_t distance = target->second - jump.from;
    if (distance > kReach || distance < -kReach - 1) return std::string(jump.function);
  }
  return std::nullopt;
}

}  // namespace sonde::codegen
