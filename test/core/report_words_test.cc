// How a report's line is worded, for signals and senders of all kinds.
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <atomic>
#include <string>

#include "check.h"
#include "handler/signals/identity.h"
#include "handler/signals/report.h"
#include "handler/signals/state.h"
#include "support.h"

namespace minitalk::test {

namespace {

constexpr pid_t kNobody = 0x7ffffff0;  // there is no such process

siginfo_t Signal(int signo, int code, pid_t pid = kNobody, uid_t uid = 12) {
  siginfo_t info = {};
  info.si_signo = signo;
  info.si_code = code;
  if (HasSender(code) || IsFromKill(code) || signo == SIGCHLD) {
    info.si_pid = pid;
    info.si_uid = uid;
  }
  return info;
}

// The reporter writes into a pipe.
class Lines {
 public:
  explicit Lines(Reporter::Format format = Reporter::Format::kText) {
    CHECK_EQ(pipe2(ends_, O_NONBLOCK), 0);
    state.reporter.format.store(format);
    state.reporter.target.fd.store(ends_[1]);
    state.realtime_min.store(SIGRTMIN);
  }
  ~Lines() {
    state.reporter.target.fd.store(-1);
    close(ends_[0]);
    close(ends_[1]);
  }
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;

  // What a report of the signal says, without its newline; "": nothing.
  std::string Of(const siginfo_t& info) {
    Report(info);
    return Next();
  }
  std::string Next() {
    char text[2 * Reporter::kLineSize];
    const ssize_t length = read(ends_[0], text, sizeof text);
    if (length <= 0) return "";
    CHECK(text[length - 1] == '\n');
    return std::string(text, static_cast<size_t>(length - 1));
  }
  int reader() const { return ends_[0]; }
  int writer() const { return ends_[1]; }

 private:
  int ends_[2];
};

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// A process of that name that waits.
class Named {
 public:
  explicit Named(const std::string& name)
      : child_([this, name] {
          prctl(PR_SET_NAME, name.c_str());
          ready_->store(true);
          for (;;) pause();
        }) {
    Await([&] { return ready_->load(); });
  }
  pid_t pid() const { return child_.pid(); }

