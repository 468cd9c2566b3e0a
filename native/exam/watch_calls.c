// Preloaded into a program that is examined (LD_PRELOAD). Tells, a line each in
// the file MINITALK_EXAM_CALLS, which functions its signal handlers call that
// none may call (signal-safety(7)), and each signal to a process that is gone.
//
// Every handler is installed behind one of ours, which counts that a handler
// runs; the functions look at that count. This tells nothing of a program that
// is linked statically, since the linker has bound its calls.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// Glibc's headers may have macros for these, and its programs call these.
#undef putc
#undef putchar
int __printf_chk(int flag, const char* format, ...);
int __fprintf_chk(FILE* file, int flag, const char* format, ...);
void (*__sysv_signal(int signal, void (*handler)(int)))(int);

enum { SIGNALS = 65, HIGH = 100 };

typedef void (*plain_handler)(int);
typedef void (*info_handler)(int, siginfo_t*, void*);

static int report = -1;
static plain_handler plain_handlers[SIGNALS];
static info_handler info_handlers[SIGNALS];
// How many handlers this thread is in. Not allocated when it is first used:
// that would call malloc().
static __thread int depth __attribute__((tls_model("initial-exec")));

static void tell(const char* what) {
  const int error = errno;
  char line[64];
  const size_t length = strlen(what);
  memcpy(line, what, length);
  line[length] = '\n';
  if (report >= 0 && write(report, line, length + 1) < 0) report = -1;
  errno = error;
}

// Before anything of the program. Its own descriptors keep their numbers.
__attribute__((constructor)) static void begin(void) {
  const char* path = getenv("MINITALK_EXAM_CALLS");
  if (path == NULL) return;
  const int file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  report = fcntl(file, F_DUPFD_CLOEXEC, HIGH);
  close(file);
  tell("begun");
}

static void call_plain(int signal) {
  depth++;
  plain_handlers[signal](signal);
  depth--;
}

static void call_info(int signal, siginfo_t* info, void* context) {
  depth++;
  info_handlers[signal](signal, info, context);
  depth--;
}

static int is_function(plain_handler handler) {
  return handler != SIG_DFL && handler != SIG_IGN;
}

int sigaction(int signal, const struct sigaction* action,
              struct sigaction* old) {
  static int (*next)(int, const struct sigaction*, struct sigaction*);
  if (next == NULL) *(void**)&next = dlsym(RTLD_NEXT, "sigaction");
  if (signal <= 0 || signal >= SIGNALS) return next(signal, action, old);
  const plain_handler old_plain = plain_handlers[signal];
  const info_handler old_info = info_handlers[signal];
  struct sigaction ours;
  if (action != NULL && is_function(action->sa_handler)) {
    ours = *action;
    if (action->sa_flags & SA_SIGINFO) {
      info_handlers[signal] = action->sa_sigaction;
      ours.sa_sigaction = call_info;
    } else {
      plain_handlers[signal] = action->sa_handler;
      ours.sa_handler = call_plain;
    }
    action = &ours;
  }
  const int result = next(signal, action, old);
  if (result == 0 && old != NULL) {
    if (old->sa_handler == call_plain) old->sa_handler = old_plain;
    if (old->sa_sigaction == call_info) old->sa_sigaction = old_info;
  }
  return result;
}

static plain_handler install(int signal, plain_handler handler, int flags) {
  struct sigaction action;
  struct sigaction old;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  action.sa_flags = flags;
  return sigaction(signal, &action, &old) < 0 ? SIG_ERR : old.sa_handler;
}

plain_handler signal(int signal, plain_handler handler) {
  return install(signal, handler, SA_RESTART);
}

// What signal() is with -std=c99.
plain_handler __sysv_signal(int signal, plain_handler handler) {
  return install(signal, handler, SA_RESETHAND | SA_NODEFER);
}

// Once for each function.
#define TELL_IN_HANDLER(name)             \
  do {                                    \
    static volatile sig_atomic_t is_told; \
    if (depth > 0 && !is_told) {          \
      is_told = 1;                        \
      tell("handler " name);              \
    }                                     \
  } while (0)

#define WATCH(type, name, parameters, arguments)                \
  type name parameters {                                        \
    static type(*next) parameters;                              \
    TELL_IN_HANDLER(#name);                                     \
    if (next == NULL) *(void**)&next = dlsym(RTLD_NEXT, #name); \
    return next arguments;                                      \
  }

WATCH(void*, malloc, (size_t size), (size))
WATCH(void*, realloc, (void* memory, size_t size), (memory, size))
WATCH(int, puts, (const char* text), (text))
WATCH(int, putchar, (int c), (c))
WATCH(int, putc, (int c, FILE* file), (c, file))
WATCH(int, fputc, (int c, FILE* file), (c, file))
WATCH(int, fputs, (const char* text, FILE* file), (text, file))
WATCH(size_t, fwrite, (const void* from, size_t size, size_t n, FILE* file),
      (from, size, n, file))
WATCH(int, fflush, (FILE * file), (file))
WATCH(int, vprintf, (const char* format, va_list list), (format, list))
WATCH(int, vfprintf, (FILE * file, const char* format, va_list list),
      (file, format, list))

// What dlsym() itself may need before calloc() is found.
static _Alignas(16) char first[4096];
static size_t first_used;

static int is_first(const void* memory) {
  return (const char*)memory >= first &&
         (const char*)memory < first + sizeof first;
}

void* calloc(size_t n, size_t size) {
  static void* (*next)(size_t, size_t);
  static int is_looking;
  TELL_IN_HANDLER("calloc");
  if (next == NULL && is_looking) {
    const size_t bytes = (n * size + 15) & ~(size_t)15;
    if (bytes > sizeof first - first_used) return NULL;
    first_used += bytes;
    return first + first_used - bytes;
  }
  if (next == NULL) {
    is_looking = 1;
    *(void**)&next = dlsym(RTLD_NEXT, "calloc");
  }
  return next(n, size);
}

void free(void* memory) {
  static void (*next)(void*);
  TELL_IN_HANDLER("free");
  if (memory == NULL || is_first(memory)) return;
  if (next == NULL) *(void**)&next = dlsym(RTLD_NEXT, "free");
  next(memory);
}

// The body of a function that is called `name` and has one of its list.
#define PRINT(name, call)      \
  TELL_IN_HANDLER(name);       \
  va_list list;                \
  va_start(list, format);      \
  const int within = depth;    \
  depth = 0; /* told by now */ \
  const int result = call;     \
  depth = within;              \
  va_end(list);                \
  return result

int printf(const char* format, ...) { PRINT("printf", vprintf(format, list)); }

int fprintf(FILE* file, const char* format, ...) {
  PRINT("fprintf", vfprintf(file, format, list));
}

// What printf() is with -D_FORTIFY_SOURCE.
int __printf_chk(int flag, const char* format, ...) {
  (void)flag;
  PRINT("printf", vprintf(format, list));
}

int __fprintf_chk(FILE* file, int flag, const char* format, ...) {
  (void)flag;
  PRINT("fprintf", vfprintf(file, format, list));
}

// Not _exit(), which a handler may call.
void exit(int code) {
  static void (*next)(int) __attribute__((noreturn));
  TELL_IN_HANDLER("exit");
  depth = 0;  // what is done at the end is the end's
  *(void**)&next = dlsym(RTLD_NEXT, "exit");
  next(code);
}

int kill(pid_t pid, int signal) {
  const int result = (int)syscall(SYS_kill, pid, signal);
  if (result < 0 && errno == ESRCH && pid > 0 && signal != 0) tell("gone");
  return result;
}
