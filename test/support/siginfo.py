# Queues signals that claim to come from any process, see rt_tgsigqueueinfo(2).
import ctypes
import os
import platform
import struct
import sys

SI_QUEUE = -1
CALL = {"x86_64": 297, "aarch64": 240}[platform.machine()]

libc = ctypes.CDLL(None, use_errno=True)


def queue(pid, signo, claimed, value):
    """To the first thread of `pid`; ends this program where that fails."""
    info = struct.pack("=iiiiiIQ", signo, 0, SI_QUEUE, 0, claimed, os.getuid(), value)
    if libc.syscall(CALL, pid, pid, signo, info.ljust(128, b"\0")) != 0:
        sys.exit(os.strerror(ctypes.get_errno()))
