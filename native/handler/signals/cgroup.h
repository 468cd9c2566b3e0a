// Where a process runs: its cgroup, and what the path says of a systemd unit or
// a container, see cgroups(7).
#ifndef MINITALK_HANDLER_SIGNALS_CGROUP_H_
#define MINITALK_HANDLER_SIGNALS_CGROUP_H_

#include <cstddef>

#include "handler/signals/program.h"

namespace minitalk {

// The path in the unified hierarchy, else the first one's, of a cgroup file in
// /proc. Its length; 0: not known.
size_t ReadCgroup(int folder, const char* file, char* out, size_t size);

// The last part of the path that is a .service or a .scope; empty: none.
Piece UnitOf(Piece path);

// The last 64 hexadecimal digits of the path that stand alone: how Docker,
// containerd, CRI-O and Podman name a container. Empty: none.
Piece ContainerOf(Piece path);

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_CGROUP_H_
