// Writing the whole of a text to a descriptor.
#pragma once

#include <string_view>

namespace sonde {

// 0, or the errno of what went wrong; how much has been written then is not known. Waits for a
// reader, also where the descriptor has been made non-blocking by another process that shares it.
int write_all(int fd, std::string_view text);

}  // namespace sonde
