// Who a process is, and the line that says so.
#include "handler/signals/report.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>

#include <string>

#include "check.h"
#include "core/signals/channel.h"
#include "core/signals/process.h"
#include "handler/signals/calls.h"
#include "handler/signals/proc.h"
#include "handler/signals/sender.h"
#include "handler/signals/state.h"
#include "support.h"

namespace minitalk::test {

namespace {

std::string NameOf(const Sender& sender) {
  return std::string(sender.name, sender.name_length);
}

// What the handler writes while this watches, on a pipe.
class Reporting {
 public:
  Reporting(int signo, Reporter::Format format)
      : watch_({signo}, After::kReport) {
    CHECK_EQ(pipe(ends_), 0);
    state.reporter.format.store(format);
    state.reporter.target.fd.store(ends_[1]);
  }
  ~Reporting() {
    state.reporter.target.fd.store(-1);
    close(ends_[0]);
    close(ends_[1]);
  }
  Reporting(const Reporting&) = delete;
  Reporting& operator=(const Reporting&) = delete;

  int writer() const { return ends_[1]; }
  std::string Read() {
    char text[8192];
    const ssize_t length = read(ends_[0], text, sizeof text);
    return length > 0 ? std::string(text, static_cast<size_t>(length)) : "";
  }

 private:
  Watch watch_;
  int ends_[2];
};

bool StartsWith(const std::string& text, const std::string& start) {
  return text.compare(0, start.size(), start) == 0;
}

}  // namespace

TEST("a process is described as /proc does") {
  Sender sender;
  CHECK_EQ(ReadSender(getpid(), &sender), 0);
  CHECK_EQ(sender.parent, getppid());
  CHECK(NameOf(sender) == "core-test");
  CHECK(sender.command_line_length > 0);
  CHECK(sender.start_time > 0);
  CHECK(sender.time <= Now());
}

TEST("a thread's name with brackets and spaces hides no field") {
  Child child([] {
    prctl(PR_SET_NAME, "a) R 1 (b");
    Stat stat;
    CHECK_EQ(ReadStat(AT_FDCWD, "/proc/self/stat", &stat), 0);
    CHECK(std::string(stat.name, stat.name_length) == "a) R 1 (b");
    CHECK_EQ(stat.parent, getppid());
  });
  child.Join();
}

TEST("a zombie has its name still, and who is gone is not described") {
  pid_t pid = 0;
  {
    Child child([] { prctl(PR_SET_NAME, "gone"); });
    pid = child.pid();
    siginfo_t ended;
    CHECK_EQ(waitid(P_PID, static_cast<id_t>(pid), &ended, WEXITED | WNOWAIT),
             0);
    Sender sender;
    CHECK_EQ(ReadSender(pid, &sender), 0);
    CHECK(NameOf(sender) == "gone");
    CHECK_EQ(sender.command_line_length, 0);
    child.Join();
  }
  Sender sender;
  CHECK_EQ(ReadSender(pid, &sender), -ENOENT);
  CHECK_EQ(ReadSender(0, &sender), -ESRCH);
  CHECK_EQ(ReadSender(-1, &sender), -ESRCH);
}

TEST("a kernel thread is called as it is") {
  Stat stat;
  if (ReadStat(AT_FDCWD, "/proc/2/stat", &stat) != 0) return;  // a container's
  Sender sender;
  CHECK_EQ(ReadSender(2, &sender), 0);
  CHECK(NameOf(sender) == std::string(stat.name, stat.name_length));
  CHECK_EQ(sender.command_line_length, 0);
}

TEST("snapshots are taken with the records until their pool is empty") {
  Watch watch({SIGRTMIN}, After::kStop, 1024);
  CHECK_EQ(EnableSnapshots(watch.channel()), 0);
  constexpr int kSent = static_cast<int>(SnapshotPool::kSize) + 10;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < kSent; ++i) raise(SIGRTMIN);
    size_t described = 0;
    for (const Record& record : watch.Take(kSent)) {
      const uint32_t index = record.extra & kSnapshotMask;
      if (index == 0) continue;
      ++described;
      Sender sender;
      CHECK(FetchSnapshot(watch.channel(), index - 1, &sender));
      CHECK_EQ(sender.parent, getppid());
    }
    CHECK_EQ(described, SnapshotPool::kSize);
  }
  Sender sender;
  CHECK(!FetchSnapshot(watch.channel(), SnapshotPool::kSize, &sender));
}

