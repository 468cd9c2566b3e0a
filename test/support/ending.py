# Runs commands side by side, does to each what it is told once it has written "ready", and tells how it
# ended as waitpid(2) says it: a line {"status", "stops", "output"} of JSON for each command; who stops is
# continued. The commands come as JSON, second argument, what is done to them as the first:
#   steps     each a signal's number to send, a pause in seconds {"pause": 0.1}, a text that is typed at its
#             terminal {"type": "\u0003"}, or {"hangup": true}. Whoever then sleeps for 0.5 s, and waits
#             for no child, or runs for 1 s, is asked to stop by SIGKILL.
#   inner     send to its only child: the command makes a pid namespace
#   terminal  run on a terminal of its own
#   stderr    pipe (default, part of the output), closed, full: no room on the disk, stuck: nobody reads
#   ignore    signals that it ignores from the start
#   pending   RLIMIT_SIGPENDING
#   sender    the uid that sends
import json
import os
import pty
import re
import resource
import select
import signal
import sys
import time

case = json.loads(sys.argv[1])
PATIENCE = 30  # s


def each(commands):
    """The command of this process, which is one for each of them; the first process only gathers."""
    sources = []
    for command in commands:
        source, result = os.pipe()
        if os.fork() == 0:
            os.dup2(result, 1)
            os.close(result)
            os.close(source)
            return command
        os.close(result)
        sources.append(source)
    for source in sources:
        with open(source) as lines:
            sys.stdout.write(lines.read())
    sys.stdout.flush()
    os._exit(any([os.wait()[1] for _ in sources]))


command = each(json.loads(sys.argv[2]))


def stuck_pipe():
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    try:
        while True:
            os.write(writer, b"x" * 4096)
    except BlockingIOError:
        pass
    os.set_blocking(writer, True)
    return reader, writer


def begin_child(output):
    os.setpgid(0, 0)  # nobody can stop in an orphaned group
    os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
    os.dup2(output, 1)
    how = case.get("stderr", "pipe")
    if how == "pipe":
        os.dup2(output, 2)
    elif how == "full":
        os.dup2(os.open("/dev/full", os.O_WRONLY), 2)
    elif how == "stuck":
        os.dup2(stuck[1], 2)
    else:
        os.close(2)


stuck = stuck_pipe() if case.get("stderr") == "stuck" else None
if case.get("terminal"):
    pid, terminal = pty.fork()
    source = terminal
else:
    source, output = os.pipe()
    pid = os.fork()
if pid == 0:
    if not case.get("terminal"):
        begin_child(output)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if "pending" in case:
        resource.setrlimit(resource.RLIMIT_SIGPENDING, (case["pending"], case["pending"]))
    for number in case.get("ignore", []):
        signal.signal(number, signal.SIG_IGN)
    # Python ignores it, which an exec would pass on.
    if signal.SIGPIPE not in case.get("ignore", []):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.execvp(command[0], command)
if not case.get("terminal"):
    os.close(output)
if "sender" in case:
    os.setresuid(case["sender"], case["sender"], 0)

text = b""
stops = []


def read(seconds):
    """Whether there may be more; b'' is the end."""
    global text
    if source is None or not select.select([source], [], [], seconds)[0]:
        return source is not None
    try:
        chunk = os.read(source, 65536)
    except OSError:  # a terminal that everybody has closed
        chunk = b""
    text += chunk
    return chunk != b""


def target():
    if not case.get("inner"):
        return pid
    with open(f"/proc/{pid}/task/{pid}/children") as children:
        return int(children.read().split()[0])


def pause(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end and read(max(0, end - time.monotonic())):
        pass
    time.sleep(max(0, end - time.monotonic()))


end = time.monotonic() + PATIENCE
# Who is told nothing may stop before it has said anything. The whole line: a terminal echoes what is typed
# even between its text and its end.
while case.get("steps") and not re.search(rb"ready\r?\n", text) and time.monotonic() < end and read(1):
    pass
try:
    for step in case.get("steps", []):
        if isinstance(step, int):
            os.kill(target(), step)
        elif "pause" in step:
            pause(step["pause"])
        elif "type" in step:
            os.write(source, step["type"].encode())
        else:
            os.close(source)
            source = None
except (ProcessLookupError, IndexError):
    pass  # it has ended already


def activity():
    """Whether it is to do something, and how long it has run, in seconds: however slow the machine is."""
    try:
        with open(f"/proc/{target()}/stat") as stat:
            state = stat.read().rpartition(")")[2].split()[0]
        with open(f"/proc/{target()}/schedstat") as schedstat:
            ran = int(schedstat.read().split()[0]) / 1e9
        with open(f"/proc/{target()}/task/{target()}/children") as children:
            waits = children.read() != ""
    except (OSError, IndexError):
        return True, 0  # it is ending
    return waits or state == "R", ran


def ended(sleeps, runs):
    """Its status; None when it sleeps or runs for so long, in seconds."""
    end = time.monotonic() + PATIENCE
    since = time.monotonic()
    last = first = activity()[1]
    while True:
        waited, status = os.waitpid(pid, os.WNOHANG | os.WUNTRACED)
        if waited == pid and os.WIFSTOPPED(status):
            stops.append(os.WSTOPSIG(status))
            os.kill(pid, signal.SIGCONT)
        elif waited == pid:
            return status
        now = time.monotonic()
        busy, ran = activity()
        if busy or ran != last:
            last, since = ran, now
        if now - since > sleeps or ran - first > runs or now > end:
            return None
        if not read(0.01) or source is None:
            time.sleep(0.01)


status = ended(0.5, 1)
if status is None:
    if "sender" in case:
        os.seteuid(0)
    os.kill(target(), signal.SIGKILL)
    status = ended(PATIENCE, PATIENCE)
while read(0.05) and select.select([source], [], [], 0)[0]:
    pass
print(json.dumps({"status": status, "stops": stops, "output": text.decode(errors="replace")}))
