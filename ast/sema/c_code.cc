// Old scripts include kernel headers between `#ifndef BPFTRACE_HAVE_BTF` and `#endif`. Types come
// from BTF, so what is guarded so does not count; all other conditions are taken to hold.
#include "ast/sema/c_code.h"

#include <algorithm>

namespace sonde::sema {
namespace {

constexpr std::string_view kHaveBtf = "BPFTRACE_HAVE_BTF";

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool has_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    bool begins = at == 0 || !is_word_byte(text[at - 1]);
    bool ends = at + word.size() == text.size() || !is_word_byte(text[at + word.size()]);
    if (begins && ends) return true;
  }
  return false;
}

// `include` of `#  include <x>`, empty for what is no preprocessor line.
std::string_view directive_of(std::string_view text) {
  if (!text.starts_with('#')) return {};
  std::size_t begin = 1;
  while (begin < text.size() && (text[begin] == ' ' || text[begin] == '\t')) ++begin;
  std::size_t end = begin;
  while (end < text.size() && is_word_byte(text[end])) ++end;
  return text.substr(begin, end - begin);
}

}  // namespace

std::vector<ast::NodeId> active_includes(const ast::Program& program) {
  std::vector<ast::NodeId> includes;
  std::vector<bool> is_off;  // for each open #if
  for (ast::NodeId item : program.items()) {
    const auto* definition = program.get_if<ast::CDefinition>(item);
    if (!definition) continue;
    std::string_view directive = directive_of(definition->text);
    bool names_btf = has_word(definition->text, kHaveBtf);
    if (directive == "ifndef") {
      is_off.push_back(names_btf);
    } else if (directive == "if" || directive == "ifdef") {
      is_off.push_back(names_btf && definition->text.find('!') != std::string::npos);
    } else if (directive == "else" && !is_off.empty()) {
      is_off.back() = false;
    } else if (directive == "endif" && !is_off.empty()) {
      is_off.pop_back();
    } else if (directive == "include" && std::ranges::find(is_off, true) == is_off.end()) {
      includes.push_back(item);
    }
  }
  return includes;
}

bool stands_in_c_code(const ast::Program& program, std::string_view name) {
  return std::ranges::any_of(program.items(), [&](ast::NodeId item) {
    const auto* definition = program.get_if<ast::CDefinition>(item);
    return definition && has_word(definition->text, name);
  });
}

}  // namespace sonde::sema