TEST("a report is one line, and the signal goes on as if nobody watched") {
  Shared<std::atomic<bool>> told;
  Child child([&] {
    Reporting reporting(SIGTERM, Reporter::Format::kText);
    SetHandler(SIGHUP, SIG_IGN);
    Kill(getpid(), SIGHUP);
    raise(SIGTERM);
    SleepMs(5000);
  });
  const int status = child.Wait();
  CHECK(WIFSIGNALED(status));
  CHECK_EQ(WTERMSIG(status), SIGTERM);
}

TEST("a report is a record too, which makes no flood") {
  SetHandler(SIGTERM, SIG_IGN);
  Watch watch({SIGTERM}, After::kReport, 64);
  for (int i = 0; i < 100; ++i) Kill(getpid(), SIGTERM);
  CHECK_EQ(watch.Take(64).size(), 64);
  CHECK_EQ(watch.Lost(SIGTERM), 36);
  CHECK_EQ(state.dispositions[SIGTERM].last_taken.load(), 0);
}

TEST("no room for a report's record hurries no default action") {
  Child child([] {
    Watch reports({SIGTERM}, After::kReport, 64);
    Watch watch({SIGTERM}, After::kDefault);
    watch.channel()->grace = 10'000'000'000;
    for (int i = 0; i < 65; ++i) Kill(getpid(), SIGTERM);
    _exit(7);
  });
  const int status = child.Wait();
  CHECK(WIFEXITED(status));
  CHECK_EQ(WEXITSTATUS(status), 7);
}

TEST("a report names the sender, as text and as JSON") {
  SetHandler(SIGTERM, SIG_IGN);
  {
    Reporting reporting(SIGTERM, Reporter::Format::kText);
    Kill(getpid(), SIGTERM);
    const std::string pid = std::to_string(getpid());
    const std::string line = reporting.Read();
    CHECK(line.find(" pid " + pid + ": SIGTERM from pid " + pid + " (") !=
          std::string::npos);
    CHECK(line.find(", attested, this process itself, parent ") !=
          std::string::npos);
    CHECK_EQ(line.find('\n'), line.size() - 1);
    QueueSignal(getpid(), 0, SIGTERM, UINT64_MAX);
    const std::string claim = "SIGTERM from a sender that claims pid " + pid;
    CHECK(reporting.Read().find(claim) != std::string::npos);
  }
  Reporting reporting(SIGTERM, Reporter::Format::kJson);
  Kill(getpid(), SIGTERM);
  const std::string line = reporting.Read();
  CHECK(line.find(",\"signal\":\"SIGTERM\",\"number\":15,") !=
        std::string::npos);
  CHECK(line.find("\"attested\":true") != std::string::npos);
  CHECK(StartsWith(line.substr(line.size() - 3), "}}\n"));
}

TEST("a pipe that nobody reads holds the report up for a moment only") {
  SetHandler(SIGTERM, SIG_IGN);
  Reporting reporting(SIGTERM, Reporter::Format::kText);
  fcntl(reporting.writer(), F_SETFL, O_NONBLOCK);
  const char block[4096] = {};
  while (write(reporting.writer(), block, sizeof block) > 0) {
  }
  fcntl(reporting.writer(), F_SETFL, 0);  // a write would block for ever now
  Kill(getpid(), SIGTERM);
}

}  // namespace minitalk::test
