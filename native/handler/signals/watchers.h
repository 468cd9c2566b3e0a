// The channels that watch a signal: each is judged once, then all are told.
#ifndef MINITALK_HANDLER_SIGNALS_WATCHERS_H_
#define MINITALK_HANDLER_SIGNALS_WATCHERS_H_

#include <signal.h>

#include <cstddef>
#include <cstdint>

#include "handler/signals/relation.h"
#include "handler/signals/state.h"

namespace minitalk {

// What follows the signal, the stronger the greater.
enum class Outcome { kAsBefore, kChain, kDefault, kStop };

// Holds the channels open, so that those that were judged are those that are
// told, whatever is opened, closed or subscribed to meanwhile.
class Watchers {
 public:
  explicit Watchers(const siginfo_t& info);
  ~Watchers();
  Watchers(const Watchers&) = delete;
  Watchers& operator=(const Watchers&) = delete;

  // The strongest that one of them wants.
  Outcome outcome() const { return outcome_; }
  size_t count() const { return count_; }
  // The longest time that one of them grants its loop, ns.
  uint64_t grace() const { return grace_; }
  // The latest that one of them grants its listeners, ns; kNever: none.
  uint64_t deadline() const { return deadline_; }

  // Records and reports the signal. False where a channel has no room for it.
  bool Tell(bool is_urgent);

  // What comes of a realtime signal while the ring of a channel that holds
  // fills. On the thread of such a channel the signal is blocked, so that the
  // kernel keeps what follows until the loop has drained: see HoldBack, whose
  // `context` is the handler's; null: there is nothing to return to. Another
  // thread has nobody who would unblock it, so it queues the signal to that
  // one. True where it has, and nobody is to be told here.
  void HoldBack(void* context) const;
  bool HandOver() const;

 private:
  enum class Telling { kNothing, kRecord, kRefusal, kReport };
  struct Verdict {
    Outcome outcome;
    Telling telling;
  };
  struct Watcher {
    Channel* channel;
    Telling telling;
  };

  // The first channel that holds this signal and has a ring that fills; or
  // null.
  const Channel* Filling() const;

  Verdict Judge(const Channel& channel);
  void Add(Channel* channel);

  const siginfo_t& info_;
  SenderRelations sender_;
  Outcome outcome_ = Outcome::kAsBefore;
  uint64_t grace_ = 0;
  uint64_t deadline_ = 0;
  size_t count_ = 0;
  Watcher watchers_[kMaxChannels];  // the first count_
};

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_WATCHERS_H_
