// Reading files and folders whole. Files of procfs, sysfs and tracefs say that they are empty, so
// they are read to their end and never by their size; files that are large and seldom needed in
// full are mapped. Every error names the path and keeps errno.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lexer/base/result.h"

namespace sonde::world {

Result<std::string> read_file(const std::string& path);

// The names in a folder without `.` and `..`, sorted.
Result<std::vector<std::string>> list_folder(const std::string& path);

bool file_exists(const std::string& path);

// A whole file in memory; the bytes live as long as it does.
class MappedFile {
 public:
  // Maps it, or reads it where it cannot be mapped: type information in sysfs before 6.16.
  static Result<MappedFile> open(const std::string& path);
  // A read-only private mapping. ENODEV: the file can only be read.
  static Result<MappedFile> map(const std::string& path);

  MappedFile() = default;
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  std::string_view bytes() const { return {start_, size_}; }

 private:
  static Result<MappedFile> read(const std::string& path);

  const char* start_ = nullptr;
  std::size_t size_ = 0;
};

// Calls `visit` with each line of a file without its newline, holding no more than a piece of the
// file at a time.
Result<void> for_each_line_of(const std::string& path,
                              const std::function<void(std::string_view)>& visit);

// Calls `visit` with each line of `text`, without its newline.
template <typename Visit>
void for_each_line(std::string_view text, Visit visit) {
  while (!text.empty()) {
    auto end = text.find('\n');
    visit(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

}  // namespace sonde::world
