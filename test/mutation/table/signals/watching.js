// What a watcher may be asked for, what it emits, and when it ends.
const { of } = require('./of.js');

const watcher = [
  [
    'what follows a signal is checked',
    "    checkChoice('after', after, ['chain', 'stop', 'default']);\n",
    '',
    'an invalid after is refused',
  ],
  [
    'what comes of an overflow is checked',
    "    checkChoice('overflow', overflow, ['hold', 'drop']);\n",
    '',
    'an invalid overflow is refused',
  ],
  [
    'grace is checked',
    "    checkRange('grace', grace, 0, MAX_GRACE_MS);\n",
    '',
    'an invalid grace is refused',
  ],
  [
    'a deadline is checked',
    "    if (deadline !== undefined) checkRange('deadline', deadline, 1, MAX_GRACE_MS);\n",
    '',
    'an invalid deadline is refused',
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
    '        native.setPolicy(only, never, attestedOnly, refusesOthers);\n',
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

const checks = [
  [
    'a range holds its bounds',
    'value >= min && value <= max',
    'value > min && value < max',
    'are taken',
  ],
].map(of('internal/checks', 'unit/watcher'));

const channel = [
  [
    'closing hands over what the ring holds',
    '    this.flush();\n    this.#closed = true',
    '    this.#closed = true',
    'closing hands over what came',
  ],
  [
    'closing lets go of each signal, and of the process that is listened to',
    '    for (const signo of [...this.#releases.keys()]) this.unsubscribe(signo);\n    this.native.settle',
    '    this.native.settle',
    'leaves no listener of ours',
  ],
  [
    'what was lost is told once',
    '      this.#lost.set(signo, now);\n    }',
    '    }',
    'each gap is told once',
  ],
  [
    'what was lost is told by signal',
    'bySignal[signalName(signo)] = now - before',
    'bySignal[signalName(signo)] = now',
    'each gap is told once',
  ],
  [
    'a signal that is needed is refused',
    '    if (!binding.isWatchable(signo)) {',
    '    if (false) {',
    'a signal that cannot be watched',
  ],
  [
    'nobody is told that it was displaced who was not',
    'if (this.native.takeDisplaced(signo)) options',
    'options',
    'what is displaced is looked for',
  ],
].map(of('internal/channel', 'unit/watcher'));

const arming = [
  [
    'a channel does not poll for records that wake it anyway',
    'if (this.#drain(1) > 0) break;',
    'break;',
    'it does not poll for those',
  ],
  [
    'a channel polls where records came meanwhile',
    'if (this.#drain(1) > 0) break;',
    'this.#drain(1);',
    'it polls where records came',
  ],
  [
    'no stream of records keeps a channel from its loop',
    'const ARM_TRIES = 4;',
    'const ARM_TRIES = Infinity;',
    'it polls when they come faster',
  ],
].map(of('internal/channel', 'unit/signal-channel'));

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

module.exports = [...watcher, ...checks, ...channel, ...arming, ...info];
