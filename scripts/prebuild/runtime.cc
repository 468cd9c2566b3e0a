// What the addon takes of a C++ runtime, for the ready-made binaries: so they
// need none of the system's, whose age and maker differ, and carry no whole
// one, which would double their size. For the headers of LLVM's libc++; nothing
// throws, and to run out of memory ends the process.
#include <pthread.h>
#include <sched.h>

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <new>
#include <string>

namespace {

void* AllocateOrNull(std::size_t size) {
  return std::malloc(size > 0 ? size : 1);
}

void* AllocateOrDie(std::size_t size) {
  void* const memory = AllocateOrNull(size);
  if (memory == nullptr) std::abort();
  return memory;
}

}  // namespace

void* operator new(std::size_t size) { return AllocateOrDie(size); }
void* operator new[](std::size_t size) { return AllocateOrDie(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return AllocateOrNull(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace std {

const nothrow_t nothrow{};

inline namespace __1 {

void mutex::lock() { pthread_mutex_lock(&__m_); }
bool mutex::try_lock() noexcept { return pthread_mutex_trylock(&__m_) == 0; }
void mutex::unlock() noexcept { pthread_mutex_unlock(&__m_); }
#ifndef _LIBCPP_HAS_TRIVIAL_MUTEX_DESTRUCTION  // as with musl
mutex::~mutex() noexcept { pthread_mutex_destroy(&__m_); }
#endif

template class basic_string<char>;

[[noreturn]] void __libcpp_verbose_abort(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  std::vfprintf(stderr, format, arguments);
  va_end(arguments);
  std::abort();
}

}  // namespace __1
}  // namespace std

// Of the C++ ABI, https://itanium-cxx-abi.github.io/cxx-abi/abi.html#once-ctor:
// a guard's first byte says that its object is built, so that the compiler
// looks before it calls; the second one is ours.
struct Guard {
  char built;
  char in_work;
};

extern "C" {

int __cxa_guard_acquire(Guard* guard) {
  while (__atomic_test_and_set(&guard->in_work, __ATOMIC_ACQUIRE))
    sched_yield();
  if (guard->built == 0) return 1;
  __atomic_clear(&guard->in_work, __ATOMIC_RELEASE);
  return 0;
}

void __cxa_guard_release(Guard* guard) {
  __atomic_store_n(&guard->built, 1, __ATOMIC_RELEASE);
  __atomic_clear(&guard->in_work, __ATOMIC_RELEASE);
}

[[noreturn]] void __cxa_pure_virtual() { std::abort(); }

}  // extern "C"
