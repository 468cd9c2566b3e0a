#include "transmit.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include <algorithm>

#include "affinity.h"
#include "handler/calls.h"
#include "handler/handler.h"
#include "handler/word.h"

#if MINITALK_LINUX
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#endif

namespace minitalk {

namespace {

// docs/protocol.md, section 5. Longer than a scheduler tick on purpose: a wait
// that would end before the next tick makes the kernel set the hardware timer
// anew for each bit, which costs as much as the rest of the wait.
constexpr uint64_t kFirstTimeout = 5'000'000;   // ns
constexpr uint64_t kLastTimeout = 100'000'000;  // ns
constexpr uint64_t kHeldUp = 100'000'000;       // ns

// Blocks every signal of this thread, as sa_mask does for the handler, so that
// what sigtimedwait takes is dispatched under the same conditions.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

// Takes one SIGUSR1 or SIGUSR2, blocked in this thread, if it comes in time.
void WaitForSignal(uint64_t ns) {
#if MINITALK_LINUX
  sigset_t both;
  sigemptyset(&both);
  sigaddset(&both, SIGUSR1);
  sigaddset(&both, SIGUSR2);
  const struct timespec limit = {static_cast<time_t>(ns / 1'000'000'000),
                                 static_cast<long>(ns % 1'000'000'000)};
  siginfo_t info;
  // The system call itself: glibc's sigtimedwait turns SI_TKILL into SI_USER,
  // and a bit of our own client would be a stray.
  if (syscall(SYS_rt_sigtimedwait, &both, &info, &limit, kMaxSignal / 8) <= 0) {
    return;
  }
  // A chained handler may look at its context; there is none, so it sees zeros.
  static ucontext_t no_context;
  TakeSignal(info, &no_context);
#else
  (void)ns;
#endif
}

}  // namespace

int Transmitter::Open(pid_t pid, pid_t thread, int pidfd) {
  if (!kHasQueue) return -ENOSYS;
  if (line_ != nullptr) return -EALREADY;
  for (size_t i = 0; i < kMaxLines; ++i) {
    Line* line = &state.lines[i];
    bool expected = false;
    if (!line->claimed.compare_exchange_strong(expected, true)) continue;
    line->pid.store(pid);
    size_t count = state.line_count.load();
    while (count <= i &&
           !state.line_count.compare_exchange_weak(count, i + 1)) {
    }
    line_ = line;
    pid_ = pid;
    thread_ = thread;
    pidfd_ = pidfd;
    return 0;
  }
  return -ENOSPC;
}

void Transmitter::Close() {
  if (line_ == nullptr) return;
  line_->session.store(0);
  line_->claimed.store(false);
  line_ = nullptr;
}

void Transmitter::Begin(uint32_t session, uint32_t grant, const uint8_t* bytes,
                        size_t size) {
  if (line_ == nullptr) return;
  bytes_.assign(bytes, bytes + size);
  bits_ = static_cast<uint32_t>(size * 8);
  session_ = session;
  grant_ = grant;
  taken_ = 0;
  outstanding_ = 0;
  waiting_ = Waiting::kNothing;
  started_ = false;
  timeout_ = kFirstTimeout;
  last_reply_ = 0;
  last_look_ = Now();
  stalled_ = false;
  line_->ack.store(0);
  line_->answer.store(0);
  line_->session.store(session, std::memory_order_release);
}

int Transmitter::Run(int cpu, uint64_t slice_ns) {
  if (line_ == nullptr) return -EBADF;
  if (HasExited(pidfd_)) return -ESRCH;
  CpuHold hold;
  if (cpu >= 0) hold.Acquire(cpu);
  const SignalsBlocked blocked;
  const uint64_t now = Now();
  // Who was told to look has looked just now. Else a caller that is away for
  // long each time would never send a bit.
  if (stalled_) last_look_ = now;
  const int status = Loop(now + slice_ns);
  stalled_ = status == kStalled;
  return status;
}

int Transmitter::Loop(uint64_t end) {
  for (;;) {
    const uint64_t now = Now();
    // We were stopped or starved: the server may have put its handlers away.
    const bool held_up = now - last_look_ > kHeldUp;
    last_look_ = now;
    if (held_up) return kStalled;
    if (!TakeReply(now)) return kMismatch;
    if (waiting_ == Waiting::kNothing) {
      if (started_ && taken_ == bits_) return kFrameDone;
      const int error = started_ ? SendBit(now) : SendQuestion(now);
      if (error != 0) return error;
    } else if (now >= deadline_) {
      // Never the bit again without asking: it may only be late.
      timeout_ = std::min(timeout_ * 2, kLastTimeout);
      if (HasExited(pidfd_)) return -ESRCH;
      const int error = SendQuestion(now);
      if (error != 0) return error;
    }
    if (now >= end) return timeout_ > kFirstTimeout ? kStalled : kSliceOver;
    WaitForSignal(std::min(deadline_ - now, kFirstTimeout));
  }
}

int Transmitter::SendBit(uint64_t now) {
  const uint32_t index = taken_;
  const bool one = (bytes_[index / 8] >> (7 - index % 8) & 1) != 0;
  outstanding_ = index + 1;
  waiting_ = Waiting::kAck;
  deadline_ = now + timeout_;
  return KillThread(pid_, thread_, one ? SIGUSR2 : SIGUSR1);
}

int Transmitter::SendQuestion(uint64_t now) {
  question_ = (question_ + 1) & Word::kNumberMask;
  waiting_ = Waiting::kAnswer;
  deadline_ = now + timeout_;
  const Word word{Word::kQuery, session_, question_, grant_, 0};
  const int error = QueueSignal(pid_, thread_, SIGUSR2, word.Value());
  // No room for a queued signal now (RLIMIT_SIGPENDING): as good as lost.
  return error == -EAGAIN ? 0 : error;
}

bool Transmitter::TakeReply(uint64_t now) {
  if (waiting_ == Waiting::kNothing) return true;
  if (outstanding_ != 0) {
    const Word ack{Word::kAck, session_, 0, grant_, outstanding_};
    if (line_->ack.load(std::memory_order_acquire) == ack.Value()) {
      Taken(now);
      return true;
    }
  }
  if (waiting_ != Waiting::kAnswer) return true;
  const Word answer =
      Word::Parse(line_->answer.load(std::memory_order_acquire));
  // An answer to an earlier question may have been given before the bit came
  // in: its count would look as if the bit were lost.
  if (answer.kind != Word::kAnswer || answer.session != session_ ||
      answer.question != question_ || answer.grant != grant_) {
    return true;
  }
  last_reply_ = now;
  if (answer.count == outstanding_) {
    Taken(now);
    return true;
  }
  waiting_ = Waiting::kNothing;  // dropped: the same bit again
  return answer.count + 1 == outstanding_;
}

void Transmitter::Taken(uint64_t now) {
  taken_ = outstanding_;
  started_ = true;
  waiting_ = Waiting::kNothing;
  timeout_ = kFirstTimeout;
  last_reply_ = now;
}

}  // namespace minitalk
