// The rules of living inside Node.
//
// Not here, as no line of our own can be taken away:
// - that a handler takes no lock, and no napi_ function in particular: check-handler.sh
//   compares its symbols with a list and shows itself that it finds a mutex;
// - that names of realtime signals are resolved at run time: only another libc would show it;
// - that native calls return -errno and tests run in child processes: a way of writing;
// - thread-local storage in the handler: check-handler.sh again.

const chain = 'native/handler/signals/chain.cc';
const handler = 'native/handler/signals/handler.cc';
const marks = 'native/handler/signals/marks.h';
const late = 'native/handler/signals/late.cc';
const defaultAction = 'native/handler/signals/default_action.cc';
const ring = 'native/handler/signals/ring.h';
const table = 'native/handler/signals/signal_table.cc';
const disposition = 'native/core/signals/disposition.cc';
const heldLoop = 'native/core/signals/held_loop.cc';
const standing = 'native/core/signals/standing.cc';
const flags = 'SA_SIGINFO | SA_RESTART | SA_ONSTACK';

module.exports = [
  {
    rule: 'a one-shot predecessor finds the default action set',
    edits: [[chain, '  const StandingDefault standing(info.si_signo);\n', '']],
    test: ['signals/hazards-chain', 'for a reported SIGTERM ends the process'],
  },
  {
    rule: 'what raises its signal again and lives is watched on',
    edits: [[defaultAction, '  LetCome(signo_);\n', '']],
    test: ['signals/same-ending', 'signal 15, SIGTERM, lets it live, and each is reported'],
  },
  {
    rule: 'a predecessor gets three arguments whatever its flags',
    edits: [
      [
        chain,
        '  action.sa_sigaction(info.si_signo, &copy, context);',
        `  if ((action.sa_flags & SA_SIGINFO) != 0) {
    action.sa_sigaction(info.si_signo, &copy, context);
  } else {
    reinterpret_cast<void (*)(int, siginfo_t*, void*)>(action.sa_handler)(
        info.si_signo, nullptr, nullptr);
  }`,
      ],
    ],
    core: 'three arguments are passed even where SA_SIGINFO is missing',
  },
  {
    rule: 'SIG_DFL and SIG_IGN are not called',
    edits: [
      [chain, 'below.action == nullptr || !IsHandler(*below.action)', 'below.action == nullptr'],
    ],
    test: ['signals/hazards-chain', 'a signal without a handler before'],
  },
  {
    rule: 'the handler runs with a full mask',
    edits: [[standing, 'sigfillset(&ours.sa_mask)', 'sigemptyset(&ours.sa_mask)']],
    test: ['signals/hazards-chain', 'a storm of several signals'],
  },
  {
    rule: 'a handle of our own keeps libuv from the disposition',
    edits: [
      [
        'native/binding/signals/loop_hold.cc',
        'return uv_signal_start(handle, [](uv_signal_t*, int) {}, signo);',
        'return 0;',
      ],
    ],
    test: ['signals/hazards-listeners', 'taken away by removeAllListeners'],
  },
  {
    rule: 'that handle is no listener that an app could see',
    edits: [
      [
        'lib/signals/internal/listeners.ts',
        '  if (count === 0) {',
        '  if (count === 0) {\n    process.on(name, () => {});',
      ],
    ],
    test: ['signals/hazards-listeners', 'the listeners that an app can see'],
  },
  {
    rule: 'who displaced us unseen is found by rechecking',
    edits: [
      [
        'lib/signals/internal/channel.ts',
        'for (const signo of this.#releases.keys()) verify(signo);',
        'verify(0);',
      ],
    ],
    test: ['signals/hazards-listeners', 'found when rechecked'],
  },
  {
    // Each of the two is enough, so both go.
    rule: 'the library stays mapped when its Worker has ended',
    edits: [
      ['binding.gyp', '"-Wl,-z,nodelete"', ''],
      [disposition, '  PinLibrary();\n', ''],
    ],
    test: ['signals/hazards-threads', 'a handler whose Worker has ended'],
  },
  {
    // With a pause in between: on two cores threads seldom meet there.
    rule: 'a slot of the ring is claimed by one handler',
    edits: [
      [ring, '#include <atomic>\n', '#include <sched.h>\n\n#include <atomic>\n'],
      [
        ring,
        `tail_.compare_exchange_weak(position, position + 1,
                                        std::memory_order_seq_cst,
                                        std::memory_order_relaxed)`,
        '(sched_yield(), tail_.store(position + 1), true)',
      ],
    ],
    core: 'ring_threads_test',
  },
  {
    rule: 'a claimed slot is not read before it is published',
    edits: [
      [
        ring,
        'if (slot->turn.load(std::memory_order_acquire) != full) break;',
        'if (position == tail_.load() || full == 0) break;',
      ],
    ],
    core: 'a drain stops at a claimed slot',
  },
  {
    rule: 'a channel is freed when no handler is inside',
    edits: [
      ['native/core/signals/channel.cc', 'while (channel->users.load() != 0) sched_yield();', ''],
    ],
    test: ['signals/hazards-threads', '100 Workers that watch end by close'],
  },
  {
    rule: 'errno is as it was',
    edits: [[handler, '  errno = saved_errno;\n', '  (void)saved_errno;\n']],
    core: 'the interrupted code finds its errno as it was',
  },
  {
    rule: 'SA_RESTART is set',
    edits: [[standing, flags, 'SA_SIGINFO | SA_ONSTACK']],
    test: ['signals/hazards-chain', 'a read that blocks goes on by itself'],
  },
  {
    rule: 'SA_ONSTACK is set',
    edits: [[standing, flags, 'SA_SIGINFO | SA_RESTART']],
    core: 'the handler runs on the alternate stack',
  },
  {
    rule: 'SA_RESETHAND is not set',
    edits: [[standing, flags, `${flags} | SA_RESETHAND`]],
    test: ['signals/hazards-listeners', 'taken away by off'],
  },
  {
    rule: 'SIGCHLD is refused',
    edits: [[table, '"SIGCHLD", kIgnore, false', '"SIGCHLD", kIgnore, true']],
    core: 'signals that cannot be watched safely',
  },
  {
    // The kernel's and libc's own refusals are left; those need no rule of ours.
    rule: "libc's own signals are refused",
    edits: [[disposition, 'signo >= SIGRTMIN && signo', 'signo']],
    core: 'signals that cannot be watched safely',
  },
  {
    rule: "Node's SIGUSR1 handler is not called",
    edits: [[chain, '  if (OpensInspector(signo, *below.action)) return;\n', '']],
    test: ['signals/coexistence', 'a watched SIGUSR1 does not open the inspector'],
  },
  {
    rule: 'what stood before libuv comes back with close',
    edits: [[heldLoop, '    sigaction(signo, &below->action, nullptr);\n', '']],
    test: ['signals/coexistence', "after close SIGUSR1 is Node's again"],
  },
  {
    rule: 'a forked child touches nothing of its parent',
    edits: [
      [
        handler,
        'if (getpid() == state.owner.load(std::memory_order_relaxed)) {',
        'if (signo > 0) {',
      ],
    ],
    core: 'a signal in a forked child neither wakes',
  },
  {
    rule: 'no signal is left ignored, which children would inherit',
    edits: [
      [
        standing,
        `  const Predecessor* below =
      state.dispositions[signo].below.load(std::memory_order_acquire);
  sigaction(signo, &below->action, nullptr);`,
        '  signal(signo, SIG_IGN);',
      ],
    ],
    test: ['signals/hazards-listeners', 'children start with no signal ignored'],
  },
  {
    rule: 'one registry counts the users of all environments',
    edits: [
      [
        disposition,
        '  const bool last = --subscriptions[signo] == 0;',
        '  const bool last = true;\n  subscriptions[signo] = 0;',
      ],
    ],
    test: ['signals/hazards-copies', 'each environment gets each signal once'],
  },
  {
    rule: 'each copy of the package knows its own calls',
    edits: [[marks, 'return reinterpret_cast<uintptr_t>(&state); }', 'return 1; }']],
    test: ['signals/hazards-copies', 'two copies of the package and a listener'],
  },
  {
    rule: 'what came last is handed over at exit',
    edits: [
      ['lib/signals/watcher.ts', "  if (open.size === 0) process.on('exit', flushAll);\n", ''],
    ],
    test: ['signals/watch', 'what came last is not lost'],
  },
  {
    rule: 'a disposition is restored only where ours stands',
    edits: [
      [
        standing,
        'sigaction(signo, nullptr, &current) != 0 || !IsOurs(current)',
        'sigaction(signo, nullptr, &current) != 0',
      ],
    ],
    test: [
      'signals/hazards-copies',
      'whose handler stands below leaves the one above with SIGUSR2',
    ],
  },
  {
    rule: 'a handler put over ours is put back when libuv removes it',
    edits: [[heldLoop, 'if (!IsOurs(stood) && !IsLoopHandler(stood)) {', 'if (false) {']],
    core: 'a handler put over ours survives the end of a hold',
  },
  {
    rule: 'what is lost is counted',
    edits: [
      [
        'native/handler/signals/publish.cc',
        '    channel->lost[signo].fetch_add(1, std::memory_order_relaxed);\n',
        '',
      ],
    ],
    test: ['signals/watch', 'with the loop blocked and the ring full'],
  },
  {
    // signal-exit counts listeners to find out whether it is alone.
    rule: 'a library that counts listeners finds none of ours',
    edits: [
      [
        'lib/signals/internal/listeners.ts',
        '  if (count === 0) {',
        '  if (count === 0) {\n    process.on(name, () => {});',
      ],
    ],
    test: ['signals/hazards-listeners', 'signal-exit runs its hook beside a watcher'],
  },
  {
    // node-addon-api ends the process where it cannot throw.
    rule: 'a call into an environment that is ending does not end the process',
    edits: [['binding.gyp', '"NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"', '"MINITALK_MUTATED"']],
    test: ['signals/hazards-threads', 'terminated in the midst of watching'],
  },
  {
    rule: "Node's own handler, put over ours by vm, is none that chaining calls",
    edits: [
      [
        disposition,
        '  if ((standing.sa_flags & static_cast<int>(SA_RESETHAND)) != 0) {',
        '  if (false) {',
      ],
    ],
    test: ['signals/hazards-listeners', 'after a displacing sigaction was undone'],
  },
  {
    rule: 'a closed copy learns that one above it replaces the default action',
    edits: [
      [chain, '  if (default_action == Default::kReplaced) SetMark(&copy, kReplacedMark);\n', ''],
    ],
    test: ['signals/hazards-copies', 'for SIGTERM'],
  },
  {
    rule: 'the flood in which a watcher ended without closing ends nobody',
    edits: [[late, 'return IsOfFlood(&state.dispositions[info.si_signo]);', 'return false;']],
    core: 'a flood that goes on after its watcher has ended',
  },
  {
    rule: 'what a peer still sends to one that ended without closing ends nobody',
    edits: [[late, 'hook != nullptr && hook->resembles(info)', 'hook == nullptr']],
    core: 'what a peer can have sent ends nobody',
  },
  {
    rule: 'a process that ends is ended by no signal to its watchers',
    edits: [[disposition, 'if (ThreadId() != getpid()) return;', 'return;']],
    core: 'a process whose main thread ends is ended by nothing else',
  },
  {
    rule: 'a signal that came before the end of a process still ends it',
    edits: [[disposition, 'void NoteExit() {\n  AwaitRestorer();', 'void NoteExit() {']],
    core: 'a signal that came before exit(3) ends the process',
  },
  {
    rule: 'a lone signal to a watcher that ended does what it did before',
    edits: [[handler, 'IsAbandoned(info) && HandToRestorer(info)', 'false']],
    test: ['signals/endings', 'without a flood, SIGTERM after the end'],
  },
  {
    rule: 'no JavaScript runs while the thread is held on a CPU',
    edits: [['native/core/minitalk/receive.cc', '  CpuHold hold;', '  static CpuHold hold;']],
    test: ['e2e/placement', 'frame comes in bit mode'],
  },
];
