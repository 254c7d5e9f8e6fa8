// Closure: which function of a program a variable belongs to, and how the functions inside that one
// reach it. The body of a `for` loop is a function of its own, which the kernel calls round by
// round and which sees nothing of the stack around it but one pointer. This is decided before any
// code is emitted.
//
// That pointer leads to an array of words on the program's own stack, the same for all of its
// loops: the scratch slot and the probe's context, whether a loop has left the program and with
// which result, where ranges begin, and copies of those variables that no function inside assigns.
// A variable that one assigns has a cell in scratch memory, and so has every value that is no word.
// The verifier knows nothing of what memory in a map holds, so it walks through a loop twice
// whatever the body counts; a counter on the stack it would follow round by round.
#pragma once

#include <map>
#include <vector>

#include "ast/sema/typed.h"

namespace sonde::codegen {

class Closure {
 public:
  enum class Sharing : std::uint8_t {
    kOwn,     // no function but its own has it
    kCopied,  // at word() of the closure while the loop runs
    kShared,  // in a cell of scratch memory: a word while the loop runs, other values always
  };
  // Words that every closure begins with.
  enum Word : std::uint32_t { kScratchSlot, kContext, kHasLeft, kResult, kFirstFree };

  Closure(const ast::Program& program, const sema::GroupTyping& typing, const TypeTable& types,
          ast::NodeId probe, bool may_use_stack);

  // Whether the program has any function beside its own.
  bool exists() const { return functions_.size() > 1; }
  std::uint32_t word_count() const { return word_count_; }
  // The loop whose function has the variable; none for the program itself.
  ast::NodeId home(sema::VariableId variable) const;
  Sharing sharing(sema::VariableId variable) const { return variables_[variable].sharing; }
  std::uint32_t word(sema::VariableId variable) const { return variables_[variable].word; }
  // Where the loop finds the first number of its range.
  std::uint32_t first_number(ast::NodeId loop) const { return at(loop).first_number; }
  // Variables from around the loop that its body uses, functions inside it included.
  const std::vector<sema::VariableId>& captured(ast::NodeId loop) const {
    return at(loop).captured;
  }
  // Whether a `while` loop's condition reads it: the verifier has to see its value.
  bool steers_while(sema::VariableId variable) const { return variables_[variable].steers_while; }

 private:
  static constexpr std::size_t kProgram = 0;  // the functions are counted from the program itself
  struct Loop {
    ast::NodeId node = ast::NodeId::kNone;
    std::size_t around = kProgram;  // the function that it stands in
    std::uint32_t depth = 0;
    std::uint32_t first_number = 0;
    std::vector<sema::VariableId> captured{};
  };
  struct Variable {
    std::size_t home = kProgram;
    bool is_used = false;
    Sharing sharing{};
    std::uint32_t word = 0;
    bool steers_while = false;
  };
  struct Use {
    sema::VariableId variable = sema::VariableId::kNone;
    std::size_t function = kProgram;
    bool is_written = false;
  };
  class Walk;

  const Loop& at(ast::NodeId loop) const { return functions_[by_node_.at(loop)]; }
  std::size_t common(std::size_t a, std::size_t b) const;
  void find_homes(const std::vector<Use>& uses, const sema::GroupTyping& typing);
  void find_captured(const std::vector<Use>& uses);

  std::vector<Loop> functions_;  // the program itself, then its loops, outer ones first
  std::map<ast::NodeId, std::size_t> by_node_;
  IdVector<sema::VariableId, Variable> variables_;
  std::uint32_t word_count_ = kFirstFree;
};

}  // namespace sonde::codegen
