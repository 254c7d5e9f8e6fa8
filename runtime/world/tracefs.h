// Tracefs: which tracepoints there are, what their records look like, and which functions the
// kernel can trace. The folder is found on first use (and mounted, in the real world, when it is
// nowhere). A question about one event or one category reads that much; only a pattern over all
// categories reads the list of all events.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ast/world.h"

namespace sonde::world {

// The fields of a `format` file; fields of the common header are left out.
Result<TracepointFormat> parse_tracepoint_format(std::string_view text);

class Tracefs {
 public:
  // `root` is put in front of every path, "" for the running system, which alone may be mounted
  // upon.
  explicit Tracefs(std::string root) : root_(std::move(root)) {}

  // The folder that holds `events`, after mounting it if need be.
  Result<std::string> folder();

  Result<TracepointFormat> format(std::string_view category, std::string_view event);
  Result<std::vector<TracepointName>> events(std::string_view category_pattern,
                                             std::string_view event_pattern);
  // What `available_filter_functions` lists, read once: lines of "name" or "name [module]"; none
  // where the kernel does not let it be read.
  std::optional<std::string_view> filter_functions();

 private:
  Result<std::string> find_folder();
  Result<std::vector<TracepointName>> events_in_category(const std::string& category,
                                                         std::string_view event_pattern);

  std::string root_;
  std::optional<Result<std::string>> folder_;
  std::optional<Result<std::string>> functions_;
};

}  // namespace sonde::world
