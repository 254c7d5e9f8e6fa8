// Values and keys in JSON (spec/cli_output.md §6).
#pragma once

#include <string>
#include <vector>

#include "runtime/events/value.h"
#include "runtime/output/histogram.h"
#include "runtime/output/value_text.h"

namespace sonde::output {

void append_json(std::string& out, const events::Value& value, const TextStyle& style);
// A number, or a text in quotes where a double cannot hold it exactly.
void append_json_integer(std::string& out, const events::Integer& integer);
// The key's text in quotes, without the spaces that the printer adds.
void append_json_key(std::string& out, const events::Value& key, const TextStyle& style);
void append_json_histogram(std::string& out, const std::vector<HistogramRow>& rows);

}  // namespace sonde::output
