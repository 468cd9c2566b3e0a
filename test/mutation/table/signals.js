// What lib/signals promises: who is believed, what was looked at, who gets which signal.
const at = (name) => `lib/signals/${name}.ts`;

/** A rule, the file and edit that take it away, and the test that must notice. */
const of =
  (path, file) =>
  ([rule, find, replacement, name]) => ({
    rule,
    edits: [[at(path), find, replacement]],
    test: [file, name],
  });

const policy = [
  [
    'a policy that says nothing of it takes attested senders only',
    'attested = true',
    'attested = false',
    'a list of uids or pids alone believes no claim of them',
  ],
  [
    'signals that a policy does not want pass, unless it says otherwise',
    "others = 'pass'",
    "others = 'refuse'",
    'without options only the attested pass',
  ],
  [
    'what a policy says of claims is passed on',
    'attestedOnly: attested',
    'attestedOnly: true',
    'each option is passed on',
  ],
  [
    'refusing is passed on',
    "refusesOthers: others === 'refuse'",
    "refusesOthers: others !== 'refuse'",
    'each option is passed on',
  ],
  [
    "a policy's uids are checked",
    "  checkList('from.uids', uids, 0, MAX_UID);\n",
    '',
    'an invalid from.uids is refused',
  ],
  [
    'the uid that is nobody fits no policy',
    'MAX_UID = 2 ** 32 - 2',
    'MAX_UID = 2 ** 32 - 1',
    'an invalid from.uids is refused',
  ],
  [
    "a policy's pids begin at 1",
    "checkList('from.pids', pids, 1,",
    "checkList('from.pids', pids, 0,",
    'an invalid from.pids is refused',
  ],
  [
    'a list has 32 entries at most',
    'list.length <= MAX_ENTRIES && ',
    '',
    'an invalid from.uids is refused',
  ],
  [
    'a list may have 32 entries',
    'list.length <= MAX_ENTRIES',
    'list.length < MAX_ENTRIES',
    '32 entries of each are taken',
  ],
].map(of('policy', 'unit/policy'));

const explain = [
  [
    'what another process chose is made harmless before it is printed',
    "return text.replace(/[\\u0000-\\u001f\\u007f-\\u009f\\ufffd]/g, '?');",
    'return text;',
    'neither ends the line nor moves the cursor',
  ],
  [
    'so is a name that a claim leads to',
    `that pid is (\${harmless(sender.name)})`,
    `that pid is (\${sender.name})`,
    'neither ends the line nor moves the cursor',
  ],
  [
    "so is a parent's",
    'harmless(sender.parent.name)',
    'sender.parent.name',
    'neither ends the line nor moves the cursor',
  ],
  [
    'so is a cgroup',
    'harmless(sender.cgroup)',
    'sender.cgroup',
    'neither ends the line nor moves the cursor',
  ],
  [
    'a claim is not called attested',
    'describeUid(uid)}, not attested',
    'describeUid(uid)}, attested',
    'a claim is called one',
  ],
  [
    'a parent without a name is told by its pid alone',
    'if (sender.parent.name !== undefined) line',
    'line',
    'its name, parent and cgroup follow',
  ],
].map(of('explain', 'unit/explain'));

const errors = [
  [
    'an unknown errno is ERR_SYSTEM',
    "?? 'ERR_SYSTEM'",
    "?? 'ESRCH'",
    'an errno that is not on the list',
  ],
  [
    "a system call's error has its cause",
    '    syscall,\n    cause,\n',
    '    syscall,\n',
    "a system call's error names",
  ],
  [
    'only a negative result is an error',
    'if (result < 0) throw',
    'if (result <= 0) throw',
    'a negative result is thrown',
  ],
  [
    'the cause of an abort is its reason',
    "'The operation was aborted', { cause: signal.reason }",
    "'The operation was aborted'",
    "an abort has Node's name",
  ],
  ["an abort has Node's name", "  error.name = 'AbortError';\n", '', "an abort has Node's name"],
  [
    'an error of no call has no cause',
    'details.cause === undefined ? undefined : { cause: details.cause }',
    '{ cause: details.cause }',
    'an error of no system call',
  ],
].map(of('errors', 'unit/signal-errors'));

