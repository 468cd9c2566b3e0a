// How a report's line is worded, for signals and senders of all kinds.
#include "handler/signals/report_words.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <string_view>

#include "check.h"
#include "handler/signals/calls.h"
#include "handler/signals/identity.h"
#include "handler/signals/report.h"
#include "handler/signals/report_format.h"
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
    state.owner.store(getpid());
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
    Call(info);
    return Next();
  }
  static void Call(const siginfo_t& info) {
    SenderRelations sender(info);
    Report(info, sender);
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

// A child that waits.
class Waiting {
 public:
  Waiting()
      : child_([this] {
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

// Another process's text, as a line shows it.
std::string Shown(std::string_view foreign, bool json = false,
                  size_t limit = SIZE_MAX) {
  char buffer[4096];
  Text text(buffer, sizeof buffer);
  AddForeign(text, foreign.data(), foreign.size(), json, limit);
  return std::string(buffer, text.length());
}

std::string Program(const std::string& name, const std::string& arguments) {
  Sender sender = {};
  memcpy(sender.name, name.data(), name.size());
  sender.name_length = static_cast<uint16_t>(name.size());
  memcpy(sender.command_line, arguments.data(), arguments.size());
  sender.command_line_length = static_cast<uint16_t>(arguments.size());
  char buffer[4096];
  Text text(buffer, sizeof buffer);
  AddProgram(text, sender, false);
  return std::string(buffer, text.length());
}

// With its NULs.
template <size_t kSize>
std::string Raw(const char (&text)[kSize]) {
  return std::string(text, kSize - 1);
}

std::string Date(uint64_t ns) {
  char buffer[64];
  Text text(buffer, sizeof buffer);
  AddDate(text, ns);
  return std::string(buffer, text.length());
}

// A line without the time and the receiver before the sentence.
std::string Sentence(const std::string& line) {
  const std::string receiver = " pid " + std::to_string(getpid());
  const size_t at = line.find(receiver);
  CHECK_EQ(at, std::string("2026-01-01T00:00:00.000Z").size());
  const size_t end = line.find(": SIG", at);
  CHECK(end != std::string::npos);
  return line.substr(end + 2);
}

}  // namespace

TEST("a signal is called by its name, one of real time by its distance") {
  Lines lines;
  const auto name = [&](int signo) {
    const std::string line = Sentence(lines.Of(Signal(signo, SI_KERNEL)));
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
  const auto said = [&](const siginfo_t& info) {
    return Sentence(lines.Of(info));
  };
  CHECK(said(Signal(SIGTERM, SI_USER)) ==
        "SIGTERM from pid 2147483632 uid 12, attested");
  CHECK(said(Signal(SIGTERM, SI_TKILL)) ==
        "SIGTERM from pid 2147483632 uid 12, attested");
  siginfo_t claimed = Signal(SIGTERM, SI_QUEUE);
  claimed.si_value.sival_ptr = reinterpret_cast<void*>(UINT64_MAX);
  CHECK(said(claimed) ==
        "SIGTERM from a sender that claims pid 2147483632 uid 12, not attested "
        "(SI_QUEUE), value 18446744073709551615");
  CHECK(said(Signal(SIGTERM, -77)) ==
        "SIGTERM from a sender that claims pid 2147483632 uid 12, not attested "
        "(SI_-77), value 0");
  CHECK(said(Signal(SIGINT, SI_KERNEL)) ==
        "SIGINT from the kernel (SI_KERNEL)");
  CHECK(said(Signal(SIGCHLD, CLD_EXITED)) == "SIGCHLD about child 2147483632");
  CHECK(said(Signal(SIGALRM, SI_TIMER)) ==
        "SIGALRM from a timer, not attested (SI_TIMER)");
  CHECK(said(Signal(SIGTERM, SI_USER, 0)) ==
        "SIGTERM from an unknown sender: outside this pid namespace (for pid 1 "
        "of a container: its runtime), or its details were lost");
  state.unmapped_uid.store(12);
  CHECK(said(Signal(SIGTERM, SI_USER)) ==
        "SIGTERM from pid 2147483632 uid 12 (not mapped here), attested");
  CHECK(!Has(said(Signal(SIGTERM, SI_USER, kNobody, 13)), "not mapped"));
  state.unmapped_uid.store(kNoUid);
}

TEST("who lives is described: a sender by parent and cgroup, a claim by name") {
  Lines lines;
  const std::string parent = std::to_string(getpid());
  const Waiting child;
  std::string line = lines.Of(Signal(SIGTERM, SI_USER, child.pid(), 0));
  CHECK(Has(line, " (core-test"));
  CHECK(Has(line, ") uid 0, attested, started by this process 0."));
  CHECK(Has(line, " s ago, parent " + parent + " (core-test"));
  CHECK(Has(line, " (ours)"));
  line = lines.Of(Signal(SIGTERM, SI_QUEUE, child.pid(), 0));
  CHECK(Has(line, "value 0; that pid is (core-test"));
  CHECK(Has(line, "), started by this process 0."));
  CHECK(!Has(line, "parent"));
}

TEST("a date is the day's and the time's of day, in UTC, as ISO 8601 has it") {
  constexpr uint64_t kSecond = 1'000'000'000;
  CHECK(Date(0) == "1970-01-01T00:00:00.000Z");
  CHECK(Date(951'782'399 * kSecond + 999'999'999) ==
        "2000-02-28T23:59:59.999Z");
  CHECK(Date(951'782'400 * kSecond) == "2000-02-29T00:00:00.000Z");
  CHECK(Date(951'868'800 * kSecond) == "2000-03-01T00:00:00.000Z");
  CHECK(Date(1'767'225'599 * kSecond) == "2025-12-31T23:59:59.000Z");
  CHECK(Date(1'767'225'600 * kSecond + 42'000'000) ==
        "2026-01-01T00:00:00.042Z");
  CHECK(Date(4'107'542'399 * kSecond) == "2100-02-28T23:59:59.000Z");
  CHECK(Date(4'107'542'400 * kSecond) == "2100-03-01T00:00:00.000Z");
  for (uint64_t day = 0; day < 365 * 300; day += 13) {
    const auto seconds = static_cast<time_t>(day * 86'401);
    struct tm fields;
    char wanted[64];
    gmtime_r(&seconds, &fields);
    strftime(wanted, sizeof wanted, "%Y-%m-%dT%H:%M:%S.000Z", &fields);
    CHECK(Date(day * 86'401 * kSecond) == wanted);
  }
}

TEST("a program is called by its executable and what it runs") {
  CHECK(Program("node", Raw("/usr/bin/node\0server.js\0")) == "node server.js");
  CHECK(Program("pkill", Raw("pkill\0-f\0node\0")) == "pkill -f node");
  CHECK(Program("dash", Raw("/bin/sh\0-c\0true 1\0")) == "dash: sh -c true 1");
  CHECK(Program("python3.11", Raw("python3\0a b\0")) == "python3.11 a b");
  CHECK(Program("bash", Raw("-bash\0")) == "bash");
  CHECK(Program("kworker/0:1", "") == "kworker/0:1");
  CHECK(Program("nginx", Raw("nginx: worker of /etc/nginx\0\0\0")) ==
        "nginx: worker of /etc/nginx");
  CHECK(Program("node", Raw("npm run a/b\0\0\0")) == "node: npm run a/b");
  CHECK(Program("a b", Raw("/x/a b\0-\0")) == "a b -");
  CHECK(Program("true", Raw("true\0\0x\0")) == "true  x");
  CHECK(Program("x", Raw("/\0")) == "x: /");
  CHECK(Program("x", Raw("-\0")) == "x: -");
}

TEST("a program is shown in 80 characters at most") {
  const std::string most(76, 'x');
  CHECK(Program("ls", "ls" + Raw("\0") + most) == "ls " + most);
  CHECK(Program("ls", "ls" + Raw("\0") + most + "x") == "ls " + most + "x");
  CHECK(Program("ls", "ls" + Raw("\0") + most + "xy") ==
        "ls " + most + "x\xe2\x80\xa6");
  std::string wide;
  for (int i = 0; i < 100; ++i) wide += "\xf0\x9f\x98\x80";
  CHECK(Program("ls", "ls" + Raw("\0") + wide) ==
        "ls " + wide.substr(0, 4 * 77) + "\xe2\x80\xa6");
}

TEST("nothing in a sender's name ends the line or reaches the terminal") {
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
  for (const auto& entry : cases) CHECK(Shown(entry.name) == entry.shown);
  // Cut off where memory goes on as the character does.
  CHECK(Shown(std::string_view("\xc3\xbc", 1)) == "?");
  CHECK(Shown(std::string_view("\xe2\x82\xac", 2)) == "??");
  CHECK(Shown("\"\\\x01\xc3\xbc", true) == "\\\"\\\\?\xc3\xbc");
}

TEST("as JSON a report has the keys of a SignalInfo") {
  Lines lines(Reporter::Format::kJson);
  const std::string receiver = std::to_string(getpid());
  state.owner.store(getpid());
  const uint64_t before = Monotonic();
  siginfo_t info = Signal(SIGRTMIN + 2, SI_QUEUE);
  info.si_value.sival_ptr = reinterpret_cast<void*>(UINT64_MAX);
  std::string line = lines.Of(info);
  const uint64_t day = 86'400ull * 1'000'000'000;
  CHECK(Has(line, "{\"date\":\"" + Date(WallTime() / day * day).substr(0, 11)));
  line = "{" + line.substr(line.find("\"signal\""));
  const std::string start =
      "{\"signal\":\"SIGRTMIN+2\",\"number\":" + std::to_string(SIGRTMIN + 2) +
      ",\"code\":\"SI_QUEUE\",\"pid\":2147483632,\"uid\":12,"
      "\"attested\":false,\"origin\":\"claimed\","
      "\"value\":\"18446744073709551615\",\"time\":\"";
  CHECK_EQ(line.compare(0, start.size(), start), 0);
  const uint64_t time = std::stoull(line.substr(start.size()));
  CHECK(time >= before && time <= Monotonic());
  CHECK(Has(line, "\",\"receiver\":{\"pid\":" + receiver + "}}"));
  line = lines.Of(Signal(SIGINT, SI_KERNEL));
  CHECK(Has(line, "\"code\":\"SI_KERNEL\",\"pid\":0,\"uid\":-1,"));
  CHECK(Has(line, "\"attested\":false,\"origin\":\"kernel\",\"value\":\"0\""));
  siginfo_t plain = Signal(SIGTERM, SI_TKILL);
  plain.si_value.sival_ptr = &plain;  // nobody has put it there
  line = lines.Of(plain);
  CHECK(Has(line, "\"attested\":true,\"origin\":\"process\",\"value\":\"0\""));
  CHECK(!Has(line, "\"relation\""));  // there is no such process
  CHECK_EQ(ReadSender(getpid(), &state.reporter.receiver), 0);
  const Waiting child;
  line = lines.Of(Signal(SIGTERM, SI_USER, child.pid(), 0));
  CHECK(Has(line, "\"origin\":\"process\",\"relation\":\"descendant\","));
  CHECK(Has(line, ",\"receiver\":{\"pid\":" + receiver +
                      ",\"name\":\"core-test\",\"program\":\"core-test"));
  state.reporter.receiver.name_length = 0;
  CHECK(
      Has(line, "\"},\"sender\":{\"name\":\"core-test\",\"parent\":{\"pid\":" +
                    receiver + ",\"name\":\"core-test\"},"));
  CHECK(Has(line, "\"commandLine\":[\""));
  CHECK(Has(line, "\"sharesCgroup\":true,"));
  CHECK(Has(line, ",\"age\":"));
  CHECK(Has(line, "\"cgroup\":\"/"));
  CHECK(Has(line, ",\"startTime\":\""));
  CHECK(Has(line, ",\"takenAt\":\""));
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
            "\"commandLine\":[\"a \\\"b\\\"\",\"60\"]}"));
}

TEST("a line of JSON is whole and short, however long the sender's texts are") {
  // Each byte of them is escaped, each argument empty, or one byte.
  for (const std::string& argument :
       {Raw("\"\"\"\"\"\"\"\0"), Raw("\0"), Raw("\"\0")}) {
    Sender sender = {};
    sender.parent = INT32_MAX;
    sender.start_time = sender.age = sender.time = UINT64_MAX;
    sender.name_length = sender.parent_name_length = sizeof sender.name;
    sender.command_line_length = sizeof sender.command_line;
    sender.cgroup_length = sizeof sender.cgroup;
    sender.unit_length = 255;
    sender.container_length = 64;
    memset(sender.name, '"', sizeof sender.name);
    memset(sender.parent_name, '"', sizeof sender.parent_name);
    memset(sender.cgroup, '"', sizeof sender.cgroup);
    for (size_t i = 0; i < sizeof sender.command_line; ++i) {
      sender.command_line[i] = argument[i % argument.size()];
    }
    state.reporter.receiver = sender;
    const siginfo_t info = Signal(SIGRTMIN + 20, SI_QUEUE, INT32_MAX);
    char line[Reporter::kLineSize - 1];
    Text text(line, sizeof line);
    AddJson(text,
            {info, UINT64_MAX, UINT64_MAX, Bit(Relation::kUnrelated), &sender});
    const std::string whole(line, text.length());
    CHECK(Has(whole, "\"commandLine\":[\""));
    CHECK_EQ(whole.compare(whole.size() - 4, 4, "\"]}}"), 0);
    char words[Reporter::kLineSize - 1];
    Text sentence(words, sizeof words);
    const siginfo_t plain = Signal(SIGRTMIN + 20, SI_USER, INT32_MAX);
    AddText(sentence, {plain, UINT64_MAX, UINT64_MAX,
                       Bit(Relation::kDescendant), &sender});
    CHECK(sentence.room() > 0);
  }
  state.reporter.receiver.name_length = 0;
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
  Lines::Call(Signal(SIGTERM, SI_KERNEL));
  state.reporter.target.fd.store(4'000);
  Lines::Call(Signal(SIGTERM, SI_KERNEL));
  state.reporter.target.fd.store(lines.writer());
  CHECK(!lines.Of(Signal(SIGTERM, SI_KERNEL)).empty());
}

}  // namespace minitalk::test
