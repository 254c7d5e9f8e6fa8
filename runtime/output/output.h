// Output: what a run shows to its user. The seam between the events of a run and their form: text
// or JSON. It knows how things look and nothing of what they cause; every failure to write comes
// back, so that the run can end.
#pragma once

#include <cstdint>
#include <memory>

#include "codegen/image/image.h"
#include "lexer/base/diagnostics.h"
#include "lexer/base/result.h"
#include "lexer/base/source_map.h"
#include "runtime/events/event.h"
#include "runtime/maps/snapshot.h"
#include "runtime/output/value_text.h"
#include "runtime/output/writer.h"

namespace sonde::output {

// How one map is printed. `top` and `div` 0: all, undivided.
struct MapPrint {
  std::uint64_t top = 0;
  std::uint64_t div = 0;
  bool is_requested = false;  // by print(): an unset scalar map shows its zero
};

class Output {
 public:
  virtual ~Output() = default;

  virtual Result<void> attached(std::size_t probes) = 0;
  virtual Result<void> formatted(const events::Printf& event) = 0;
  virtual Result<void> printed(const events::PrintValue& event) = 0;
  // errorf, warnf: formatted text with its place in the script.
  virtual Result<void> message(const events::Message& event) = 0;
  // Text that user space came by at a site: the time, a file, joined strings, what a command said.
  virtual Result<void> shown(image::SiteId site, std::string_view text) = 0;
  // The text of a site's format and values, not shown anywhere.
  virtual std::string text_of(image::SiteId site, const std::vector<events::Value>& values) = 0;
  virtual Result<void> map(const maps::Snapshot& map, const MapPrint& print) = 0;
  virtual Result<void> runtime_fault(const events::RuntimeFault& event) = 0;
  // Of one site since the last report.
  virtual Result<void> lost(const image::Loss& loss, std::uint64_t count) = 0;
  virtual Result<void> lost_in_total(std::uint64_t count) = 0;
  // Between the run and the maps at exit.
  virtual Result<void> begin_maps() = 0;
  // Something of the environment failed and the run goes on: always text on standard error.
  virtual Result<void> trouble(const Error& error) = 0;
  // No event follows for now.
  virtual Result<void> settle() = 0;
  virtual Result<void> flush() = 0;
};

// What both forms are made of. The manifest and the sources outlive the output.
struct OutputSetup {
  const image::Manifest& manifest;
  const SourceMap& sources;
  TextStyle style;
  Writer out;       // standard output, or the file of -o
  Writer messages;  // standard error
  UseColor color = UseColor::kNo;
  bool shows_warnings = true;  // what goes wrong inside a probe
};
std::unique_ptr<Output> make_text_output(OutputSetup setup);
std::unique_ptr<Output> make_json_output(OutputSetup setup);

}  // namespace sonde::output