const looks = [
  ...[
    [
      'a fault of ours is no failed look',
      "  if (errno === undefined) throw cause; // no system call's: a fault of ours\n",
      '',
      'an error of node:fs leaves an unknown',
    ],
    [
      'an error that says ESRCH says gone',
      " || code === 'ESRCH'",
      '',
      'only a missing file or process',
    ],
    [
      'an error that says ENOENT says gone',
      "code === 'ENOENT' || ",
      '',
      'only a missing file or process',
    ],
    [
      'who could not look does not say gone',
      "  if (look.is === 'unknown') throw look.error;\n",
      '',
      'thrown when nobody could look',
    ],
  ].map(of('internal/look', 'unit/looks')),
  ...[
    ['a field stands at the start of its line', '`^$', '`$', 'each from the start of its line'],
    [
      'a signal has its bit in the mask',
      'BigInt(signo - 1)',
      'BigInt(signo)',
      'a status is read field by field',
    ],
    [
      'the real uid comes first',
      '[realUid = -1, effectiveUid = -1,',
      '[effectiveUid = -1, realUid = -1,',
      'a status is read field by field',
    ],
    [
      'the limit of signals follows their number',
      "split('/')[1]",
      "split('/')[0]",
      'a status is read field by field',
    ],
    [
      'a status without handlers catches nothing',
      "field('SigCgt') || '0'",
      "field('SigCgt') || 'f'.repeat(16)",
      'a status without its fields',
    ],
    [
      'both user signals must be caught',
      'status.catches(constants.signals.SIGUSR1) &&',
      'status.catches(constants.signals.SIGUSR1) ||',
      'both user signals are caught',
    ],
    [
      'a start time is looked for behind the name',
      "text.lastIndexOf(')') + 2",
      "text.indexOf(')') + 2",
      'behind a name with spaces',
    ],
    [
      'the start time is the 22nd field',
      "split(' ')[19]",
      "split(' ')[18]",
      'behind a name with spaces',
    ],
    [
      'who is not there is gone',
      'if (binding.kill(pid, 0) === -ESRCH) return GONE;\n',
      '',
      'one that does not is gone',
    ],
    [
      'a thread that is there is not gone',
      'thread, 0) === -ESRCH',
      'thread, 0) !== -ESRCH',
      'a thread is gone when',
    ],
    [
      'the namespace is an inode',
      "/\\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0]",
      "readlinkSync('/proc/self/ns/pid')",
      'the pid namespace is its inode',
    ],
  ].map(of('internal/proc', 'unit/looks')),
  ...[
    [
      'signals from 33 on are in the upper half',
      'if (signo > 32) high',
      'if (signo > 31) high',
      'each signal in its half',
    ],
    ['halves are unsigned', 'low: low >>> 0', 'low', 'each signal in its half'],
    [
      'a thread that has ended is gone',
      '      if (result === -ESRCH) return GONE;\n',
      '',
      'a status that is held open',
    ],
    [
      'a status that cannot be read is no answer',
      '      if (result < 0) return unknown(systemError(result',
      '      if (result < -1000) return unknown(systemError(result',
      'a status that is held open',
    ],
    [
      'a closed status keeps no descriptor',
      '      if (descriptor >= 0) binding.closeDescriptor(descriptor);\n',
      '',
      'a status that is held open',
    ],
    [
      'a closed status has none to close again',
      '      descriptor = -1;\n',
      '',
      'a status that is held open',
    ],
  ].map(of('internal/thread-status', 'unit/looks')),
  ...[
    [
      'bigints are strings in JSON',
      "typeof value === 'bigint' ? String(value) : (value as unknown)",
      'value',
      'JSON takes bigints',
    ],
  ].map(of('internal/json', 'unit/looks')),
  ...[
    [
      'a parent that is outside is none',
      'parent > 0\n',
      'parent >= 0\n',
      'the first process no parent',
    ],
    [
      'arguments end with no empty one',
      ".replace(/\\0$/, '')",
      '',
      'a process is told with its arguments',
    ],
    [
      "a process's arguments are frozen",
      "Object.freeze(\n        arguments_ === '' ?",
      "(\n        arguments_ === '' ?",
      'a process is told with its arguments',
    ],
    [
      'who is not there, or not shown, is gone',
      'result === -ENOENT || result === -ESRCH',
      'result === -ESRCH',
      'one that does not is gone',
    ],
  ].map(of('sender', 'unit/looks')),
];

