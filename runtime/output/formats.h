// FormatCache: the formats of a script, cut into pieces when first printed.
#pragma once

#include <optional>

#include "codegen/image/image.h"
#include "stdlib/format_specs.h"

namespace sonde::output {

class FormatCache {
 public:
  explicit FormatCache(const image::Manifest& manifest)
      : manifest_(manifest), parsed_(manifest.sites.size()) {}

  const ParsedFormat& of(image::SiteId site) {
    auto& parsed = parsed_[site];
    if (!parsed) parsed = parse_format(manifest_.sites[site].format);
    return *parsed;
  }

 private:
  const image::Manifest& manifest_;
  IdVector<image::SiteId, std::optional<ParsedFormat>> parsed_;
};

}  // namespace sonde::output
