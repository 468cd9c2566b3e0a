# Runs a command on a terminal of its own, and passes on what it prints. What comes on standard input is typed;
# an empty line, or its end, hangs the terminal up. How the command ended comes last, on standard error.
import json
import os
import pty
import select
import sys

pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
while terminal >= 0:
    for ready in select.select([terminal, 0], [], [])[0]:
        if ready == 0:
            typed = os.read(0, 4096)
            if typed.strip(b"\n"):
                os.write(terminal, typed)
                continue
            os.close(terminal)
            terminal = -1
            break
        try:
            os.write(1, os.read(terminal, 4096))
        except OSError:  # everybody has closed it
            terminal = -1
            break
_, status = os.waitpid(pid, 0)
code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
signal = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
print(json.dumps({"code": code, "signal": signal}), file=sys.stderr)
