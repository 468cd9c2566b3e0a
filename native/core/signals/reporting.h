// Lets handlers write reports, for After::kReport.
#ifndef MINITALK_CORE_SIGNALS_REPORTING_H_
#define MINITALK_CORE_SIGNALS_REPORTING_H_

#include "handler/signals/report.h"

namespace minitalk {

// From now on reports are written into the file of this absolute path; "": to
// standard error. Once a process. A negative errno says why the file cannot be
// opened: they go to standard error then.
int StartReports(const char* path, Reporter::Format format);

}  // namespace minitalk

#endif  // MINITALK_CORE_SIGNALS_REPORTING_H_
