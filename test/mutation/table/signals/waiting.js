// Whoever iterates over a watcher, or waits for one signal.
const { at, of } = require('./of.js');

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
      [at('watcher'), '    if (publication.hasSubscribers) publication.publish(info);\n', ''],
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
    edits: [[at('watcher'), '      native.setGrace(grace, deadline);\n', '']],
    test: ['signals/outcome', 'waits for an iteration to have finished'],
  },
  {
    rule: 'who says nothing has realtime signals held',
    edits: [[at('watcher'), "overflow = 'hold'", "overflow = 'drop'"]],
    test: ['signals/floods', 'the kernel keeps what has no room'],
  },
  {
    rule: 'who wants them dropped has them dropped',
    edits: [[at('watcher'), "if (overflow === 'hold') native", 'native']],
    test: ['signals/floods', 'the gap accounts for every signal'],
  },
  {
    rule: 'what the kernel keeps comes before the watcher is closed',
    edits: [
      [
        at('internal/channel'),
        '    this.native.stopHolding(); // before what would get it then returns\n',
        '',
      ],
    ],
    test: ['signals/floods', 'when a watcher closes is handed over'],
  },
  {
    rule: 'what the kernel keeps is handed over at the exit',
    edits: [
      [
        at('internal/channel'),
        '    this.native.stopHolding();\n    this.#drain(',
        '    this.#drain(',
      ],
    ],
    test: ['signals/floods', 'when the process exits is handed over'],
  },
  {
    rule: 'a turn of the loop takes two batches at most',
    edits: [[at('internal/channel'), 'const BATCHES = 2;', 'const BATCHES = Infinity;']],
    test: ['signals/floods', 'free loop room for what else is due: main'],
  },
  {
    rule: 'the deadline reaches the handler',
    edits: [[at('watcher'), 'setGrace(grace, deadline)', 'setGrace(grace, undefined)']],
    test: ['signals/outcome', 'a deadline ends a process whose cleanup blocks'],
  },
];

module.exports = [...queue, ...wait, ...inProcess];
