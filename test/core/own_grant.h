// A grant of this process for itself: what the handler replies comes back as
// records, and no other process is needed.
#ifndef MINITALK_TEST_CORE_OWN_GRANT_H_
#define MINITALK_TEST_CORE_OWN_GRANT_H_

#include <sys/types.h>
#include <unistd.h>

#include <vector>

#include "core/minitalk/server.h"
#include "handler/minitalk/data_word.h"
#include "handler/minitalk/word.h"
#include "handler/signals/calls.h"
#include "handler/signals/handler.h"
#include "support.h"
#include "word_grant.h"

namespace minitalk::test {

class OwnGrant {
 public:
  // `peer` gets the replies in our place.
  explicit OwnGrant(Mode mode, uint32_t bits, size_t capacity = 64,
                    pid_t peer = getpid())
      : watch_({SIGUSR1, SIGUSR2, kBurstSignal}, After::kStop, capacity) {
    ClearFrameMemory();
    CHECK_EQ(claim_.Claim(channel(), kBurstSignal), 0);
    CHECK_EQ(claim_.SetGrant({kGrant, kSession, peer, peer, -1, bits, mode}),
             0);
  }
  OwnGrant(const OwnGrant&) = delete;
  OwnGrant& operator=(const OwnGrant&) = delete;

  // A QUERY, and what is left of it taken away.
  void Start() {
    Handle(SIGUSR2, Word{Word::kQuery, kSession, 1, kGrant, 0});
    CHECK_EQ(watch_.Take(1).size(), 1);
    TakeWake(channel());
  }

  // Hands the handler what comes from `pid`, without the kernel's part.
  bool Handle(int signo, const Word& word, pid_t pid = getpid()) {
    return TakeSignal(QueuedInfo(pid, getuid(), signo, word.Value()), nullptr);
  }
  bool Handle(int signo, const DataHeader& header, pid_t pid = getpid()) {
    siginfo_t info = QueuedInfo(pid, getuid(), signo, 0);
    PutPattern(&info, header);
    return TakeSignal(info, nullptr);
  }
  bool Bit(int signo = SIGUSR1) {
    siginfo_t info = {};
    info.si_signo = signo;
    info.si_code = SI_TKILL;
    info.si_pid = getpid();
    return TakeSignal(info, nullptr);
  }

  // The next `count` replies; no other has been sent by then.
  std::vector<Word> Replies(size_t count) {
    std::vector<Word> replies;
    Await([&] {
      for (const Record& record : watch_.Take()) {
        if (record.tag != 0) {
          ++data_;
        } else {
          replies.push_back(Word::Parse(record.value));
        }
      }
      return replies.size() >= count;
    });
    CHECK_EQ(replies.size(), count);
    return replies;
  }
  // Data signals recorded so far, as Replies has found them.
  size_t data() const { return data_; }
  bool IsWoken() const { return IsReadable(WakeFd(channel()), 0); }

  Channel* channel() const { return watch_.channel(); }
  Grant* grant() const { return protocol.server.current.load(); }
  Watch& watch() { return watch_; }
  Server& claim() { return claim_; }

 private:
  Watch watch_;
  Server claim_;
  size_t data_ = 0;
};

}  // namespace minitalk::test

#endif  // MINITALK_TEST_CORE_OWN_GRANT_H_
