# Signals of processes that are no part of the conversation; argv: a plan as JSON.
#   noise   plain kill, tgkill, words with this pid, forged words in the name of others
#   hoard   fills the user's queue of pending signals, then gives it back
import ctypes, json, os, platform, random, resource, signal, struct, sys, time

TGKILL, SIGQUEUE, TGSIGQUEUE = {
    "x86_64": (234, 129, 297), "aarch64": (131, 138, 240)}[platform.machine()]
OPEN, QUERY, RESTART, CLOSE, OFFERS = 1, 3, 4, 5, (2, 6, 7)
GRANT, ACK, ANSWER, WAIT = 9, 10, 11, 12
libc = ctypes.CDLL(None, use_errno=True)
plan = json.loads(sys.argv[1])
chance = random.Random(plan["seed"])


def queue(pid, thread, number, value, claimed, errno=0):
    # signo, errno, code SI_QUEUE, padding, pid, uid, value, the rest of the payload
    info = struct.pack("iiiiiiQQQ", number, errno, -1, 0, claimed, os.getuid(),
                       value, chance.getrandbits(64), chance.getrandbits(64))
    buffer = ctypes.create_string_buffer(info, 128)
    if thread:
        return libc.syscall(TGSIGQUEUE, pid, thread, number, buffer)
    return libc.syscall(SIGQUEUE, pid, number, buffer)


def word(kind, session, argument):
    return kind << 60 | session << 40 | argument


lanes = {}  # of each process, and when they were looked for


def lanes_of(pid):
    looked, threads = lanes.get(pid, (0, []))
    if time.monotonic() - looked < 0.05:
        return threads
    threads = []
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{thread}/comm") as comm:
                if comm.read() == "minitalk-lane\n":
                    threads.append(int(thread))
        except OSError:
            pass  # it has ended meanwhile
    lanes[pid] = (time.monotonic(), threads)
    return threads


def thread_of(target):
    threads = lanes_of(target["pid"])
    return chance.choice(threads) if threads and chance.random() < 0.5 else target["thread"]


def noise_for(target):
    pid, thread = target["pid"], thread_of(target)
    number = chance.choice((signal.SIGUSR1, signal.SIGUSR2))
    session = chance.getrandbits(20)
    way = chance.randrange(6)
    if way == 0:
        os.kill(pid, number)
    elif way == 1:
        libc.syscall(TGKILL, pid, thread, int(number))
    elif way == 2:
        # A data word of nobody's grant.
        header = 1 << 29 | chance.getrandbits(28)
        queue(pid, thread, 10, chance.getrandbits(64), os.getpid(), header)
    elif way == 3:
        queue(pid, 0, number, chance.getrandbits(64) & ~(15 << 60), os.getpid())
    elif target["serves"]:
        # The server must look who that is before it answers: they catch nothing.
        claimed = chance.choice(plan["bystanders"] + [os.getpid(), 1, 2**30])
        kind = chance.choice((OPEN, OPEN, QUERY, RESTART, CLOSE) + OFFERS)
        argument = 1 << 36 | claimed if kind == OPEN else chance.getrandbits(40)
        queue(pid, thread, 12, word(kind, session, argument), claimed)
    else:
        # In the server's name, of sessions that are not this client's; only such
        # words as would cost but time if one were.
        kind = chance.choice((ACK, ANSWER, WAIT))
        queue(pid, thread, 12 if kind != ACK else 10,
              word(kind, session, chance.getrandbits(40)), plan["server"])


def noise():
    end = time.monotonic() + plan["ms"] / 1000
    while time.monotonic() < end:
        for _ in range(plan["at_once"]):
            try:
                noise_for(chance.choice(plan["targets"]))
            except (ProcessLookupError, FileNotFoundError):
                return
        time.sleep(plan["pause_ms"] / 1000)


def hoard():
    number = signal.SIGRTMIN + 9
    signal.pthread_sigmask(signal.SIG_BLOCK, [number])
    end = time.monotonic() + plan["ms"] / 1000
    while time.monotonic() < end:
        while queue(os.getpid(), 0, number, 0, os.getpid()) == 0:
            pass
        time.sleep(0.005)


noise() if plan["what"] == "noise" else hoard()
