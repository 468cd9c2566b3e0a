// What /proc tells of a sender, and how many can be told of at once.
#include "handler/signals/sender.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "check.h"
#include "handler/signals/cgroup.h"
#include "handler/signals/status.h"
#include "support.h"

namespace minitalk::test {

namespace {

std::string Read(const std::string& path) {
  FILE* file = fopen(path.c_str(), "re");
  CHECK(file != nullptr);
  char text[8192];
  const size_t length = fread(text, 1, sizeof text, file);
  fclose(file);
  return std::string(text, length);
}

std::string Executable(const std::string& link) {
  char path[4096];
  const ssize_t length = readlink(link.c_str(), path, sizeof path);
  CHECK(length > 0);
  const std::string whole(path, static_cast<size_t>(length));
  return whole.substr(whole.rfind('/') + 1);
}

std::string Line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

int OpenDescriptors() {
  DIR* folder = opendir("/proc/self/fd");
  CHECK(folder != nullptr);
  int count = 0;
  while (readdir(folder) != nullptr) ++count;
  closedir(folder);
  return count;
}

// A file that says so.
int Memory(const std::string& text) {
  const int fd = memfd_create("status", MFD_CLOEXEC);
  CHECK(fd >= 0);
  CHECK_EQ(write(fd, text.data(), text.size()), text.size());
  return fd;
}

// The pid of a process that has been.
pid_t Gone() {
  Child child([] {});
  child.Join();
  return child.pid();
}

}  // namespace

TEST("a sender's fields are those of its files in /proc") {
  Sender sender;
  CHECK_EQ(ReadSender(getpid(), &sender), 0);
  const auto text = [](const char* at, size_t length) {
    return std::string(at, length);
  };
  const std::string own = "/proc/self/";
  const std::string parent = "/proc/" + std::to_string(getppid());
  // Not the thread's name, which is anybody's to choose.
  prctl(PR_SET_NAME, "MainThread");
  CHECK_EQ(ReadSender(getpid(), &sender), 0);
  CHECK(text(sender.name, sender.name_length) == Executable(own + "exe"));
  CHECK(text(sender.parent_name, sender.parent_name_length) ==
        Executable(parent + "/exe"));
  const std::string command = Read(own + "cmdline");
  CHECK(text(sender.command_line, sender.command_line_length) ==
        command.substr(0, sizeof sender.command_line));
  // The unified hierarchy's line wherever it stands, else the first.
  const std::string groups = Read(own + "cgroup");
  const size_t unified = groups.find("0::");
  const std::string line =
      Line(unified == std::string::npos ? groups : groups.substr(unified));
  CHECK(text(sender.cgroup, sender.cgroup_length) ==
        line.substr(line.find('/')));
  const std::string stat = Read(own + "stat");
  size_t at = stat.rfind(')') + 2;  // field 3
  for (int field = 3; field < 22; ++field) at = stat.find(' ', at) + 1;
  CHECK_EQ(sender.start_time, std::stoull(stat.substr(at)));
}

TEST("an executable that has been removed, or is long, has its name still") {
  const std::string most(63, 'x');
  for (const std::string& name :
       {std::string("short one"), most + "\xc3\xbc"}) {
    const std::string path = "/tmp/" + name;
    CHECK_EQ(system(("cp /bin/sleep '" + path + "'").c_str()), 0);
    int ends[2];
    CHECK_EQ(pipe2(ends, O_CLOEXEC), 0);  // closed once it is the program
    const Child child([&] { execl(path.c_str(), "", "60", nullptr); });
    close(ends[1]);
    char byte;
    CHECK_EQ(read(ends[0], &byte, 1), 0);
    close(ends[0]);
    CHECK_EQ(unlink(path.c_str()), 0);
    Sender sender;
    CHECK_EQ(ReadSender(child.pid(), &sender), 0);
    const std::string shown(sender.name, sender.name_length);
    CHECK(shown == (name.size() > 64 ? most : name));
  }
}

TEST("where /proc is of another pid namespace nobody is described") {
  // Who has left its namespace can make no thread, as a sanitizer does at exit.
  Child outer([] {
    if (unshare(CLONE_NEWUSER | CLONE_NEWPID) != 0) return;  // not permitted
    Child inner([] {
      Sender sender;
      CHECK_EQ(getpid(), 1);
      CHECK_EQ(ReadSender(1, &sender), -ENOENT);
    });
    inner.Join();
  });
  outer.Join();
}

TEST("a cgroup tells its unit and its container, the innermost of several") {
  const auto unit = [](const std::string& path) {
    const Piece found = UnitOf({path.data(), path.size()});
    return std::string(found.at, found.length);
  };
  const auto container = [](const std::string& path) {
    const Piece found = ContainerOf({path.data(), path.size()});
    return std::string(found.at, found.length);
  };
  CHECK(unit("/") == "");
  CHECK(unit("/system.slice/nginx.service") == "nginx.service");
  CHECK(unit("/user.slice/user@1.service/app.slice/a.scope/b") == "a.scope");
  CHECK(unit("/a.slice/.service") == "");
  CHECK(unit("/a.services/b") == "");
  const std::string id(64, 'a');
  const std::string other(64, '7');
  CHECK(container("/docker/" + id) == id);
  CHECK(container("/system.slice/docker-" + id + ".scope") == id);
  CHECK(container("/docker/" + id + "/docker/" + other) == other);
  CHECK(container("/kubepods/pod1/cri-containerd-" + id + ".scope/x") == id);
  CHECK(container("/docker/a" + id) == "");
  CHECK(container("/docker/" + id.substr(1)) == "");
}

TEST("to look at a process leaves no descriptor open") {
  Sender sender;
  const pid_t gone = Gone();
  const int before = OpenDescriptors();
  for (const pid_t pid : {getpid(), gone}) ReadSender(pid, &sender);
  CHECK_EQ(OpenDescriptors(), before);
}

TEST("a snapshot of a process that is gone takes no place") {
  const auto pool = std::make_unique<SnapshotPool>();
  for (auto& taken : pool->taken) taken.store(false);
  const pid_t gone = Gone();
  for (size_t i = 0; i < 2 * SnapshotPool::kSize; ++i) {
    CHECK_EQ(pool->Take(gone), 0);
  }
  for (size_t i = 0; i < SnapshotPool::kSize; ++i) {
    CHECK_EQ(pool->Take(getpid()), i + 1);
    CHECK_EQ(pool->senders[i].parent, getppid());
  }
  CHECK_EQ(pool->Take(getpid()), 0);
  pool->taken[7].store(false);
  CHECK_EQ(pool->Take(getpid()), 8);
}

TEST("the caught signals are found wherever they stand in a long status") {
  for (size_t before = 2'020; before < 2'060; ++before) {
    const int fd = Memory("Groups:\t" + std::string(before, '1') +
                          "\nSigCgt:\t0000000000000a00\n");
    CHECK_EQ(CatchesAll(fd, SignalBit(SIGUSR1)), 1);
    CHECK_EQ(CatchesAll(fd, SignalBit(SIGUSR1) | SignalBit(SIGUSR2)), 1);
    CHECK_EQ(CatchesAll(fd, SignalBit(SIGUSR1) | SignalBit(SIGHUP)), 0);
    close(fd);
  }
}

TEST("a field counts at the start of its line alone, and as far as it goes") {
  for (const char* text :
       {"Name:\tSigCgt:\tffffffffffffffff\n", "SigCgt:\tffffffffffffffff\n",
        "\nSigCgt: ffff\n", "\n\nSigCg", "", "\nSigCgt:\tffff"}) {
    const int fd = Memory(text);
    CHECK_EQ(CatchesAll(fd, SignalBit(SIGUSR1)), -ENODATA);
    close(fd);
  }
  const int after_empty = Memory("Groups:\n\nSigCgt:\t1\n");
  CHECK_EQ(CatchesAll(after_empty, 1), 1);
  close(after_empty);
  const int fd = Memory("\n\nSigCgt\nSigCgt:\tF\n\nSigCgt:\tffff\n");
  CHECK_EQ(CatchesAll(fd, 1), 0);  // no digit that the kernel writes
  close(fd);
}

}  // namespace minitalk::test
