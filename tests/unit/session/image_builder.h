// ImageBuilder: an image whose programs all return 0, for tests of what a session does around them.
#pragma once

#include <string>

#include "codegen/image/image.h"
#include "codegen/image/wire.h"
#include "tests/unit/kernel/object_writer.h"

namespace sonde::session {

constexpr std::uint32_t kRingSize = 1 << 16;

class ImageBuilder {
 public:
  // Constants, a control map with two loss counters, and a ring.
  ImageBuilder() {
    manifest_.license = "GPL";
    manifest_.losses.resize(2);
    image::BpfMap constants = array("constants", sizeof(image::Constants));
    constants.is_constant = true;
    manifest_.constants = manifest_.bpf_maps.push_back(constants);
    image::BpfMap control = array("control", sizeof(image::ControlBlock) + 16);
    control.is_mapped = true;
    manifest_.control = manifest_.bpf_maps.push_back(control);
    image::BpfMap ring;
    ring.name = "ring";
    ring.storage = image::MapStorage::kRing;
    ring.max_entries = kRingSize;
    manifest_.ring = manifest_.bpf_maps.push_back(ring);
  }

  // A probe with a program of its own.
  image::Probe& add(Strategy strategy, std::string name, ProgramType type) {
    image::Probe probe;
    probe.program = manifest_.programs.push_back({.name = "p_" + name, .type = type, .span = {}});
    probe.strategy = strategy;
    probe.name = std::move(name);
    manifest_.probes.push_back(std::move(probe));
    return manifest_.probes.back();
  }
  image::Manifest& manifest() { return manifest_; }

  image::ProgramImage image() const {
    kernel::ObjectWriter writer;
    for (const image::Program& program : manifest_.programs) {
      auto code = writer.add_code(program.name, {kernel::kMoveZero, kernel::kExit});
      writer.add_function(program.name, code, 0, 2);
    }
    return {.elf = writer.text(), .manifest = manifest_};
  }

 private:
  static image::BpfMap array(std::string name, std::uint32_t size) {
    image::BpfMap map;
    map.name = std::move(name);
    map.storage = image::MapStorage::kArray;
    map.key_size = 4;
    map.value_size = size;
    map.max_entries = 1;
    return map;
  }
  image::Manifest manifest_;
};

}  // namespace sonde::session
