# Tries to signal a process by each call that could, and prints what comes of it: {"call": the errno's name, or "sent"}.
import ctypes
import errno
import json
import os
import signal
import sys

pid = int(sys.argv[1])
libc = ctypes.CDLL(None, use_errno=True)
pidfd = os.pidfd_open(pid)


def sigqueue():
    if libc.sigqueue(pid, signal.SIGURG, None) != 0:
        raise OSError(ctypes.get_errno(), "sigqueue")


def attempt(call):
    try:
        call()
    except OSError as error:
        return errno.errorcode[error.errno]
    return "sent"


# What ends it comes last.
calls = {
    "check": lambda: os.kill(pid, 0),
    "sigqueue": sigqueue,
    "pidfd_send_signal": lambda: signal.pidfd_send_signal(pidfd, signal.SIGURG),
    "kill": lambda: os.kill(pid, signal.SIGKILL),
}
print(json.dumps({name: attempt(call) for name, call in calls.items()}))
