// Whole-file reads, folder lists and mappings. A read is retried after a signal and grows its
// buffer geometrically: the large files of tracefs hand out a page or so at a time.
#include "runtime/world/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "lexer/base/unique_fd.h"

namespace sonde::world {
namespace {

Result<UniqueFd> open_for_reading(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return system_error(path, errno);
  return fd;
}

// Reads into `buffer` from `used` on; 0 at the end of the file.
Result<std::size_t> read_some(int fd, const std::string& path, std::string& buffer,
                              std::size_t used) {
  for (;;) {
    ssize_t got = ::read(fd, buffer.data() + used, buffer.size() - used);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return system_error(path, errno);
  }
}

}  // namespace

Result<std::string> read_file(const std::string& path) {
  TRY(UniqueFd fd, open_for_reading(path));
  std::string text;
  std::size_t used = 0;
  for (;;) {
    if (text.size() - used < 4096) text.resize(std::max<std::size_t>(16384, text.size() * 2));
    TRY(std::size_t got, read_some(fd.get(), path, text, used));
    if (got == 0) break;
    used += got;
  }
  text.resize(used);
  return text;
}

Result<void> for_each_line_of(const std::string& path,
                              const std::function<void(std::string_view)>& visit) {
  TRY(UniqueFd fd, open_for_reading(path));
  std::string buffer(std::size_t{1} << 16, '\0');
  std::size_t kept = 0;  // the beginning of a line that did not end in the piece before
  for (;;) {
    if (kept == buffer.size()) buffer.resize(buffer.size() * 2);
    TRY(std::size_t got, read_some(fd.get(), path, buffer, kept));
    std::string_view piece(buffer.data(), kept + got);
    auto last = piece.rfind('\n');
    std::size_t whole = got == 0 ? piece.size() : last == std::string_view::npos ? 0 : last + 1;
    for_each_line(piece.substr(0, whole), visit);
    if (got == 0) return {};
    kept = piece.size() - whole;
    buffer.erase(0, whole);
    buffer.resize(buffer.size() + whole);
  }
}

Result<std::vector<std::string>> list_folder(const std::string& path) {
  DIR* folder = ::opendir(path.c_str());
  if (folder == nullptr) return system_error(path, errno);
  std::vector<std::string> names;
  while (dirent* entry = ::readdir(folder)) {
    std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  ::closedir(folder);
  std::sort(names.begin(), names.end());
  return names;
}

bool file_exists(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

Result<MappedFile> MappedFile::open(const std::string& path) {
  auto mapped = map(path);
  return !mapped && mapped.error().code == ENODEV ? read(path) : std::move(mapped);
}

Result<MappedFile> MappedFile::map(const std::string& path) {
  TRY(UniqueFd fd, open_for_reading(path));
  struct stat status;
  if (::fstat(fd.get(), &status) != 0) return system_error(path, errno);
  MappedFile file;
  if (status.st_size == 0) return file;
  auto size = static_cast<std::size_t>(status.st_size);
  void* start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (start == MAP_FAILED) return system_error(path, errno);
  file.start_ = static_cast<const char*>(start);
  file.size_ = size;
  return file;
}

Result<MappedFile> MappedFile::read(const std::string& path) {
  TRY(std::string text, read_file(path));
  MappedFile file;
  if (text.empty()) return file;
  void* start =
      ::mmap(nullptr, text.size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) return system_error(path, errno);
  std::ranges::copy(text, static_cast<char*>(start));
  file.start_ = static_cast<const char*>(start);
  file.size_ = text.size();
  return file;
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : start_(std::exchange(other.start_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(start_, other.start_);
  std::swap(size_, other.size_);
  return *this;
}

MappedFile::~MappedFile() {
  if (start_ != nullptr) ::munmap(const_cast<char*>(start_), size_);
}

}  // namespace sonde::world
