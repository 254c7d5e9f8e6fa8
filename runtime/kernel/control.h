// SharedControl: the few words that programs and user space share while a session runs (wire.h:
// ControlBlock). User space writes the stop word, programs write the loss counters; each side only
// ever reads the other's.
#pragma once

#include <cstdint>

#include "codegen/image/image.h"
#include "codegen/image/wire.h"
#include "runtime/kernel/system.h"

namespace sonde::kernel {

class SharedControl {
 public:
  // Without a control map nothing can stop or be lost.
  SharedControl() = default;
  SharedControl(MappedMemory memory, std::size_t losses)
      : memory_(std::move(memory)), losses_(losses) {}

  void stop_programs();
  bool programs_stopped() const;
  // Of an exit() whose record found no room, else 0.
  std::uint32_t unsent_exit_code() const;
  std::size_t loss_count() const { return losses_; }
  // How often something was lost for this reason since the programs were loaded.
  std::uint64_t lost(image::LossId loss) const;

 private:
  MappedMemory memory_;
  std::size_t losses_ = 0;
};

// After this no program runs that began before the stop word was set: one grace period of RCU, 8 to
// 13 ms.
void wait_for_running_programs();

}  // namespace sonde::kernel
