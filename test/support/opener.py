# opener.py SERVER THREADS SESSIONS: opens so many sessions, turn by turn for so many threads
# of its own, and uses none. Each OPEN is repeated until there is an answer, whatever it says.
# Prints "open" when all are answered, and stays.
import os
import signal
import sys
import threading
import time

from siginfo import queue

OPEN, VERSION = 1, 1

server, thread_count, sessions = (int(text) for text in sys.argv[1:])
answers = 0


def answered(_signo, _frame):
    global answers
    answers += 1


signal.signal(signal.SIGUSR1, answered)
signal.signal(signal.SIGUSR2, answered)
threads = [threading.Thread(target=time.sleep, args=(1000,), daemon=True) for _ in range(thread_count)]
for thread in threads:
    thread.start()

for number in range(1, sessions + 1):
    thread = threads[number % thread_count].native_id
    value = OPEN << 60 | number << 40 | VERSION << 36 | thread
    before = answers
    while answers == before:
        queue(server, signal.SIGUSR2, os.getpid(), value)
        # Not again before an answer had its time: that would count for the next number, too.
        patience = time.monotonic() + 0.5
        while answers == before and time.monotonic() < patience:
            time.sleep(0.001)
print("open", flush=True)
while True:
    signal.pause()
