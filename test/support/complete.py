"""Types a line and a TAB into an interactive shell on a terminal; prints the line that came of it, and below all that
the terminal showed, such as the candidates where there are several.

complete.py LINE SHELL [ARGUMENT...]: the shell's prompt must be "READY> ".
"""
import os
import pty
import re
import sys

line, shell = sys.argv[1], sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(shell[0], shell)

seen = b""


def until(pattern):
    global seen
    while not (found := re.search(pattern, seen)):
        try:
            more = os.read(terminal, 4096)
        except OSError:
            more = b""
        if not more:
            sys.exit(f"the shell ended first: {seen!r}")
        seen += more
    return found


until(rb"READY> ")
# What was completed is an argument of echo then, and the shell does all of it in its order.
os.write(terminal, line.encode() + b"\t\x01echo 'COMPLETED' \x05;exit\r")
print(until(rb"[\r\n]COMPLETED ([^\r\n]*)\r\n").group(1).decode())
print(re.sub(rb"\x1b(\[[0-9;?]*[A-Za-z]|\(B|\][^\x07]*\x07)", b"", seen).decode())