const queue = [
  [
    'a signal is finished with when the next is asked for',
    '    finishPresent();\n    if (failure',
    '    if (failure',
    'finished with when the next one',
  ],
  [
    'a signal is finished with when the iteration stops',
    '    finishPresent();\n    isIterating',
    '    isIterating',
    'when the iteration stops',
  ],
  [
    'what came to one who waited is finished with too',
    '        present.push(info);\n        waiting',
    '        waiting',
    'when the iteration stops',
  ],
  ['each is finished with once', 'present.splice(0)', 'present', 'finished with when the next one'],
  [
    'a queue has its capacity and no more',
    'if (queue.length - head >= capacity) return false',
    'if (queue.length - head > capacity) return false',
    'there is room for its capacity',
  ],
  [
    'what was taken makes room',
    'queue.length - head >= capacity',
    'queue.length >= capacity',
    'there is room for its capacity',
  ],
  [
    'a queue that is cut goes on at its start',
    '      head = 0;\n',
    '',
    'thousands keep their order',
  ],
  [
    'there is one iteration at a time',
    '      if (isIterating) {',
    '      if (isEnded && isIterating) {',
    'a second iteration is refused',
  ],
  [
    'an iteration that has stopped makes room for another',
    '    isIterating = false;\n',
    '',
    'a second iteration is refused',
  ],
  [
    'who waits is let go when the iteration stops',
    '    for (const { resolve } of awaiting.splice(0)) resolve(DONE);\n',
    '',
    'a second iteration is refused',
  ],
  [
    'an end ends the iteration',
    '    if (isEnded) return Promise.resolve(DONE);\n',
    '',
    'an end lets out what is there',
  ],
  [
    'an end lets those go who wait',
    '        if (error === undefined) resolve(DONE);\n        else ',
    '        if (error !== undefined) ',
    'an end lets out what is there',
  ],
  [
    'an end with an error rejects who comes later',
    '      failure = error;\n',
    '',
    'an end with an error',
  ],
  [
    'an end with an error rejects who waits',
    'else reject(error);',
    'else resolve(DONE);',
    'an end with an error',
  ],
].map(of('internal/signal-queue', 'unit/signal-queue'));

const send = [
  [
    'pid 1 is nobody to send to',
    'pid > 1 && pid <= MAX_PID',
    'pid >= 1 && pid <= MAX_PID',
    'the pid 1 does not',
  ],
  ['a pid has an upper bound', ' && pid <= MAX_PID', '', 'does not, and the error says'],
  ['a pid is whole', 'Number.isInteger(pid) && ', '', 'the pid 1.5 does not'],
  [
    'a thread is checked before kill',
    '    assertPid(thread);\n',
    '',
    'is refused before anything is sent',
  ],
  [
    'a thread is checked before queue',
    '  if (thread !== undefined) assertPid(thread);\n',
    '',
    'is refused before anything is sent',
  ],
  ['a value is not negative', 'word < 0n || ', '', 'is refused'],
  ['a value has 64 bits', ' || word >= 1n << 64n', '', 'is refused'],
  [
    'halves are told apart',
    'high: Number(word >> 32n)',
    'high: Number(word >> 31n)',
    'a value is split',
  ],
  [
    "kill's failures are thrown",
    "check(binding.kill(pid, signo), 'kill', what)",
    'binding.kill(pid, signo)',
    'fail by their names',
  ],
  [
    "tgkill's failures are thrown",
    "check(binding.killThread(pid, thread, signo), 'tgkill', what)",
    'binding.killThread(pid, thread, signo)',
    'fail by their names',
  ],
  ['what is queued goes to its thread', 'thread ?? 0', '0', 'goes to the thread that was told'],
].map(of('send', 'unit/send'));