 private:
  Shared<std::atomic<bool>> ready_;
  Child child_;
};

// The name of a process called so, as a line shows it.
std::string Shown(const std::string& name, Reporter::Format format) {
  const Named named(name);
  Lines lines(format);
  const std::string line =
      lines.Of(Signal(SIGTERM, SI_USER, named.pid(), getuid()));
  const std::string before = format == Reporter::Format::kText
                                 ? "pid " + std::to_string(named.pid()) + " ("
                                 : "\"sender\":{\"name\":\"";
  const std::string after =
      format == Reporter::Format::kText ? ") uid " : "\",\"commandLine\"";
  const size_t from = line.find(before);
  const size_t to = line.find(after);
  CHECK(from != std::string::npos && to != std::string::npos);
  return line.substr(from + before.size(), to - from - before.size());
}

}  // namespace

TEST("a signal is called by its name, one of real time by its distance") {
  Lines lines;
  const auto name = [&](int signo) {
    const std::string line = lines.Of(Signal(signo, SI_KERNEL));
    return line.substr(0, line.find(' '));
  };
  CHECK(name(SIGHUP) == "SIGHUP");
  CHECK(name(SIGPWR) == "SIGPWR");
  CHECK(name(SIGRTMIN) == "SIGRTMIN");
  CHECK(name(SIGRTMIN + 1) == "SIGRTMIN+1");
  CHECK(name(64) == "SIGRTMIN+" + std::to_string(64 - SIGRTMIN));
  CHECK(name(SIGRTMIN - 1) == "SIG" + std::to_string(SIGRTMIN - 1));
  state.realtime_min.store(0);  // a libc without
  CHECK(name(40) == "SIG40");
}

TEST("each origin has words of its own") {
  Lines lines;
  CHECK(lines.Of(Signal(SIGTERM, SI_USER)) ==
        "SIGTERM from pid 2147483632 uid 12, attested");
  CHECK(lines.Of(Signal(SIGTERM, SI_TKILL)) ==
        "SIGTERM from pid 2147483632 uid 12, attested");
  siginfo_t claimed = Signal(SIGTERM, SI_QUEUE);
  claimed.si_value.sival_ptr = reinterpret_cast<void*>(UINT64_MAX);
  CHECK(lines.Of(claimed) ==
        "SIGTERM from a sender that claims pid 2147483632 uid 12, not attested "
        "(SI_QUEUE), value 18446744073709551615");
  CHECK(lines.Of(Signal(SIGTERM, -77)) ==
        "SIGTERM from a sender that claims pid 2147483632 uid 12, not attested "
        "(SI_-77), value 0");
  CHECK(lines.Of(Signal(SIGINT, SI_KERNEL)) ==
        "SIGINT from the kernel (SI_KERNEL)");
  CHECK(lines.Of(Signal(SIGCHLD, CLD_EXITED)) ==
        "SIGCHLD about child 2147483632");
  CHECK(lines.Of(Signal(SIGALRM, SI_TIMER)) ==
        "SIGALRM from a timer, not attested (SI_TIMER)");
  CHECK(lines.Of(Signal(SIGTERM, SI_USER, 0)) ==
        "SIGTERM from an unknown sender: outside this pid namespace, or its "
        "details were lost");
  state.unmapped_uid.store(12);
  CHECK(lines.Of(Signal(SIGTERM, SI_USER)) ==
        "SIGTERM from pid 2147483632 uid 12 (not mapped here), attested");
  CHECK(!Has(lines.Of(Signal(SIGTERM, SI_USER, kNobody, 13)), "not mapped"));
  state.unmapped_uid.store(kNoUid);
}

TEST("who lives is described: a sender by parent and cgroup, a claim by name") {
  Lines lines;
  const std::string parent = std::to_string(getpid());
  const Named named("sender");
  std::string line = lines.Of(Signal(SIGTERM, SI_USER, named.pid(), 0));
  CHECK(Has(line, " (sender) uid 0, attested, parent " + parent + " ("));
  CHECK(Has(line, ", cgroup /"));
  line = lines.Of(Signal(SIGTERM, SI_QUEUE, named.pid(), 0));
  CHECK(Has(line, "value 0; that pid is (sender)"));
  CHECK(!Has(line, "parent"));
}

TEST("nothing in a sender's name ends the line or reaches the terminal") {
  constexpr auto kText = Reporter::Format::kText;
  const struct {
    const char* name;
    const char* shown;
  } cases[] = {
      {"\x1b[2J", "?[2J"},
      {"a\nb\tc\x7f", "a?b?c?"},
      {"\xc2\x9b"
       "1m",
       "?1m"},  // CSI, in one character
      {"\xc2\xa0\xc3\xbc", "\xc2\xa0\xc3\xbc"},
      {"\xe2\x82\xac", "\xe2\x82\xac"},
      {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
      {"\xc3", "?"},  // cut off
      {"\xe2\x82", "??"},
      {"\xc3(", "?("},
      {"\xc0\xaf", "??"},  // too long a form
      {"\xe0\x9f\xbf", "???"},
      {"\xf0\x8f\xbf\xbf", "????"},
      {"\xed\xa0\x80", "???"},  // a surrogate
      {"\xed\x9f\xbf", "\xed\x9f\xbf"},
      {"\xf4\x90\x80\x80", "????"},  // beyond Unicode
      {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
      {"\xf5\x80\x80\x80", "????"},
      {"\x80", "?"},
      {"\"\\", "\"\\"},
  };
  for (const auto& entry : cases)
    CHECK(Shown(entry.name, kText) == entry.shown);
  constexpr auto kJson = Reporter::Format::kJson;
  CHECK(Shown("\"\\\x01\xc3\xbc", kJson) == "\\\"\\\\?\xc3\xbc");
}

TEST("as JSON a report has the keys of a SignalInfo") {
  Lines lines(Reporter::Format::kJson);
  const std::string receiver = std::to_string(getpid());
  state.owner.store(getpid());
  const uint64_t before = Monotonic();
  siginfo_t info = Signal(SIGRTMIN + 2, SI_QUEUE);
  info.si_value.sival_ptr = reinterpret_cast<void*>(UINT64_MAX);
  std::string line = lines.Of(info);
  const std::string start =
      "{\"signal\":\"SIGRTMIN+2\",\"number\":" + std::to_string(SIGRTMIN + 2) +
      ",\"code\":\"SI_QUEUE\",\"pid\":2147483632,\"uid\":12,"
      "\"attested\":false,\"origin\":\"claimed\","
      "\"value\":\"18446744073709551615\",\"time\":\"";
  CHECK_EQ(line.compare(0, start.size(), start), 0);
  const uint64_t time = std::stoull(line.substr(start.size()));
  CHECK(time >= before && time <= Monotonic());
  CHECK(Has(line, "\",\"receiver\":" + receiver + "}"));
  line = lines.Of(Signal(SIGINT, SI_KERNEL));
  CHECK(Has(line, "\"code\":\"SI_KERNEL\",\"pid\":0,\"uid\":-1,"));
  CHECK(Has(line, "\"attested\":false,\"origin\":\"kernel\",\"value\":\"0\""));
  siginfo_t plain = Signal(SIGTERM, SI_TKILL);
  plain.si_value.sival_ptr = &plain;  // nobody has put it there
  line = lines.Of(plain);
  CHECK(Has(line, "\"attested\":true,\"origin\":\"process\",\"value\":\"0\""));
  const Named named("sender");
  line = lines.Of(Signal(SIGTERM, SI_USER, named.pid(), 0));
  CHECK(Has(line, "\"sender\":{\"name\":\"sender\",\"commandLine\":[\""));
  CHECK(Has(line, "\"],\"parent\":{\"pid\":" + receiver + ",\"name\":\""));
  CHECK(Has(line, "\"cgroup\":\"/"));
  CHECK(Has(line, ",\"startTime\":\""));
  CHECK(Has(line, "\",\"takenAt\":\""));
}

TEST("a command line is a list of its arguments") {
  Lines lines(Reporter::Format::kJson);
  int ends[2];
  CHECK_EQ(pipe2(ends, O_CLOEXEC), 0);  // closed once it is the program
  Child child([] { execl("/bin/sleep", "a \"b\"", "60", nullptr); });
  close(ends[1]);
  char byte;
  CHECK_EQ(read(ends[0], &byte, 1), 0);
  close(ends[0]);
  CHECK(Has(lines.Of(Signal(SIGTERM, SI_USER, child.pid(), 0)),
            "\"commandLine\":[\"a \\\"b\\\"\",\"60\"],"));
}

TEST("four reports can be written at the same time, and a fifth is silent") {
  Lines lines;
  for (int i = 0; i < 10; ++i) {  // one after another as many as one likes
    CHECK(!lines.Of(Signal(SIGTERM, SI_KERNEL)).empty());
  }
  Reporter& reporter = state.reporter;
  for (size_t i = 0; i + 1 < Reporter::kDrafts; ++i) {
    reporter.drafts[i].taken.store(true);
  }
  CHECK(!lines.Of(Signal(SIGTERM, SI_KERNEL)).empty());
  reporter.drafts[Reporter::kDrafts - 1].taken.store(true);
  CHECK(lines.Of(Signal(SIGTERM, SI_KERNEL)).empty());
  reporter.drafts[1].taken.store(false);
  CHECK(!lines.Of(Signal(SIGTERM, SI_KERNEL)).empty());
  CHECK(!reporter.drafts[1].taken.load());
  CHECK(reporter.drafts[0].taken.load());
}

TEST("without a descriptor nothing is written, nor into one that is broken") {
  Lines lines;
  state.reporter.target.fd.store(-1);
  state.reporter.drafts[0].line[0] = '!';
  CHECK(lines.Of(Signal(SIGTERM, SI_KERNEL)).empty());
  CHECK_EQ(state.reporter.drafts[0].line[0], '!');  // nor looked up
  state.reporter.target.fd.store(lines.reader());   // which cannot be written
  Report(Signal(SIGTERM, SI_KERNEL));
  state.reporter.target.fd.store(4'000);
  Report(Signal(SIGTERM, SI_KERNEL));
  state.reporter.target.fd.store(lines.writer());
  CHECK(!lines.Of(Signal(SIGTERM, SI_KERNEL)).empty());
}

}  // namespace minitalk::test
