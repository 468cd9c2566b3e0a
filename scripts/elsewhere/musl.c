// Debian's libstdc++ and libgcc are made for glibc. What they need of it and
// musl does not have, so that a Node for musl runs beside musl alone; and what
// newer ones have. Only for tests.
#define _GNU_SOURCE
#include <link.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

char __libc_single_threaded;

struct {
  unsigned vendor, type, subtype, features;
} __cpu_model;
int __cpu_indicator_init(void) { return 0; }

uint32_t arc4random(void) {
  uint32_t value = 0;
  getrandom(&value, sizeof value, 0);
  return value;
}

size_t __strftime_l(char* text, size_t size, const char* format,
                    const struct tm* when, locale_t locale) {
  return strftime_l(text, size, format, when, locale);
}

// Destructors of thread_local objects, last one first.
struct Destructor {
  void (*run)(void*);
  void* object;
  struct Destructor* next;
};
static _Thread_local struct Destructor* destructors;
static pthread_key_t thread_end;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void Destroy(void* unused) {
  (void)unused;
  while (destructors != NULL) {
    struct Destructor* first = destructors;
    destructors = first->next;
    first->run(first->object);
    free(first);
  }
}

static void MakeKey(void) { pthread_key_create(&thread_end, Destroy); }

int __cxa_thread_atexit_impl(void (*run)(void*), void* object, void* library) {
  (void)library;
  pthread_once(&once, MakeKey);
  pthread_setspecific(thread_end, &once);
  struct Destructor* first = malloc(sizeof *first);
  if (first == NULL) abort();
  *first = (struct Destructor){run, object, destructors};
  destructors = first;
  return 0;
}

// Where exceptions find how to unwind: glibc's own faster dl_iterate_phdr(3).
struct dl_find_object {
  unsigned long long flags;
  void* start;
  void* end;
  struct link_map* map;
  void* frames;
  unsigned long long reserved[7];
};
struct Search {
  uintptr_t address;
  struct dl_find_object* result;
};

static int LookAt(struct dl_phdr_info* info, size_t size, void* data) {
  (void)size;
  struct Search* search = data;
  uintptr_t start = UINTPTR_MAX;
  uintptr_t end = 0;
  void* frames = NULL;
  int is_here = 0;
  for (int i = 0; i < info->dlpi_phnum; i += 1) {
    const ElfW(Phdr)* part = &info->dlpi_phdr[i];
    uintptr_t first = info->dlpi_addr + part->p_vaddr;
    uintptr_t last = first + part->p_memsz;
    if (part->p_type == PT_GNU_EH_FRAME) frames = (void*)first;
    if (part->p_type != PT_LOAD) continue;
    if (search->address >= first && search->address < last) is_here = 1;
    if (first < start) start = first;
    if (last > end) end = last;
  }
  if (!is_here || frames == NULL) return 0;
  search->result->start = (void*)start;
  search->result->end = (void*)end;
  search->result->frames = frames;
  return 1;
}

int _dl_find_object(void* address, struct dl_find_object* result) {
  memset(result, 0, sizeof *result);
  struct Search search = {(uintptr_t)address, result};
  return dl_iterate_phdr(LookAt, &search) == 1 ? 0 : -1;
}

// Memory protection keys: there are none.
int pkey_alloc(unsigned flags, unsigned rights) {
  (void)flags, (void)rights;
  return -1;
}
int pkey_free(int key) { return (void)key, -1; }
int pkey_get(int key) { return (void)key, -1; }
int pkey_set(int key, unsigned rights) { return (void)key, (void)rights, -1; }
int pkey_mprotect(void* address, size_t size, int protection, int key) {
  (void)address, (void)size, (void)protection, (void)key;
  return -1;
}

// std::string::_M_replace_cold of GCC 13: replaces old_size bytes at `at` by a
// text that may be part of the same string.
void ReplaceCold(void* string, char* at, size_t old_size, const char* text, size_t size, size_t rest) __asm__(
    "_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE15_M_replace_"
    "coldEPcmPKcmm");
void ReplaceCold(void* string, char* at, size_t old_size, const char* text,
                 size_t size, size_t rest) {
  (void)string;
  char* copy = malloc(size + 1);
  if (copy == NULL) abort();
  memcpy(copy, text, size);
  if (rest > 0 && old_size != size) memmove(at + size, at + old_size, rest);
  memcpy(at, copy, size);
  free(copy);
}