const handles = [
  [
    'a closed handle keeps no descriptor',
    '    if (pidfd >= 0) binding.closeDescriptor(pidfd);\n',
    '',
    'a closed one none',
  ],
  ['a closed handle has no descriptor', '    pidfd = -1;\n', '', 'a closed one none'],
  [
    'a handle is closed once',
    '    if (isClosed) return;\n',
    '',
    'closing again takes no descriptor',
  ],
  [
    'who waits for the end hears that the handle is closed',
    '      reject(closedError(pid));\n',
    '',
    'keeps no more once it is closed',
  ],
  [
    'closing a handle ends the wait for the end',
    '    exit?.close();\n',
    '',
    'keeps no more once it is closed',
  ],
  [
    'there is one wait for the end',
    'exit ??= exitPromise',
    'exit = exitPromise',
    'keeps no more once it is closed',
  ],
  [
    'an end that was heard of stays',
    'if (isClosed && exit === undefined) return',
    'if (isClosed) return',
    'an end that was heard of',
  ],
  [
    "an identity is the pinned process's",
    "      assertAlive('identify process');\n",
    '',
    'a pid that was given again',
  ],
  [
    "handlers are the pinned process's",
    "      assertAlive('read the handlers of process');\n",
    '',
    'a pid that was given again',
  ],
  [
    'pid 1 is opened by nobody',
    '  assertPid(pid);\n  return pinProcess',
    '  return pinProcess',
    'pid 1 can be pinned',
  ],
  [
    'a pid that names nobody is not pinned',
    '  if (pid !== 1) assertPid(pid);\n',
    '',
    'pid 1 can be pinned',
  ],
  ['without ENOSYS there is no fallback', 'opened === -ENOSYS || ', '', 'the pid itself is used'],
  [
    'a forbidden pidfd is as one that is not there',
    ' || opened === -EPERM',
    '',
    'the pid itself is used',
  ],
  [
    'the end is polled for where no pidfd tells it',
    'if (!hasExited()) return;',
    'return;',
    'the pid itself is used',
  ],
  [
    'who could not look does not say that nobody is there',
    "look.is === 'unknown' && look.error.code !== 'ENOENT'",
    "look.is === 'unknown' && look.error.code === 'ENOENT'",
    'who could not look says so',
  ],
].map(of('process-handle', 'unit/process-handle'));

