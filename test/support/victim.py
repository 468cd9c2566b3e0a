# A process that is no peer. It catches SIGUSR1 and SIGUSR2 and tells of them; each line of
# its input sets what it does with them from then on: catch, default or block.
import signal
import sys

USER_SIGNALS = (signal.SIGUSR1, signal.SIGUSR2)


def say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def do(how):
    action = (lambda signo, frame: say("caught")) if how == "catch" else signal.SIG_DFL
    for signo in USER_SIGNALS:
        signal.signal(signo, action)
    if how == "block":
        signal.pthread_sigmask(signal.SIG_BLOCK, USER_SIGNALS)
    say(how)


do("catch")
for line in sys.stdin:
    if line.strip() == "pending":
        say("pending: %d" % len(signal.sigpending()))
    else:
        do(line.strip())
