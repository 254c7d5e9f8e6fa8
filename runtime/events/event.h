// Event: one record of the ring, decoded. What it means is decided by whoever consumes it.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "codegen/image/image.h"
#include "runtime/events/value.h"

namespace sonde::events {

struct Printf {
  image::SiteId site = image::SiteId::kNone;
  std::vector<Value> values;  // one for each conversion of the site's format
};
struct PrintValue {
  image::SiteId site = image::SiteId::kNone;
  Value value;
};
struct Message {  // errorf, warnf
  image::SiteId site = image::SiteId::kNone;
  std::vector<Value> values;
};
struct ShowFile {
  image::SiteId site = image::SiteId::kNone;
  std::vector<Value> values;
};
struct RunCommand {
  image::SiteId site = image::SiteId::kNone;
  std::vector<Value> values;
};
struct ShowTime {
  image::SiteId site = image::SiteId::kNone;
};
struct JoinStrings {
  image::SiteId site = image::SiteId::kNone;
  std::vector<std::string> strings;
};
struct PrintMap {
  image::SiteId site = image::SiteId::kNone;
  image::ScriptMapId map = image::ScriptMapId::kNone;
};
struct ClearMap {
  image::ScriptMapId map = image::ScriptMapId::kNone;
};
struct ZeroMap {
  image::ScriptMapId map = image::ScriptMapId::kNone;
};
struct Exit {
  std::int64_t code = 0;
};
struct RuntimeFault {
  image::SiteId site = image::SiteId::kNone;
  std::int64_t detail = 0;  // a helper's return value, 0 where there was none
};

using Event = std::variant<Printf, PrintValue, Message, ShowFile, RunCommand, ShowTime, JoinStrings,
                           PrintMap, ClearMap, ZeroMap, Exit, RuntimeFault>;

}  // namespace sonde::events
