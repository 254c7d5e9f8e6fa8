// Bytes that could not be written are dropped together with the error: a second attempt would
// repeat the message, and the run ends anyway.
#include "runtime/output/writer.h"

#include <fcntl.h>

#include <cerrno>

#include "lexer/base/concat.h"
#include "lexer/base/write_all.h"

namespace sonde::output {
namespace {

constexpr std::size_t kFlushBytes = 64 * 1024;
constexpr mode_t kFileMode = 0666;

}  // namespace

Writer Writer::to_descriptor(int fd, std::string name, Buffering buffering) {
  return Writer(fd, std::move(name), buffering);
}

Result<Writer> Writer::to_file(const std::string& path, Buffering buffering) {
  int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kFileMode);
  if (fd < 0) return system_error(concat("Failed to open output file: \"", path, '"'), errno);
  Writer writer(fd, path, buffering);
  writer.owned_ = UniqueFd(fd);
  return writer;
}

Result<void> Writer::write(std::string_view text) {
  pending_ += text;
  bool is_due = pending_.size() >= kFlushBytes || buffering_ == Buffering::kNone;
  return is_due ? flush() : Result<void>();
}

Result<void> Writer::settle() {
  bool is_due = buffering_ == Buffering::kLine && pending_.find('\n') != std::string::npos;
  return is_due ? flush() : Result<void>();
}

Result<void> Writer::flush() {
  int code = write_all(fd_, pending_);
  pending_.clear();
  if (code != 0) return system_error(concat(name_, ": write"), code);
  return {};
}

}  // namespace sonde::output
