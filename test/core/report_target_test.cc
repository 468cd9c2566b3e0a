// Where reports go, whatever the application or an administrator does with the
// file meanwhile.
#include "handler/signals/report_target.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "check.h"
#include "core/signals/reporting.h"
#include "handler/signals/state.h"
#include "support.h"

namespace minitalk::test {

namespace {

constexpr uid_t kNobody = 65534;

// A folder of its own, in which reports go to `file`, and a pipe stands for
// standard error. Each test has a process of its own.
class Folder {
 public:
  Folder() {
    char name[] = "/tmp/minitalk-core-XXXXXX";
    CHECK(mkdtemp(name) != nullptr);
    path_ = name;
    int ends[2];
    CHECK_EQ(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
    errors_ = ends[0];
    CHECK(dup2(ends[1], STDERR_FILENO) >= 0);
    close(ends[1]);
  }
  ~Folder() {
    const std::string remove = "rm -rf " + path_;
    CHECK_EQ(system(remove.c_str()), 0);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string Path(const std::string& name) const { return path_ + "/" + name; }
  int Start(const std::string& name = "file") const {
    return StartReports(Path(name).c_str(), Reporter::Format::kText);
  }
  std::string Read(const std::string& name) const {
    char text[4096] = "";
    const int fd = open(Path(name).c_str(), O_RDONLY);
    if (fd < 0) return "none";
    const ssize_t length = read(fd, text, sizeof text);
    close(fd);
    return std::string(text, length > 0 ? static_cast<size_t>(length) : 0);
  }
  std::string Errors() const {
    char text[4096];
    const ssize_t length = read(errors_, text, sizeof text);
    return std::string(text, length > 0 ? static_cast<size_t>(length) : 0);
  }

 private:
  std::string path_;
  int errors_;
};

void Write(const std::string& line) {
  WriteReport(state.reporter.target, line.data(), line.size());
}

int FileFd() { return state.reporter.target.file.load(); }

}  // namespace

TEST("reports are added to a file, which is made if it is not there") {
  const Folder folder;
  CHECK_EQ(folder.Start(), 0);
  struct stat made;
  CHECK_EQ(stat(folder.Path("file").c_str(), &made), 0);
  CHECK_EQ(made.st_mode & 0137, 0);
  Write("1\n");
  Write("2\n");
  CHECK(folder.Read("file") == "1\n2\n");
  CHECK(folder.Errors().empty());
  CHECK_EQ(folder.Start(), -EALREADY);
}

TEST("without a file reports go to standard error") {
  const Folder folder;
  CHECK_EQ(StartReports("", Reporter::Format::kText), 0);
  Write("1\n");
  CHECK(folder.Errors() == "1\n");
}

TEST("the file's descriptor is a high one, where there is room") {
  const Folder folder;
  const struct rlimit few = {64, 64};
  CHECK_EQ(folder.Start(), 0);
  CHECK(FileFd() >= 100);
  CHECK((fcntl(FileFd(), F_GETFD) & FD_CLOEXEC) != 0);
  state.reporter.target.fd.store(-1);
  CHECK_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  CHECK_EQ(folder.Start(), 0);
  CHECK(FileFd() < 64);
  Write("1\n");
  CHECK(folder.Read("file") == "1\n");
}

TEST("a file that is moved away or removed is followed by name") {
  const Folder folder;
  CHECK_EQ(folder.Start(), 0);
  Write("1\n");
  CHECK_EQ(rename(folder.Path("file").c_str(), folder.Path("old").c_str()), 0);
  Write("2\n");
  CHECK_EQ(unlink(folder.Path("file").c_str()), 0);
  Write("3\n");
  Write("4\n");
  CHECK(folder.Read("old") == "1\n");
  CHECK(folder.Read("file") == "3\n4\n");
  CHECK(folder.Errors().empty());
}

TEST("who has closed the descriptor and opened another file keeps it clean") {
  const Folder folder;
  CHECK_EQ(folder.Start(), 0);
  const int own = open(folder.Path("own").c_str(), O_WRONLY | O_CREAT, 0600);
  CHECK(dup2(own, FileFd()) >= 0);
  Write("1\n");
  CHECK(folder.Read("own").empty());
  CHECK(folder.Read("file") == "1\n");
  close(FileFd());
  Write("2\n");
  CHECK(folder.Read("file") == "1\n2\n");
}

TEST("where the name leads nowhere the first file is written on") {
  const Folder folder;
  CHECK_EQ(mkdir(folder.Path("logs").c_str(), 0700), 0);
  CHECK_EQ(folder.Start("logs/file"), 0);
  CHECK_EQ(rename(folder.Path("logs").c_str(), folder.Path("gone").c_str()), 0);
  Write("1\n");
  CHECK(folder.Read("gone/file") == "1\n");
  CHECK(folder.Errors().empty());
}

TEST("what no file takes is written to standard error") {
  const Folder folder;
  CHECK_EQ(StartReports("/dev/full", Reporter::Format::kText), 0);
  Write("1\n");
  CHECK(folder.Errors() == "1\n");
}

TEST("a file that cannot be opened is an error, and standard error is used") {
  for (const char* name : {"no/such", "."}) {
    Child child([name] {
      const Folder folder;
      CHECK_EQ(folder.Start(name), *name == 'n' ? -ENOENT : -EISDIR);
      Write("1\n");
      CHECK(folder.Errors() == "1\n");
    });
    child.Join();
  }
  const Folder folder;
  CHECK_EQ(folder.Start(std::string(5'000, 'x')), -ENAMETOOLONG);
}

TEST("nobody waits for a FIFO's reader, nor for who does not read") {
  const Folder folder;
  CHECK_EQ(mkfifo(folder.Path("file").c_str(), 0600), 0);
  CHECK_EQ(folder.Start(), -ENXIO);
  state.reporter.target.fd.store(-1);
  const int reader =
      open(folder.Path("file").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  CHECK_EQ(folder.Start(), 0);
  Write("1\n");
  char text[8];
  CHECK_EQ(read(reader, text, sizeof text), 2);
  SetHandler(SIGPIPE, SIG_IGN);  // as Node does
  close(reader);
  Write("2\n");
  CHECK(folder.Errors() == "2\n");
}

TEST("a link is followed when it is ours or root's, and nobody else's") {
  const Folder folder;
  const std::string link = folder.Path("file");
  CHECK_EQ(symlink(folder.Path("there").c_str(), link.c_str()), 0);
  CHECK_EQ(folder.Start(), 0);
  Write("1\n");
  CHECK(folder.Read("there") == "1\n");
  if (geteuid() != 0) return;  // only root gives a file away
  CHECK_EQ(lchown(link.c_str(), kNobody, kNobody), 0);
  CHECK_EQ(OpenReportFile(link.c_str()), -ELOOP);
  // Put there later, it gets nothing.
  CHECK_EQ(unlink(folder.Path("there").c_str()), 0);
  Write("2\n");
  CHECK(folder.Read("there") == "none");
  CHECK(folder.Errors() == "2\n");
}

TEST("a loop of links is no file") {
  const Folder folder;
  CHECK_EQ(symlink("file", folder.Path("file").c_str()), 0);
  CHECK_EQ(folder.Start(), -ELOOP);
}

}  // namespace minitalk::test
