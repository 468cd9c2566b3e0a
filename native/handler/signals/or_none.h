// Descriptors, ids and uids of which -1 is none, for the state of handlers.
#ifndef MINITALK_HANDLER_SIGNALS_OR_NONE_H_
#define MINITALK_HANDLER_SIGNALS_OR_NONE_H_

#include <atomic>

namespace minitalk {

// An atomic that begins as none, -1, and is all zero bits then: it holds the
// complement. One that were not would put the whole state into the file.
template <typename T>
class AtomicOrNone {
 public:
  T load(std::memory_order order = std::memory_order_seq_cst) const {
    return static_cast<T>(~complement_.load(order));
  }
  void store(T value, std::memory_order order = std::memory_order_seq_cst) {
    complement_.store(static_cast<T>(~value), order);
  }
  T exchange(T value, std::memory_order order = std::memory_order_seq_cst) {
    return static_cast<T>(~complement_.exchange(static_cast<T>(~value), order));
  }

 private:
  std::atomic<T> complement_{0};
};

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_OR_NONE_H_
