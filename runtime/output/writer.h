// Writer: bytes to one open file, buffered as -B asks. Every failure comes back as a Result, so
// that a reader that has gone away or a full disk ends the run with a message and not with silence.
#pragma once

#include <string>
#include <string_view>

#include "lexer/base/result.h"
#include "lexer/base/unique_fd.h"

namespace sonde::output {

enum class Buffering : std::uint8_t {
  kNone,  // written at once
  kLine,  // written when a line has ended and settle() is called, or when much has gathered
  kFull,  // written when much has gathered, and at the end
};

class Writer {
 public:
  // Writes to a descriptor that somebody else owns; `name` is the subject of error messages.
  static Writer to_descriptor(int fd, std::string name, Buffering buffering);
  // Creates or truncates a file. The message is that of spec/cli_output.md §2, `-o`.
  static Result<Writer> to_file(const std::string& path, Buffering buffering);

  Result<void> write(std::string_view text);
  // Nothing follows for now: what -B does not hold back is written. A flood of lines is written in
  // large pieces this way, and a single line at once.
  Result<void> settle();
  Result<void> flush();

 private:
  Writer(int fd, std::string name, Buffering buffering)
      : fd_(fd), name_(std::move(name)), buffering_(buffering) {}

  UniqueFd owned_;
  int fd_;
  std::string name_;
  Buffering buffering_;
  std::string pending_;
};

}  // namespace sonde::output
