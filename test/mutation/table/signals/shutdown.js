// The graceful end of a service.
const { of } = require('./of.js');

const file = 'signals/shutdown';
const inTurn = 'runs the handlers last first';

module.exports = [
  ['a shutdown aborts what is to stop', '    controller.abort(abortReason(info));\n', '', inTurn],
  [
    'what was deferred last for a shutdown runs first',
    'handlers.pop(); last !==',
    'handlers.shift(); last !==',
    inTurn,
  ],
  [
    'a handler of a shutdown is awaited',
    '      await attempt(() => run(info));\n',
    '      void attempt(() => run(info));\n',
    inTurn,
  ],
  [
    'a handler can be taken out of a shutdown',
    '        if (at >= 0) handlers.splice(at, 1);\n',
    '',
    inTurn,
  ],
  [
    'a shutdown ends by the signal',
    "  process.once('exit', () => binding.doDueAction(number));\n",
    '',
    inTurn,
  ],
  [
    'a shutdown says who sent the signal',
    '    void attempt(() => onSignal?.(info));\n',
    '',
    'ends it at once, and says who sent it',
  ],
  [
    'an error of onError keeps no handler of a shutdown from running',
    "      console.error('shutdown: onError failed:', failure, 'with:', error);\n",
    '      throw failure;\n',
    'keeps no handler from running',
  ],
  [
    'an error of a handler of a shutdown keeps no other one from running',
    '    } catch (error) {\n      report(error);\n    }',
    '    } finally {\n    }',
    'keeps no handler from running',
  ],
  [
    'a second signal ends a shutdown at once',
    '    } else if (!again) {\n      endBy(info);\n',
    '',
    'ends it at once, and says who sent it',
  ],
  [
    'another signal is not the first one of a shutdown again',
    'info.number === first.number && ',
    '',
    'another signal from another sender',
  ],
  [
    'the first signal of a shutdown is not told twice',
    '    if (again && info.pid === first?.pid) return;\n',
    '',
    'is the first one sent twice',
  ],
  [
    'a signal that is sent twice is no second one for a shutdown',
    'BigInt(SENT_TWICE_MS) * 1_000_000n',
    '0n',
    'is the first one sent twice',
  ],
  [
    "a sender's signal a tenth of a second into a shutdown is a second one",
    'SENT_TWICE_NS : PASSED_ON_NS',
    'PASSED_ON_NS : PASSED_ON_NS',
    'is the first one sent twice',
  ],
  [
    'a signal that is passed on is no second one for a shutdown',
    'PASSED_ON_NS = 500_000_000n',
    'PASSED_ON_NS = 0n',
    'the same signal from another sender is',
  ],
  [
    'what comes half a second into a shutdown is not passed on',
    'PASSED_ON_NS = 500_000_000n',
    'PASSED_ON_NS = 5_000_000_000_000n',
    'the same signal from another sender is',
  ],
  [
    'a deadline ends a shutdown, and says so',
    '    setTimeout(giveUp, Math.max(0, deadline - info.delay), info);\n',
    '',
    'the deadline ends a cleanup that takes too long',
  ],
  [
    'a deadline ends a shutdown that blocks the event loop',
    '    deadline: latest,\n',
    '',
    'the deadline ends a cleanup that blocks',
  ],
  [
    'a loop that was blocked for a while cleans up in a shutdown',
    '    grace: latest,\n',
    '',
    'a loop that is blocked for a while',
  ],
  [
    'the longest deadline of a shutdown leaves no room for a margin',
    'Math.min(deadline + MARGIN_MS, MAX_GRACE_MS)',
    'deadline + MARGIN_MS',
    'an hour is taken',
  ],
  [
    'a shutdown keeps no process alive before its signal',
    "  watcher.on('signal', take).unref();\n",
    "  watcher.on('signal', take);\n",
    'it keeps no process alive before a signal',
  ],
  [
    'a shutdown keeps the process alive until the cleanup is done',
    '    watcher.ref(); // a handler may wait for what does not keep the process alive\n    setTimeout(giveUp, Math.max(0, deadline - info.delay), info);\n',
    '    setTimeout(giveUp, Math.max(0, deadline - info.delay), info).unref();\n',
    'it keeps no process alive before a signal',
  ],
  [
    'the default action waits for the cleanup of a shutdown',
    '  watcher[Symbol.asyncIterator]();\n',
    '',
    inTurn,
  ],
  [
    'a shutdown that has begun is not closed',
    '    if (first === undefined) watcher.close();\n',
    '    watcher.close();\n',
    'a shutdown that has begun goes on',
  ],
  [
    'a closed shutdown runs nothing',
    '    if (first === undefined) watcher.close();\n',
    '',
    'a shutdown that has begun goes on',
  ],
  [
    'a shutdown of the first process of a namespace exits',
    '  process.exit(128 + number);\n',
    '',
    'the first process of a pid namespace',
  ],
  [
    'a signal that ends nothing starts no shutdown',
    '  for (const each of signalList(signals)) checkEndsProcess(each);\n',
    '',
    'is refused',
  ],
  [
    "a shutdown's deadline is checked",
    "  checkRange('deadline', deadline, 1, MAX_GRACE_MS);\n",
    '',
    'more than an hour is refused',
  ],
  [
    'only a function can be deferred to a shutdown',
    "      if (typeof handler !== 'function') {",
    '      if (false) {',
    'a handler that is no function is refused',
  ],
].map(of('shutdown', file));
