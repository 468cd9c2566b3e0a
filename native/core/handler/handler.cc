#include "handler.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "platform.h"
#include "state.h"
#include "word.h"

#if MINITALK_LINUX
#include <sys/syscall.h>
#endif

namespace minitalk {

State state;

namespace {

// After so long a pause a client may have died and its pid may be another's.
constexpr uint64_t kIdentityExpires = 1'000'000'000;  // ns

// Keeps a channel's ring mapped while a handler is inside it.
class ChannelUse {
 public:
  explicit ChannelUse(Channel* channel) : channel_(channel) {
    channel_->users.fetch_add(1, std::memory_order_seq_cst);
    open_ = channel_->open.load(std::memory_order_seq_cst);
  }
  ~ChannelUse() { channel_->users.fetch_sub(1, std::memory_order_release); }
  ChannelUse(const ChannelUse&) = delete;
  ChannelUse& operator=(const ChannelUse&) = delete;
  bool open() const { return open_; }

 private:
  Channel* channel_;
  bool open_;
};

// A queued signal says of itself who sent it. Asking the kernel costs two
// system calls, so the replies to every bit use what is known.
int SendQueued(pid_t own_pid, uid_t own_uid, pid_t pid, pid_t thread, int signo,
               uint64_t value) {
#if MINITALK_LINUX
  siginfo_t info = {};
  info.si_signo = signo;
  info.si_code = SI_QUEUE;
  info.si_pid = own_pid;
  info.si_uid = own_uid;
  info.si_value.sival_ptr = reinterpret_cast<void*>(value);
  const long result =
      thread == 0 ? syscall(SYS_rt_sigqueueinfo, pid, signo, &info)
                  : syscall(SYS_rt_tgsigqueueinfo, pid, thread, signo, &info);
  return result == 0 ? 0 : -errno;
#else
  (void)own_pid, (void)own_uid;
  (void)pid, (void)thread, (void)signo, (void)value;
  return -ENOSYS;
#endif
}

void Wake(Channel* channel) {
  if (channel->wake_pending.exchange(true, std::memory_order_acq_rel)) return;
  const uint64_t one = 1;
  // A full pipe or a saturated eventfd is already readable: nothing is lost.
  [[maybe_unused]] const ssize_t written =
      write(channel->wake_fd.load(std::memory_order_relaxed), &one, sizeof one);
}

void Fill(Record* record, const siginfo_t& info, uint64_t time,
          uint64_t sequence, uint32_t grant) {
  record->sequence = sequence;
  record->time = time;
  record->value = info.si_code == kCodeQueue ? SignalValue(info) : 0;
  record->signo = info.si_signo;
  record->code = info.si_code;
  record->pid = info.si_pid;
  record->uid = info.si_uid;
  record->grant = grant;
  record->reserved = 0;
}

bool IsAboveHighWater(const Ring& ring) {
  return ring.Depth() >= ring.capacity() / 2;
}

// A signal that is not part of a transmission: one record for each channel that
// wants it, or one more lost.
void RecordSignal(const siginfo_t& info) {
  const uint64_t bit = SignalBit(info.si_signo);
  // A control word is never a flood, and somebody waits for its reply.
  const bool is_word = info.si_signo == SIGUSR2 && info.si_code == kCodeQueue;
  const size_t count = state.channel_count.load(std::memory_order_acquire);
  for (size_t i = 0; i < count; ++i) {
    Channel* channel = &state.channels[i];
    if ((channel->signals.load(std::memory_order_acquire) & bit) == 0) continue;
    const ChannelUse use(channel);
    // Looked at again inside: this may be the channel's next life by now.
    if (!use.open() ||
        (channel->signals.load(std::memory_order_acquire) & bit) == 0) {
      continue;
    }
    Ring::Slot* slot = channel->ring.Claim();
    const uint64_t sequence =
        channel->sequence.fetch_add(1, std::memory_order_relaxed);
    if (slot == nullptr) {
      channel->lost[info.si_signo].fetch_add(1, std::memory_order_relaxed);
      Wake(channel);
      continue;
    }
    Fill(&slot->record, info, Now(), sequence, 0);
    Ring::Publish(slot);
    // seq_cst with Claim's exchange: either this sees the arming, or the arming
    // sees the claimed slot.
    if (is_word || channel->armed.load(std::memory_order_seq_cst) ||
        IsAboveHighWater(channel->ring)) {
      Wake(channel);
    }
  }
}

// Whether the grant's client may be sent a signal.
bool MayReply(Grant* grant, uint64_t now) {
  const uint64_t last = grant->last_reply.load(std::memory_order_relaxed);
  if (now - last >= kIdentityExpires &&
      HasExited(grant->pidfd.load(std::memory_order_relaxed))) {
    return false;  // and the next time again: the pause goes on
  }
  grant->last_reply.store(now, std::memory_order_relaxed);
  return true;
}

void Reply(Grant* grant, uint64_t now, int signo, const Word& word) {
  if (!MayReply(grant, now)) return;
  // A reply that cannot be sent is a reply that was lost: the client asks
  // again.
  SendQueued(state.owner.load(std::memory_order_relaxed),
             state.owner_uid.load(std::memory_order_relaxed),
             grant->pid.load(std::memory_order_relaxed),
             grant->thread.load(std::memory_order_relaxed), signo,
             word.Value());
}

// A data bit of the client that has the grant. Only SI_TKILL counts: the kernel
// vouches for its pid, and a plain kill by that client's own process is no bit.
bool TakeBit(const siginfo_t& info) {
  if (info.si_code != kCodeThread) return false;
  Grant* grant = state.server.current.load(std::memory_order_acquire);
  if (grant == nullptr ||
      info.si_pid != grant->pid.load(std::memory_order_relaxed) ||
      !grant->started.load(std::memory_order_relaxed)) {
    return false;
  }
  const uint32_t bits = grant->bits.load(std::memory_order_relaxed);
  if (grant->count.load(std::memory_order_relaxed) >= bits) return false;
  Channel* channel = grant->channel.load(std::memory_order_relaxed);
  const ChannelUse use(channel);
  // Looked at again inside: the channel may have a next life by now.
  if (!use.open() ||
      state.server.current.load(std::memory_order_acquire) != grant) {
    return false;
  }
  Ring::Slot* slot = channel->ring.Claim();
  if (slot == nullptr) {
    // Not taken, so not acknowledged: the client asks, sees that the count
    // lacks the bit, and sends it again.
    Wake(channel);
    return true;
  }
  const uint32_t number = grant->number.load(std::memory_order_relaxed);
  // Bits sent to several threads are handled at once; only one is the last.
  uint32_t count = grant->count.load(std::memory_order_relaxed);
  while (count < bits && !grant->count.compare_exchange_weak(
                             count, count + 1, std::memory_order_relaxed)) {
  }
  const bool counts = count < bits;
  const uint64_t now = Now();
  Fill(&slot->record, info, now,
       channel->sequence.fetch_add(1, std::memory_order_relaxed),
       counts ? number + 1 : 0);
  Ring::Publish(slot);
  if (!counts) {
    Wake(channel);  // a stray after all
    return true;
  }
  ++count;
  Reply(grant, now, SIGUSR1,
        Word{Word::kAck, grant->session.load(std::memory_order_relaxed), 0,
             number, count});
  if (count == bits || IsAboveHighWater(channel->ring)) Wake(channel);
  return true;
}

// QUERY of the present grant: starts it, and tells how many bits it has.
bool AnswerQuery(const siginfo_t& info, const Word& word) {
  Grant* grant = state.server.current.load(std::memory_order_acquire);
  if (grant == nullptr ||
      info.si_pid != grant->pid.load(std::memory_order_relaxed) ||
      word.session != grant->session.load(std::memory_order_relaxed) ||
      word.grant != grant->number.load(std::memory_order_relaxed)) {
    return false;
  }
  grant->started.store(true, std::memory_order_relaxed);
  Reply(grant, Now(), SIGUSR2,
        Word{Word::kAnswer, word.session, word.question, word.grant,
             grant->count.load(std::memory_order_relaxed)});
  return true;
}

// ACK or ANSWER for one of our own transmissions.
bool StoreReply(const siginfo_t& info, const Word& word) {
  const size_t count = state.line_count.load(std::memory_order_acquire);
  for (size_t i = 0; i < count; ++i) {
    Line* line = &state.lines[i];
    if (line->session.load(std::memory_order_acquire) != word.session ||
        line->pid.load(std::memory_order_relaxed) != info.si_pid) {
      continue;
    }
    (word.kind == Word::kAck ? line->ack : line->answer)
        .store(word.Value(), std::memory_order_release);
    return true;
  }
  return false;
}

// Whether the signal belonged to a transmission and is thereby done.
bool TakeProtocol(const siginfo_t& info) {
  if (info.si_signo != SIGUSR1 && info.si_signo != SIGUSR2) return false;
  if (info.si_code != kCodeQueue) return TakeBit(info);
  const Word word = Word::Parse(SignalValue(info));
  if (!word.IsValid()) return false;
  if (info.si_signo == SIGUSR1) {
    return word.kind == Word::kAck && StoreReply(info, word);
  }
  if (word.kind == Word::kQuery) return AnswerQuery(info, word);
  return word.kind == Word::kAnswer && StoreReply(info, word);
}

// Node's own SIGUSR1 handler opens its debug port to whoever asks. It is known
// by its bare flags; libuv's and ours restart system calls.
bool OpensInspector(int signo, const struct sigaction& action) {
  return signo == SIGUSR1 && (action.sa_flags & (SA_RESTART | SA_SIGINFO)) == 0;
}

// Written at the end of the siginfo that a predecessor gets. The kernel fills
// 48 of its 128 bytes and clears the rest, so it tells that a signal comes back
// from a handler that we have called and that calls ours in turn. Another copy
// of this library has another address.
uintptr_t ChainMark() { return reinterpret_cast<uintptr_t>(&state); }

char* MarkPlace(siginfo_t* info) {
  return reinterpret_cast<char*>(info + 1) - sizeof(uintptr_t);
}

void MarkChained(siginfo_t* info) {
  const uintptr_t mark = ChainMark();
  memcpy(MarkPlace(info), &mark, sizeof mark);
}

bool IsChained(siginfo_t* info) {
  const uintptr_t mark = ChainMark();
  return memcmp(MarkPlace(info), &mark, sizeof mark) == 0;
}

// Lets the handler that stood before ours see the signal.
void Chain(int signo, const siginfo_t& info, void* context) {
  const Disposition& disposition = state.dispositions[signo];
  if (disposition.stops.load(std::memory_order_acquire) > 0) return;
  const Predecessor* previous =
      disposition.previous.load(std::memory_order_acquire);
  if (previous == nullptr) return;
  const struct sigaction& action = previous->action;
  // Watching replaces the default action, as process.on does.
  if (action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN) return;
  if (OpensInspector(signo, action)) return;
  if ((action.sa_flags & SA_RESETHAND) != 0) {
    // The kernel would have reset it first. Node's own SIGTERM handler counts
    // on that: it raises the signal again, which would come back here for ever.
    struct sigaction reset = {};
    reset.sa_handler = SIG_DFL;
    sigaction(signo, &reset, nullptr);
  }
  // With three arguments always: Node stores sa_sigaction without SA_SIGINFO.
  siginfo_t copy = info;
  MarkChained(&copy);
  action.sa_sigaction(signo, &copy, context);
}

}  // namespace

uint64_t Now() {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 +
         static_cast<uint64_t>(time.tv_nsec);
}

int QueueSignal(pid_t pid, pid_t thread, int signo, uint64_t value) {
  return SendQueued(getpid(), getuid(), pid, thread, signo, value);
}

int KillThread(pid_t pid, pid_t thread, int signo) {
#if MINITALK_LINUX
  return syscall(SYS_tgkill, pid, thread, signo) == 0 ? 0 : -errno;
#else
  (void)pid, (void)thread, (void)signo;
  return -ENOSYS;
#endif
}

bool HasExited(int pidfd) {
  if (pidfd < 0) return false;
  struct pollfd entry = {pidfd, POLLIN, 0};
  return poll(&entry, 1, 0) == 1;
}

void TakeSignal(const siginfo_t& info, void* context) {
  if (info.si_signo < 1 || info.si_signo > kMaxSignal) return;
  if (TakeProtocol(info)) return;
  RecordSignal(info);
  Chain(info.si_signo, info, context);
}

extern "C" void MinitalkHandleSignal(int signo, siginfo_t* info,
                                     void* context) {
  const int saved_errno = errno;
  if (IsChained(info)) return;
  if (getpid() == state.owner.load(std::memory_order_relaxed)) {
    TakeSignal(*info, context);
  } else {
    Chain(signo, *info, context);
  }
  errno = saved_errno;
}

}  // namespace minitalk