const watcher = [
  [
    'what follows a signal is checked',
    "if (!['chain', 'stop', 'default'].includes(after)) {",
    'if (false) {',
    'an invalid after is refused',
  ],
  [
    'grace is checked',
    "    checkRange('grace', grace, 0, MAX_GRACE_MS);\n",
    '',
    'an invalid grace is refused',
  ],
  [
    'grace may be an hour and no more',
    'MAX_GRACE_MS = 3_600_000',
    'MAX_GRACE_MS = 3_600_001',
    'an invalid grace is refused',
  ],
  [
    'capacity is checked',
    "    checkRange('capacity', capacity, MIN_CAPACITY, MAX_CAPACITY);\n",
    '',
    'an invalid capacity is refused',
  ],
  [
    'a range holds its bounds',
    'value >= min && value <= max',
    'value > min && value < max',
    'are taken',
  ],
  [
    'recheck is checked',
    "    if (recheck !== undefined) checkRange('recheck', recheck, 1, 2 ** 31 - 1);\n",
    '',
    'an invalid recheck is refused',
  ],
  [
    'a watcher that cannot begin gives its channel back',
    '      this.#channel.close();\n      throw error;',
    '      throw error;',
    'gives back what was opened',
  ],
  [
    'an abort that came before is told',
    '    if (signal?.aborted) throw abortError(signal);\n',
    '',
    'an abort closes it',
  ],
  [
    'an abort closes the watcher',
    "    signal?.addEventListener('abort', this.#onAbort, { once: true });\n",
    '',
    'an abort closes it',
  ],
  [
    'a closed watcher listens to no abort',
    "    this.#abort?.removeEventListener('abort', this.#onAbort);\n",
    '',
    'an abort closes it',
  ],
  [
    'the end of a watcher ends its iteration',
    '    this.#queue.end(reason);\n',
    '',
    'an iterator is iterable itself',
  ],
  [
    "the iteration ends with the abort's error",
    'this.#queue.end(reason)',
    'this.#queue.end()',
    'an abort closes it',
  ],
  [
    'rechecking ends with the watcher',
    '    clearInterval(this.#recheck);\n',
    '',
    'what is displaced is looked for',
  ],
  [
    'a signal is emitted by the name that was asked for',
    "    if (typeof signal === 'string') names.add(signal);\n",
    '',
    'each is emitted by the name',
  ],
  [
    'what somebody listens to waits for no iterator',
    'isHeard = this.#emitSafely(name, info) || isHeard;',
    'this.#emitSafely(name, info);',
    'what nobody listens to waits',
  ],
  [
    'who iterates gets what is listened to as well',
    'this.#queue.isIterating || !isHeard',
    '!isHeard',
    'while somebody iterates',
  ],
  [
    'what an iteration has no room for is told',
    'if (!this.#queue.push(info)) this.#overflow(info);',
    'this.#queue.push(info);',
    'an iteration that is behind',
  ],
  [
    'a refused signal is nothing else',
    "      this.#emitSafely('refused', info);\n      return;",
    "      this.#emitSafely('refused', info);",
    'a refused signal is told',
  ],
  [
    'a refused signal is told',
    "      this.#emitSafely('refused', info);\n      return;",
    '      return;',
    'a refused signal is told',
  ],
  [
    "a watcher's policy is set",
    '        native.setPolicy(uids, pids, attestedOnly, refusesOthers);\n',
    '',
    'a refused signal is told',
  ],
  [
    'snapshots are read for who asks for them',
    "      if (options.snapshot) check(native.enableSnapshots(), 'mmap', () => 'keep snapshots');\n",
    '',
    'only with snapshots',
  ],
  [
    'an iterator is iterable itself',
    '        return this;\n      },\n    }) as',
    '        return undefined;\n      },\n    }) as',
    'an iterator is iterable itself',
  ],
].map(of('watcher', 'unit/watcher'));

const channel = [
  [
    'closing hands over what the ring holds',
    '    this.flush();\n    this.#closed = true',
    '    this.#closed = true',
    'closing hands over what came',
  ],
  [
    'closing puts the earlier dispositions back',
    '    for (const signo of [...this.#releases.keys()]) this.unsubscribe(signo);\n    this.native.settle',
    '    this.native.settle',
    'a closed or disposed watcher',
  ],
  [
    'what was lost is told once',
    '      this.#lost.set(signo, now);\n    }',
    '    }',
    'is told as a gap',
  ],
  [
    'what was lost is told by signal',
    'bySignal[signalName(signo)] = now - before',
    'bySignal[signalName(signo)] = now',
    'is told as a gap',
  ],
  [
    'a signal that is needed is refused',
    '    if (!binding.isWatchable(signo)) {',
    '    if (false) {',
    'a signal that cannot be watched',
  ],
  [
    'who is displaced is told of its own signals',
    'if (this.#releases.has(signo)) options',
    'options',
    'what is displaced is looked for',
  ],
].map(of('internal/channel', 'unit/watcher'));

