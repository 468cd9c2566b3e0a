# A process that is no peer. It catches the signals whose numbers it is given,
# SIGUSR1 and SIGUSR2 unless told, and tells of them; each line of its input sets what it does with them from then on: catch, default or block.
import signal
import sys

SIGNALS = [int(text) for text in sys.argv[1:]] or [signal.SIGUSR1, signal.SIGUSR2]


def say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def do(how):
    action = (lambda signo, frame: say("caught")) if how == "catch" else signal.SIG_DFL
    for signo in SIGNALS:
        signal.signal(signo, action)
    if how == "block":
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    say(how)


do("catch")
for line in sys.stdin:
    if line.strip() == "pending":
        say("pending: %d" % len(signal.sigpending()))
    else:
        do(line.strip())
