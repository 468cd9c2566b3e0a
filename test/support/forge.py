# forge.py PID SIGNO CLAIMED VALUE...: queues signals to the first thread of PID whose siginfo
# claims that the process CLAIMED sent them, see rt_tgsigqueueinfo(2).
import ctypes
import os
import platform
import struct
import sys

SI_QUEUE = -1
CALL = {"x86_64": 297, "aarch64": 240}[platform.machine()]

libc = ctypes.CDLL(None, use_errno=True)
pid, signo, claimed = (int(text) for text in sys.argv[1:4])
for value in sys.argv[4:]:
    info = struct.pack("=iiiiiIQ", signo, 0, SI_QUEUE, 0, claimed, os.getuid(), int(value))
    if libc.syscall(CALL, pid, pid, signo, info.ljust(128, b"\0")) != 0:
        sys.exit(os.strerror(ctypes.get_errno()))
