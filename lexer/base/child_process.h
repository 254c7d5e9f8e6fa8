// What every process that sonde forks does first.
#pragma once

#include <sys/types.h>

namespace sonde {

// In the child: it ends with its parent, and has signals as a shell would leave them, whatever the
// parent does about its own. Calls only what is allowed between fork and exec.
void settle_in_child(pid_t parent);

}  // namespace sonde
