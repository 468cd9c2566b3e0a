// Puts Relacy's model of C++'s memory in the place of std::atomic, for sources
// of native/ that are included after this. A load may give any value that the
// standard allows, and a plain field that two threads reach unordered is a
// race.
#ifndef MINITALK_TEST_LITMUS_SHIM_H_
#define MINITALK_TEST_LITMUS_SHIM_H_

// All that those sources include: below here names are redefined.
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <new>
#include <relacy/relacy.hpp>
#include <string>
#include <utility>
#include <vector>

#undef new
#undef delete

namespace litmus {

using rl::mo_acq_rel;
using rl::mo_acquire;
using rl::mo_relaxed;
using rl::mo_release;
using rl::mo_seq_cst;
using Order = rl::memory_order;
using Info = rl::debug_info_param;

// std::memory_order_x is "mo_x, $" here: the place in the source goes along.
template <typename T>
class atomic {
 public:
  static constexpr bool is_always_lock_free = true;

  atomic() : impl_(0) {}
  atomic(T value) : impl_(Pack(value)) {}

  T load() const { return load(mo_seq_cst, $); }
  T load(Order order, Info info) const {
    return Unpack(impl_.load(order, info));
  }
  void store(T value) { store(value, mo_seq_cst, $); }
  void store(T value, Order order, Info info) {
    impl_.store(Pack(value), order, info);
  }
  T exchange(T value) { return exchange(value, mo_seq_cst, $); }
  T exchange(T value, Order order, Info info) {
    return Unpack(impl_.exchange(Pack(value), order, info));
  }
  T fetch_add(T value) { return fetch_add(value, mo_seq_cst, $); }
  T fetch_add(T value, Order order, Info info) {
    return Unpack(impl_.fetch_add(Pack(value), order, info));
  }
  T fetch_sub(T value) { return fetch_sub(value, mo_seq_cst, $); }
  T fetch_sub(T value, Order order, Info info) {
    return Unpack(impl_.fetch_sub(Pack(value), order, info));
  }
  T fetch_or(T value) { return fetch_or(value, mo_seq_cst, $); }
  T fetch_or(T value, Order order, Info info) {
    return Unpack(impl_.fetch_or(Pack(value), order, info));
  }
  T fetch_and(T value) {
    return Unpack(impl_.fetch_and(Pack(value), mo_seq_cst, $));
  }
  bool compare_exchange_weak(T& expected, T value, Order order, Info info,
                             Order failure, Info failure_info) {
    uint64_t raw = Pack(expected);
    const bool done = impl_.compare_exchange_weak(raw, Pack(value), order, info,
                                                  failure, failure_info);
    expected = Unpack(raw);
    return done;
  }
  bool compare_exchange_weak(T& expected, T value, Order order, Info info) {
    return compare_exchange_weak(expected, value, order, info, mo_relaxed, $);
  }
  bool compare_exchange_strong(T& expected, T value) {
    return compare_exchange_strong(expected, value, mo_seq_cst, $);
  }
  bool compare_exchange_strong(T& expected, T value, Order order, Info info) {
    uint64_t raw = Pack(expected);
    const bool done =
        impl_.compare_exchange_strong(raw, Pack(value), order, info);
    expected = Unpack(raw);
    return done;
  }

 private:
  static uint64_t Pack(T value) { return (uint64_t)value; }
  static T Unpack(uint64_t raw) { return (T)raw; }

  mutable rl::atomic<uint64_t> impl_;
};

// A field that is no atomic, which Relacy watches.
template <typename T>
class plain {
 public:
  plain() : plain(T()) {}
  plain(T value) { *this = value; }
  plain(const plain& other) : plain(T(other)) {}
  plain& operator=(const plain& other) { return *this = T(other); }
  plain& operator=(T value) {
    impl_($) = (uint64_t)value;
    return *this;
  }
  operator T() const { return (T)(uint64_t)impl_($); }
  T operator->() const { return *this; }
  plain& operator|=(T value) { return *this = *this | value; }

 private:
  mutable rl::var<uint64_t> impl_;
};

// One thread at a time opens and closes here.
struct mutex {};
template <typename T>
struct lock_guard {
  explicit lock_guard(T&) {}
};

using ::std::make_unique;
using ::std::max;
using ::std::min;
using ::std::move;
using ::std::string;
using ::std::unique_ptr;
using ::std::vector;

// Looks for an order of things in which the test fails: through all with one
// switch of threads where none has to be, then through some of any kind.
template <typename Suite>
int Check() {
  for (const rl::scheduler_type_e search :
       {rl::sched_bound, rl::sched_random}) {
    rl::test_params params;
    params.search_type = search;
    params.context_bound = 1;
    params.iteration_count = 20'000;
    params.execution_depth_limit = 5'000;
    params.output_stream = params.progress_stream = &std::cerr;
    rl::simulate<Suite>(params);
    if (params.test_result != rl::test_result_success) return 1;
  }
  return 0;
}

}  // namespace litmus

#define std litmus

#endif  // MINITALK_TEST_LITMUS_SHIM_H_
