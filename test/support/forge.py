# forge.py PID SIGNO CLAIMED VALUE...: queues signals to the first thread of PID whose siginfo
# claims that the process CLAIMED sent them.
import sys

from siginfo import queue

pid, signo, claimed = (int(text) for text in sys.argv[1:4])
for value in sys.argv[4:]:
    queue(pid, signo, claimed, int(value))