const info = [
  [
    'only what a process sent is attested',
    "this.attested = origin === 'process'",
    "this.attested = origin !== 'unknown'",
    'a signal tells number, code',
  ],
  ['a signal is frozen', '    Object.freeze(this);\n', '', 'a signal tells number, code'],
  [
    'a signal has its place',
    'this.sequence = batch.sequence(i)',
    'this.sequence = BigInt(i) + 1n',
    'a signal tells number, code',
  ],
  [
    'delay is in ms',
    'Number(now - this.time) / 1e6',
    'Number(now - this.time) / 1e9',
    'a signal tells number, code',
  ],
].map(of('info', 'unit/watcher'));

const wait = [
  [
    'a wait for a signal watches no more when it has it',
    "    clearTimeout(timer);\n    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);\n    watcher.close();",
    '    clearTimeout(timer);',
    'takes the next one',
  ],
  ['its time is checked', '!(timeout >= 0 && timeout < 2 ** 31)', 'false', 'refuses the time'],
  [
    'its time is over when it says',
    'timer = setTimeout(() => reject(timeoutError(signals, timeout)), timeout);',
    '',
    'ends with its time',
  ],
  [
    'a signal that came in time is taken',
    '    if (first !== undefined) return first;\n',
    '',
    'has the signal that came before',
  ],
  [
    'an abort ends it',
    "      signal?.addEventListener('abort', onAbort);\n",
    '',
    'ends with an abort',
  ],
  [
    'an abort that came before ends it',
    '  if (signal?.aborted) throw abortError(signal);\n',
    '',
    'ends with an abort',
  ],
  [
    'it keeps no listener',
    "    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);\n",
    '',
    'keeps no listener',
  ],
  [
    'its options reach the watcher',
    "{ after: 'stop', ...rest }",
    "{ after: 'stop' }",
    'passes on whose signals',
  ],
].map(of('wait', 'unit/watcher'));

const inProcess = [
  {
    rule: 'a wait stops its signal, unless told otherwise',
    edits: [[at('wait'), "{ after: 'stop', ...rest }", "{ after: 'chain', ...rest }"]],
    test: ['signals/iterate', 'waitForSignal stops the signal there'],
  },
  {
    rule: "a listener's error keeps nobody from the next signal",
    edits: [
      [
        at('watcher'),
        '      process.nextTick(() => {\n        throw error;\n      });\n      return true;',
        '      throw error;',
      ],
    ],
    test: ['signals/iterate', "a listener's error is uncaught"],
  },
  {
    rule: 'a signal is published',
    edits: [
      [at('watcher'), '    if (diagnostics.hasSubscribers) diagnostics.publish(info);\n', ''],
    ],
    test: ['signals/iterate', 'and published'],
  },
  {
    rule: 'after an iteration the default action follows',
    edits: [[at('watcher'), '(info) => this.#actByDefault(info)', '() => {}']],
    test: ['signals/outcome', 'waits for an iteration to have finished'],
  },
  {
    rule: 'the default action waits for the iteration',
    edits: [
      [
        at('watcher'),
        '      if (this.#queue.isIterating) return; // who has it says when it is done with\n',
        '',
      ],
    ],
    test: ['signals/outcome', 'waits for an iteration to have finished'],
  },
  {
    rule: 'the grace time reaches the handler',
    edits: [[at('watcher'), '      native.setGrace(grace);\n', '']],
    test: ['signals/outcome', 'with a grace of 0'],
  },
];

module.exports = [
  ...policy,
  ...explain,
  ...errors,
  ...looks,
  ...queue,
  ...send,
  ...handles,
  ...watcher,
  ...channel,
  ...info,
  ...wait,
  ...inProcess,
];
