// What a service manager that set NOTIFY_SOCKET is told (sd_notify(3)): that everything is
// attached, and that the run ends. Nothing where the variable is not set.
#pragma once

#include <string_view>

namespace sonde::session {

constexpr std::string_view kServiceReady = "READY=1";
constexpr std::string_view kServiceStopping = "STOPPING=1";

// Whoever does not listen does not miss it: failures are ignored, as in every other service.
void tell_service_manager(std::string_view state);

}  // namespace sonde::session
