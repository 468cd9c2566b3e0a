// The end of a session, and of a server.
const farewell = 'lib/minitalk/endings/farewell.ts';
const goodbye = 'lib/minitalk/endings/goodbye.ts';
const linger = 'lib/minitalk/endings/linger.ts';

module.exports = [
  {
    rule: '[4.69] a dead client hears no farewell',
    edits: [[farewell, 'if (isGone(client)) died(client);\n      else {', '{']],
    test: ['unit/endings', 'a farewell is not said to who has ended, who is told of'],
  },
  {
    rule: '[4.69] the farewell is told',
    edits: [
      [
        farewell,
        '        tell(client, {\n          kind: Kind.refused,\n          session: client.id,\n          message: NO_MESSAGE,\n          reason: Reason.closing,\n        });\n',
        '',
      ],
    ],
    test: ['unit/endings', 'a farewell is said until all have confirmed it'],
  },
  {
    rule: '[4.69] the farewell names no message',
    edits: [[farewell, 'message: NO_MESSAGE', 'message: 1']],
    test: ['unit/endings', 'a farewell is said until all have confirmed it'],
  },
  {
    rule: '[4.69] the farewell is over when all have heard',
    edits: [[farewell, '    if (clients.size === 0) return;\n', '']],
    test: ['unit/endings', 'a farewell is over at once where there is nobody'],
  },
  {
    rule: '[5.5] the farewell is repeated',
    edits: [[farewell, 'ms < LEAVE_MS; ms', 'ms < 1; ms']],
    test: ['unit/endings', 'a farewell is said until all have confirmed it'],
  },
  {
    rule: '[5.5] the farewell has an end',
    edits: [[farewell, 'const LEAVE_MS = 500;', 'const LEAVE_MS = 500_000;']],
    test: ['unit/endings', 'a farewell has an end though nobody confirms it'],
  },
  {
    rule: '[4.65] CLOSED of another attempt is not the last',
    edits: [[goodbye, ' && word.attempt === attempt) finish();', ') finish();']],
    test: ['unit/goodbye', 'it ends with the answer to the last CLOSE: earlier ones are'],
  },
  {
    rule: '[4.65] CLOSED ends the goodbye',
    edits: [[goodbye, 'if (word.kind === Kind.closed && word.attempt === attempt) finish();', '']],
    test: ['unit/goodbye', 'it ends with the answer to the last CLOSE: earlier ones are'],
  },
  {
    rule: "[4.1] CLOSED is the server's",
    edits: [[goodbye, 'from !== pid || ', '']],
    test: ['unit/goodbye', 'only its own server ends it, about its own session'],
  },
  {
    rule: '[4.1] CLOSED is of the session',
    edits: [[goodbye, 'word.session !== session || ', '']],
    test: ['unit/goodbye', 'only its own server ends it, about its own session'],
  },
  {
    rule: '[4.1] a WELCOME of that number is for a nonce',
    edits: [[goodbye, ' || word.kind === Kind.welcome', '']],
    test: ['unit/goodbye', 'what the server still had to say is heard, and is no end; a'],
  },
  {
    rule: '[4.2] late words of an ended session are taken',
    edits: [[goodbye, 'finish();\n        return true;', 'finish();\n        return false;']],
    test: ['unit/goodbye', 'it ends with the answer to the last CLOSE: earlier ones are'],
  },
  {
    rule: '[4.65] CLOSE attempts are numbered',
    edits: [[goodbye, 'attempt = (attempt % 255) + 1;', 'attempt = 1;']],
    test: ['unit/goodbye', 'CLOSE is said again and again, more and more seldom, and'],
  },
  {
    rule: '[4.65] CLOSE attempts never are 0',
    edits: [[goodbye, 'attempt = (attempt % 255) + 1;', 'attempt = (attempt + 1) % 256;']],
    test: ['unit/goodbye', 'after 255 attempts they are numbered from 1 again: 0 wants no'],
  },
  {
    rule: '[5.4, 6.20] CLOSE is repeated',
    edits: [[goodbye, '      timer = setTimeout(ask, spread(patience)).unref();\n', '']],
    test: ['unit/goodbye', 'CLOSE is said again and again, more and more seldom, and'],
  },
  {
    rule: '[4.67] CLOSE keeps no process alive',
    edits: [
      [
        goodbye,
        'timer = setTimeout(ask, spread(patience)).unref();',
        'timer = setTimeout(ask, patience);',
      ],
    ],
    test: ['unit/goodbye', 'the handlers stay as long as it lasts; the process need not'],
  },
  {
    rule: '[5.4] CLOSE becomes rarer',
    edits: [[goodbye, '      patience = longerWait(patience);\n', '']],
    test: ['unit/goodbye', 'CLOSE is said again and again, more and more seldom, and'],
  },
  {
    rule: '[4.66] a goodbye to a server that is gone ends',
    edits: [[goodbye, "told.is === 'gone' || told", 'told']],
    test: ['unit/goodbye', 'it ends with a server that is'],
  },
  {
    rule: '[4.66] a goodbye to a server that catches nothing ends',
    edits: [[goodbye, " || told.is === 'deaf'", '']],
    test: ['unit/goodbye', 'it ends with a server that is {"is": "deaf"}'],
  },
  {
    rule: '[4.66, 5.6] a goodbye to who is no server any more ends',
    edits: [[goodbye, ' || isNoServer()) {', ') {']],
    test: ['unit/goodbye', 'it ends with a server that is no longer registered, not before 3'],
  },
  {
    rule: '[4.66, 5.6] a goodbye does not end at once without a registration',
    edits: [[goodbye, 'monotonicMs() - start >= UNREGISTERED_MS && ', '']],
    test: ['unit/goodbye', 'it ends with a server that is no longer registered, not before 3'],
  },
  {
    rule: '[4.66] a registered server is waited for',
    edits: [[goodbye, " && target.lookAtRegistration().is === 'gone'", '']],
    test: ['unit/goodbye', 'after 255 attempts they are numbered from 1 again: 0 wants no'],
  },
  {
    rule: '[4.67] the handlers stay until the goodbye ends',
    edits: [[goodbye, '      endpoint.release();\n      resolve', '      resolve']],
    test: ['unit/goodbye', 'the handlers stay as long as it lasts; the process need not'],
  },
  {
    rule: '[4.67] the goodbye takes its own hold of the handlers',
    edits: [
      [
        goodbye,
        'const endpoint = acquireEndpoint();',
        'const endpoint = acquireEndpoint();\n  endpoint.release();',
      ],
    ],
    test: ['unit/goodbye', 'the handlers stay as long as it lasts; the process need not'],
  },
  {
    rule: '[4.67] who has taken leave hears no more',
    edits: [[goodbye, '      endpoint.clients.delete(port);\n', '']],
    test: ['unit/goodbye', 'it ends with the answer to the last CLOSE: earlier ones are'],
  },
  {
    rule: '[4.65] a goodbye that is over asks no more',
    edits: [
      [goodbye, '      clearTimeout(timer);\n      endpoint.clients', '      endpoint.clients'],
    ],
    test: ['unit/goodbye', 'it ends with the answer to the last CLOSE: earlier ones are'],
  },
  {
    rule: '[4.72] where all have confirmed the signals come back at once',
    edits: [[linger, '    restore();\n    return;\n  }\n  let end', '    return;\n  }\n  let end']],
    test: ['unit/endings', 'what a server still owes is nothing where all have confirmed'],
  },
  {
    rule: '[4.72] the signals stay until the last has confirmed',
    edits: [
      [
        linger,
        'if (!waitedFor.delete(client) || waitedFor.size > 0) return;',
        'waitedFor.delete(client);',
      ],
    ],
    test: ['unit/endings', 'what a server still owes is kept until each has said CLOSE, and'],
  },
  {
    rule: '[5.7] the last CLOSE is waited for',
    edits: [[linger, 'end = setTimeout(finish, LAST_CLOSE_MS).unref();', 'finish();']],
    test: ['unit/endings', 'what a server still owes is kept until each has said CLOSE, and'],
  },
  {
    rule: '[5.7] a CLOSE that is repeated puts the end off',
    edits: [[linger, '      if (word.kind === Kind.close) end?.refresh();\n', '']],
    test: ['unit/endings', 'what a server still owes is put off by a CLOSE that comes again'],
  },
  {
    rule: '[4.73] a late CLOSE is confirmed',
    edits: [[linger, '      if (word.kind === Kind.close) confirm(client);\n', '']],
    test: ['unit/endings', 'what a server still owes is kept until each has said CLOSE, and'],
  },
  {
    rule: '[4.73] what is asked late is answered',
    edits: [[linger, '      answer(client, word);\n', '']],
    test: ['unit/endings', 'what a server still owes is kept until each has said CLOSE, and'],
  },
  {
    rule: '[4.72] the clients of a server that has ended are let go',
    edits: [[linger, '    for (const client of clients.values()) client.unpin();\n', '']],
    test: ['unit/endings', 'what a server still owes is kept until each has said CLOSE, and'],
  },
  {
    rule: '[4.72] the port of a server that has ended is gone',
    edits: [[linger, '    endpoint.leaving.delete(port);\n', '']],
    test: ['unit/endings', 'what a server still owes is kept until each has said CLOSE, and'],
  },
  {
    rule: '[4.73] the port of a server that ends is there',
    edits: [[linger, '  endpoint.leaving.add(port);\n', '']],
    test: ['unit/endings', 'what a server still owes is kept until each has said CLOSE, and'],
  },
  {
    rule: '[4.73] OPEN is for a later server',
    edits: [[linger, 'if (word.kind === Kind.open) return false; // to a later server', '']],
    test: ['unit/endings', 'what a server still owes is owed to its own clients: a later'],
  },
  {
    rule: "[4.1] a late word is its client's",
    edits: [
      [
        linger,
        'if (client?.process.pid !== pid) return false;',
        'if (client === undefined) return false;',
      ],
    ],
    test: ['unit/endings', 'what a server still owes is owed to its own clients: a later'],
  },
  {
    rule: '[4.72] who dies late is waited for no more',
    edits: [[linger, 'if (isGone(client)) confirm(client);', '']],
    test: ['unit/endings', 'what a server still owes is not owed to who has ended'],
  },
  {
    rule: '[4.72] waiting late keeps no process alive',
    edits: [[linger, '  }, LOOK_MS).unref();', '  }, LOOK_MS);']],
    test: ['unit/endings', 'what a server still owes keeps no process alive'],
  },
  {
    rule: '[5.7] the last wait keeps no process alive',
    edits: [
      [
        linger,
        'end = setTimeout(finish, LAST_CLOSE_MS).unref();',
        'end = setTimeout(finish, LAST_CLOSE_MS);',
      ],
    ],
    test: ['unit/endings', 'what a server still owes keeps no process alive'],
  },
  {
    rule: '[4.65] CLOSE that wants no answer gets none',
    edits: [[linger, 'if (word.attempt === NO_ANSWER) return;', '']],
    test: ['unit/endings', 'what a server still owes is no answer where none is wanted'],
  },
  {
    rule: '[4.73] a late OFFER gets the outcome of its message',
    edits: [
      [
        linger,
        'client.outcome?.message === message ? client.outcome.reason : Reason.closing',
        'Reason.closing',
      ],
    ],
    test: ['unit/endings', 'what a server still owes is the outcome of the last message, and'],
  },
  {
    rule: '[4.73] a late OFFER of another message is refused',
    edits: [
      [
        linger,
        'client.outcome?.message === message ? client',
        'client.outcome !== undefined ? client',
      ],
    ],
    test: ['unit/endings', 'what a server still owes is the outcome of the last message, and'],
  },
];
