// In the place of handler/signals/or_none.h, whose orders are parameters.
#ifndef MINITALK_HANDLER_SIGNALS_OR_NONE_H_
#define MINITALK_HANDLER_SIGNALS_OR_NONE_H_

namespace minitalk {

template <typename T>
class AtomicOrNone {
 public:
  T load() const { return load(litmus::mo_seq_cst, $); }
  T load(litmus::Order order, litmus::Info info) const {
    return (T)~complement_.load(order, info);
  }
  void store(T value) { complement_.store((T)~value); }
  void store(T value, litmus::Order order, litmus::Info info) {
    complement_.store((T)~value, order, info);
  }
  T exchange(T value) { return (T)~complement_.exchange((T)~value); }

 private:
  litmus::atomic<T> complement_{0};
};

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_OR_NONE_H_
