// A script is read whole and at most 16 MiB of it; spans count bytes in 32 bits. Directories,
// devices without an end and unreadable files are errors that say so.
#include "runtime/cli/source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "lexer/base/concat.h"
#include "lexer/base/unique_fd.h"
#include "lexer/base/write_all.h"

namespace sonde::cli {
namespace {

constexpr std::size_t kLargestScript = 16u << 20;
constexpr std::string_view kNameless = "stdin";  // of -e too, as wrappers expect

Error cannot_open(std::string_view path, int code) {
  return {.message = concat("failed to open file '", path, "': ", std::strerror(code)),
          .code = code};
}

Result<std::string> read_all(int fd, std::string_view path) {
  std::string text;
  char buffer[65536];
  while (true) {
    ssize_t count = ::read(fd, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return cannot_open(path, errno);
    if (count == 0) return text;
    text.append(buffer, static_cast<std::size_t>(count));
    if (text.size() > kLargestScript)
      return Error{.message = concat("'", path, "' is larger than 16 MiB, which is no script"),
                   .code = EFBIG};
  }
}

Error cannot_write(std::string_view path, int code) {
  return {.message = concat("Failed to open output file: \"", path, "\": ", std::strerror(code)),
          .code = code};
}

// `named` is what the user called the file.
Result<void> write_file(const std::string& path, int flags, mode_t mode, std::string_view text,
                        std::string_view named) {
  UniqueFd fd(::open(path.c_str(), flags | O_CLOEXEC, mode));
  if (!fd) return cannot_write(named, errno);
  if (int code = write_all(fd.get(), text)) return cannot_write(named, code);
  return {};
}

bool is_standard_stream(const struct stat& file) {
  for (int fd : {STDOUT_FILENO, STDERR_FILENO}) {
    struct stat stream{};
    if (::fstat(fd, &stream) == 0 && stream.st_dev == file.st_dev && stream.st_ino == file.st_ino)
      return true;
  }
  return false;
}

}  // namespace

Result<FileId> read_program(const Arguments& arguments, SourceMap& sources) {
  if (arguments.program) return sources.add(std::string(kNameless), *arguments.program);
  // With -l the word is a pattern or, here, a file.
  const std::string& path = arguments.mode == Mode::kList ? arguments.pattern : arguments.file;
  if (path == "-") {
    TRY(std::string text, read_all(STDIN_FILENO, kNameless));
    return sources.add(std::string(kNameless), std::move(text));
  }
  return read_file(path, sources);
}

Result<FileId> read_file(const std::string& path, SourceMap& sources) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return cannot_open(path, errno);
  TRY(std::string text, read_all(fd.get(), path));
  if (text.starts_with("\177ELF"))
    return Error{
        .message = concat("failed to open file '", path, "': it is a program, not a script"),
        .code = ENOEXEC,
        .hint = concat("`-c ", path, "` runs it, `-l 'uprobe:", path, ":*'` lists its functions")};
  return sources.add(path, std::move(text));
}

ast::ImportCandidate look_at_import(const std::string& path) {
  using Kind = ast::ImportCandidate::Kind;
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) return {};
  ast::ImportCandidate candidate{.kind = S_ISDIR(found.st_mode) ? Kind::kDirectory : Kind::kFile,
                                 .identity = concat(found.st_dev, ':', found.st_ino)};
  std::size_t slash = path.find_last_of('/');
  std::string parent = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  struct stat around{};
  bool parent_is_open = ::stat(parent.c_str(), &around) == 0 && (around.st_mode & S_IWOTH) != 0;
  candidate.is_open_to_others = (found.st_mode & S_IWOTH) != 0 || parent_is_open;
  return candidate;
}

std::vector<std::string> directory_entries(const std::string& path) {
  std::vector<std::string> names;
  std::error_code failed;
  for (std::filesystem::directory_iterator at(path, failed), end; !failed && at != end;
       at.increment(failed))
    names.push_back(at->path().filename().string());
  std::ranges::sort(names);
  return names;
}

Result<void> replace_file(const std::string& named, std::string_view text) {
  struct stat existing{};
  bool exists = ::stat(named.c_str(), &existing) == 0;
  // A device or pipe is written to; renaming over it would take it away from everybody.
  if (exists && !S_ISREG(existing.st_mode)) return write_file(named, O_WRONLY, 0, text, named);
  // So is what /dev/stdout leads to.
  if (exists && is_standard_stream(existing))
    return write_file(named, O_WRONLY | O_TRUNC, 0, text, named);
  // A link stays a link: the file that it leads to is the one that is replaced.
  std::error_code failed;
  std::filesystem::path target = std::filesystem::canonical(named, failed);
  std::string path = failed ? named : target.string();
  std::string temporary = concat(path, ".", static_cast<int>(::getpid()), ".part");
  mode_t mode = exists ? existing.st_mode & 07777 : 0666;
  auto written = write_file(temporary, O_WRONLY | O_CREAT | O_EXCL, mode, text, named);
  if (written && std::rename(temporary.c_str(), path.c_str()) != 0)
    written = cannot_write(named, errno);
  if (!written) ::unlink(temporary.c_str());
  return written;
}

}  // namespace sonde::cli
