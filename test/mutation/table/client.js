// What a client promises its caller.
const ask = 'lib/minitalk/client/ask.ts';
const client = 'lib/minitalk/client/client.ts';
const dataPlan = 'lib/minitalk/client/data-plan.ts';
const mailbox = 'lib/minitalk/client/mailbox.ts';
const numbers = 'lib/minitalk/client/numbers.ts';
const remoteServer = 'lib/minitalk/client/remote-server.ts';
const wirePlace = 'lib/minitalk/wire/place.ts';
const lanesCpu = 'lib/minitalk/client/lanes-cpu.ts';
const sendMessage = 'lib/minitalk/client/send-message.ts';
const session = 'lib/minitalk/client/session.ts';
const transmission = 'lib/minitalk/client/transmission.ts';

module.exports = [
  {
    rule: '[5.1, 6.1, 6.2] a question that nobody answers is put again',
    edits: [
      [
        ask,
        '      server.say(question, doing);\n      continue;\n    }\n    server.heard',
        '      continue;\n    }\n    server.heard',
      ],
    ],
    test: ['unit/asking', 'a question is put again after each silence, more and more'],
  },
  {
    rule: '[5.1] questions become rarer',
    edits: [[ask, 'patience = longerWait(patience);', 'void patience;']],
    test: ['unit/asking', 'a question is put again after each silence, more and more'],
  },
  {
    rule: '[5.1] questions that have met do not meet again',
    edits: [[ask, 'const wait = spread(patience);', 'const wait = patience;']],
    test: ['unit/asking', 'waits up to a half less, at random'],
  },
  {
    rule: '[5.4] goodbyes that have met do not meet again',
    edits: [['lib/minitalk/endings/goodbye.ts', 'spread(patience)', 'patience']],
    test: ['unit/goodbye', 'its waits are up to a half shorter, at random'],
  },
  {
    rule: '[5.8] every wait ends',
    edits: [[ask, 'if (server.listened(wait, doing)) patience', 'if (patience > 0) patience']],
    test: ['unit/asking', 'a question is put again after each silence, more and more'],
  },
  {
    rule: '[5.15] after an absence a question has its whole wait again',
    edits: [
      [
        ask,
        'if (server.listened(wait, doing)) patience',
        'server.listened(wait, doing);\n      patience',
      ],
    ],
    test: ['unit/asking', 'a question has its whole wait again after an absence'],
  },
  {
    rule: '[5.8] a question begins the wait anew',
    edits: [
      [
        ask,
        '  server.say(question, doing);\n  server.heard();\n',
        '  server.say(question, doing);\n',
      ],
    ],
    test: ['unit/asking', 'a question is put again after each silence, more and more'],
  },
  {
    rule: '[5.17] every answer is a sign of life',
    edits: [[ask, '    server.heard();\n    if (word.kind', '    if (word.kind']],
    test: ['unit/asking', 'a question is put again after each silence, more and more'],
  },
  {
    rule: '[2.10] a refusal ends the question',
    edits: [[ask, 'if (word.message === message) throw refused(server.pid, word.reason);', '']],
    test: ['unit/asking', 'a question ends with its refusal'],
  },
  {
    rule: '[4.2] a refusal of an earlier message is no answer',
    edits: [[ask, 'if (word.message === message) throw', 'if (word.message >= 0) throw']],
    test: ['unit/asking', 'a question is not refused by what is said of an earlier one, and'],
  },
  {
    rule: '[4.70] who hears that the server leaves asks how its message ended',
    edits: [
      [
        ask,
        '        server.say(question, doing);\n      }\n      continue;',
        '      }\n      continue;',
      ],
    ],
    test: ['unit/asking', 'a question is put again when the server takes its leave, after a'],
  },
  {
    rule: '[4.76] who hears that the server leaves looks whether it is there',
    edits: [
      [
        ask,
        '        server.checkClosing(); // the word may have been pending while we were stopped\n',
        '',
      ],
    ],
    test: ['unit/asking', 'a question is put again when the server takes its leave, after a'],
  },
  {
    rule: '[4.2] an outcome that is repeated is not asked about',
    edits: [
      [ask, '      if (word.message === NO_MESSAGE) {', '      if (word.message >= NO_MESSAGE) {'],
    ],
    test: ['unit/asking', 'a question is not refused by what is said of an earlier one, and'],
  },
  {
    rule: '[5.1] who is told to wait asks seldom',
    edits: [
      [
        ask,
        'patience = word.kind === Kind.wait ? LAST_ASK_MS : FIRST_ASK_MS;',
        'patience = FIRST_ASK_MS;',
      ],
    ],
    test: ['unit/asking', 'a question that is answered by WAIT is put seldom; by anything'],
  },
  {
    rule: '[5.1] after a grant the question is put soon again',
    edits: [
      [
        ask,
        'patience = word.kind === Kind.wait ? LAST_ASK_MS : FIRST_ASK_MS;',
        'patience = LAST_ASK_MS;',
      ],
    ],
    test: ['unit/asking', 'a question that is answered by WAIT is put seldom; by anything'],
  },
  {
    rule: '[8.1] place off is heard',
    edits: [[client, "this.#place = options.place !== 'off';", 'this.#place = true;']],
    test: ['unit/client', 'send sends anywhere with place off'],
  },
  {
    rule: '[4.9] force is off unless told',
    edits: [[client, 'options.force ?? false', 'options.force ?? true']],
    test: ['unit/client', 'connect opens a session, and forces nothing unless told'],
  },
  {
    rule: '[4.18] a message longer than the registration says is not sent',
    edits: [
      [
        client,
        'if (data.byteLength > this.#maxMessage) {',
        'if (data.byteLength > LONGEST_MESSAGE) {',
      ],
    ],
    test: ['unit/client', 'send sends nothing longer than the server takes, and all that it'],
  },
  {
    rule: '[4.18] the longest message is sent',
    edits: [
      [
        client,
        'if (data.byteLength > this.#maxMessage) {',
        'if (data.byteLength >= this.#maxMessage) {',
      ],
    ],
    test: ['unit/client', 'send sends nothing longer than the server takes, and all that it'],
  },
  {
    rule: 'a server may be called by its name',
    edits: [
      [
        client,
        'new MinitalkClient(pidOf(server), options)',
        'new MinitalkClient(Number(server), options)',
      ],
    ],
    test: ['e2e/registration', 'a program finds a server by its name'],
  },
  {
    rule: 'a time-out is a time',
    edits: [[client, 'if (!(timeout > 0))', 'if (false)']],
    test: ['unit/client', 'connect a time-out of 0 ms is none'],
  },
  {
    rule: '[5.8] timeout is heard',
    edits: [
      [
        client,
        'const { timeout = DEFAULT_TIMEOUT_MS } = options;',
        'const timeout = DEFAULT_TIMEOUT_MS;',
      ],
    ],
    test: ['unit/client', 'connect waits for an answer as long as it is told'],
  },
  {
    rule: '[5.8] timeout is 10 s unless told',
    edits: [[client, 'const DEFAULT_TIMEOUT_MS = 10_000;', 'const DEFAULT_TIMEOUT_MS = 1000;']],
    test: ['unit/client', 'connect waits 10 s for an answer unless told'],
  },
  {
    rule: '[6.18] warnings are handed over',
    edits: [[client, ', options.onWarning)', ')']],
    test: ['unit/client', 'connect warns of a full signal queue meanwhile'],
  },
  {
    rule: 'text is sent as UTF-8',
    edits: [
      [
        client,
        "typeof data === 'string' ? Buffer.from(data) : data",
        "typeof data === 'string' ? Buffer.from(data, 'latin1') : data",
      ],
    ],
    test: ['unit/client', 'send says how long the message was, and its mode'],
  },
  {
    rule: 'sends arrive in the order of the calls',
    edits: [
      [
        client,
        'const sent = this.#tail.then(() => this.#sendNow(bytes, options));',
        'const sent = this.#sendNow(bytes, options);',
      ],
    ],
    test: ['unit/client', 'send keeps the order of the calls, also where one fails'],
  },
  {
    rule: 'the next send waits for the one before',
    edits: [[client, '    this.#tail = sent.catch(() => {});\n', '']],
    test: ['unit/client', 'send keeps the order of the calls, also where one fails'],
  },
  {
    rule: 'a send that fails does not fail the next',
    edits: [[client, 'this.#tail = sent.catch(() => {});', 'this.#tail = sent;']],
    test: ['unit/client', 'send sends nothing longer than the server takes, and all that it'],
  },
  {
    rule: 'close is safe to repeat',
    edits: [[client, '    if (!this.#closed) {\n', '    {\n']],
    test: ['unit/client', 'close ends the session, and gives all back when that is'],
  },
  {
    rule: 'close ends what is not delivered',
    edits: [[client, '      this.#closing.abort();\n', '']],
    test: ['unit/client', 'close rejects what is not delivered'],
  },
  {
    rule: 'a closed client sends nothing',
    edits: [[client, '      if (this.#closed) throw abortError(closing);\n', '']],
    test: ['unit/client', 'close rejects what is not delivered'],
  },
  {
    rule: '[4.65] close ends the session',
    edits: [
      [client, '        this.#session.end();\n        const confirmed', '        const confirmed'],
    ],
    test: ['unit/client', 'close ends the session, and gives all back when that is'],
  },
  {
    rule: '[4.67] close gives all back when the server has confirmed',
    edits: [
      [client, 'this.#session.ended().then(() => this.#session.free())', 'this.#session.ended()'],
    ],
    test: ['unit/client', 'connect gives all back when it fails'],
  },
  {
    rule: '[4.67] the handlers stay until the server has confirmed',
    edits: [
      [
        client,
        'this.#session.ended().then(() => this.#session.free())',
        '(this.#session.free(), Promise.resolve())',
      ],
    ],
    test: ['unit/client', 'close leaves the handlers until the server has confirmed'],
  },
  {
    rule: 'close does not wait for who timed out',
    edits: [
      [
        client,
        '        return this.#session.server.isUnreachable()\n          ? undefined\n          : withinPatience(confirmed, GOODBYE_MS);',
        '        return withinPatience(confirmed, 600_000);',
      ],
    ],
    test: ['unit/client', 'close leaves the handlers until the server has confirmed it'],
  },
  {
    rule: 'close waits for the server',
    edits: [
      [client, '          : withinPatience(confirmed, GOODBYE_MS);', '          : undefined;'],
    ],
    test: ['unit/client', 'close ends the session, and gives all back when that'],
  },
  {
    rule: 'close waits 500 ms for the server',
    edits: [[client, 'const GOODBYE_MS = 500;', 'const GOODBYE_MS = 500_000;']],
    test: ['unit/client', 'close leaves the handlers until the server has confirmed it'],
  },
  {
    rule: 'await using closes',
    edits: [
      [
        client,
        '    await this.close();\n  }\n\n  /** @internal opens',
        '  }\n\n  /** @internal opens',
      ],
    ],
    test: ['unit/client', 'close comes with the end of its scope'],
  },
  {
    rule: 'who cannot connect is closed',
    edits: [[client, '      await this.close();\n      throw error;', '      throw error;']],
    test: ['unit/client', 'connect gives all back when it fails'],
  },
  {
    rule: '[4.25, 4.3] a client whose session was ended opens another',
    edits: [[client, '      await session.open(signal);\n', '']],
    test: ['unit/client', 'send that is given up ends its session; the next one opens'],
  },
  {
    rule: 'the mode is checked',
    edits: [[client, '    assertWish(wish);\n', '']],
    test: ['unit/client', 'send refuses a mode that is none'],
  },
  {
    rule: '[2.11] bit mode unless told',
    edits: [[client, "mode: options.mode ?? 'bit'", "mode: options.mode ?? 'auto'"]],
    test: ['unit/client', 'send says how long the message was, and its mode'],
  },
  {
    rule: 'progress is told',
    edits: [
      [client, '        onProgress: options.onProgress,\n', '        onProgress: undefined,\n'],
    ],
    test: ['unit/client', 'send tells its progress'],
  },
  {
    rule: 'a signal gives up one message',
    edits: [
      [
        client,
        'const either = signal === undefined ? closing : AbortSignal.any([signal, closing]);',
        'const either = closing;',
      ],
    ],
    test: ['unit/client', 'connect ends when it is given up'],
  },
  {
    rule: 'a send keeps the process alive',
    edits: [[client, 'const letGo = this.#session.endpoint.hold();', 'const letGo = () => {};']],
    test: ['unit/client', 'send keeps the process alive while it waits, and no longer'],
  },
  {
    rule: 'what is sent lets the process end',
    edits: [[client, '      stopReading();\n      letGo();', '      stopReading();']],
    test: ['unit/client', 'send keeps the process alive while it waits, and no longer'],
  },
  {
    rule: '[4.69] who does not read ends at a REFUSED',
    edits: [[client, '      stopReading();\n      letGo();', '      letGo();']],
    test: ['unit/client', 'a client that nobody waits for takes its leave when the server'],
  },
  {
    rule: 'answers are read',
    edits: [[client, 'const stopReading = this.#session.read();', 'const stopReading = () => {};']],
    test: ['unit/client', 'connect opens a session'],
  },
  {
    rule: 'a signal that was aborted before sends nothing',
    edits: [[client, '      if (signal?.aborted) throw abortError(signal);\n', '']],
    test: ['unit/client', 'send that was given up before sends nothing'],
  },
  {
    rule: '[4.65] what fails halfway is ended at the server',
    edits: [
      [
        client,
        '      this.#session.end();\n      if (closing.aborted',
        '      if (closing.aborted',
      ],
    ],
    test: ['unit/client', 'send that is given up ends its session; the next one opens'],
  },
  {
    rule: 'who closes in the middle is told ERR_CLIENT_CLOSED',
    edits: [
      [
        client,
        "if (closing.aborted && !signal?.aborted && (error as Error).name === 'AbortError') {",
        'if (false as boolean) {',
      ],
    ],
    test: ['unit/client', 'close rejects what is not delivered'],
  },
  {
    rule: 'an aborted send is an AbortError',
    edits: [
      [client, 'closing.aborted && !signal?.aborted', '(closing.aborted || signal?.aborted)'],
    ],
    test: ['unit/client', 'connect ends when it is given up'],
  },
  {
    rule: 'connect heeds a signal that was aborted before',
    edits: [
      [
        client,
        '  if (options.signal?.aborted) throw abortError(options.signal);\n  const client',
        '  const client',
      ],
    ],
    test: ['unit/client', 'connect sends nothing when it was given up before'],
  },
  {
    rule: 'connect heeds its signal',
    edits: [
      [client, '  await client.open(options.signal);\n', '  await client.open(undefined);\n'],
    ],
    test: ['unit/client', 'connect ends when it is given up'],
  },
  {
    rule: 'connect opens the session',
    edits: [[client, '  await client.open(options.signal);\n', '']],
    test: ['unit/client', 'connect opens a session, and forces nothing unless told'],
  },
  {
    rule: 'from 256 bytes on auto means bursts',
    edits: [[dataPlan, 'const BURST_BYTES = 256;', 'const BURST_BYTES = 257;']],
    test: ['unit/data-plan', '256 bytes go as burst, unless told'],
  },
  {
    rule: '[4.57, 2.14] a window is 256 words at most',
    edits: [[dataPlan, 'const MAX_WINDOW = 256;', 'const MAX_WINDOW = 512;']],
    test: ['unit/data-plan', 'of 1000000 signals that may be pending a burst has 256 under way'],
  },
  {
    rule: 'a mode that is none is refused',
    edits: [
      [
        dataPlan,
        "if (!['bit', 'word', 'burst', 'auto'].includes(mode)) {",
        'if (false as boolean) {',
      ],
    ],
    test: ['unit/data-plan', '{"mode":"fast"} is no wish'],
  },
  {
    rule: 'a payload that is none is refused',
    edits: [
      [
        dataPlan,
        'if (payload !== undefined && payload !== 64 && payload !== 192) {',
        'if (false as boolean) {',
      ],
    ],
    test: ['unit/data-plan', '{"mode":"word","payload":65} is no wish'],
  },
  {
    rule: 'no signal is sent for bit mode',
    edits: [
      [
        dataPlan,
        "const passes = wish.mode === 'bit' ? 0 : binding.largestPayload();",
        'const passes = binding.largestPayload();',
      ],
    ],
    test: ['unit/data-plan', 'bits and words ask nothing of the burst signal, and bits nothing'],
  },
  {
    rule: '[2.17] a payload that is told is used',
    edits: [[dataPlan, 'wish.payload === undefined ? passes : wish.payload / 8', 'passes']],
    test: ['unit/data-plan', 'a word carries what was wished, and else as much as passes'],
  },
  {
    rule: 'word mode asks for no bursts',
    edits: [
      [
        dataPlan,
        "passes > 0 && wish.mode !== 'word' ? burstWindow(server) : 0",
        'passes > 0 ? burstWindow(server) : 0',
      ],
    ],
    test: ['unit/data-plan', 'bits and words ask nothing of the burst signal, and bits nothing'],
  },
  {
    rule: '[2.10] a burst where none is taken is refused',
    edits: [[dataPlan, "if (mode === 'burst' && burst === 0) {", 'if (false as boolean) {']],
    test: ['unit/data-plan', 'a burst goes only to a server that catches the signal at this'],
  },
  {
    rule: '[2.17] a kernel that passes no payload has bit mode',
    edits: [[dataPlan, "if (payload === 0) return 'bit';", '']],
    test: ['unit/data-plan', 'where the kernel passes no payload bits are sent, and nothing'],
  },
  {
    rule: 'where no bursts are taken auto means words',
    edits: [[dataPlan, 'return burst > 0 && length', 'return length']],
    test: ['unit/data-plan', 'a burst goes only to a server that catches the signal at this'],
  },
  {
    rule: 'a short message is sent in words',
    edits: [[dataPlan, 'burst > 0 && length >= BURST_BYTES', 'burst > 0']],
    test: ['unit/data-plan', '255 bytes go as word, unless told'],
  },
  {
    rule: '[2.13] outside burst mode the window is 1',
    edits: [[dataPlan, "window: mode === 'burst' ? burst : 1", 'window: burst']],
    test: ['unit/data-plan', 'bits and words go one at a time, by no realtime signal'],
  },
  {
    rule: '[4.9] the burst signal has to be caught',
    edits: [[dataPlan, 'if (!isCaught) return 0;', '']],
    test: ['unit/data-plan', 'a burst goes only to a server that catches the signal at this'],
  },
  {
    rule: '[4.79] a server that is gone is no server without bursts',
    edits: [
      [
        dataPlan,
        "if (isCaught === undefined) throw serverGone(pid, 'sending');",
        'if (isCaught === undefined) return 0;',
      ],
    ],
    test: ['unit/data-plan', 'nor to one that takes none, has gone, or could not be looked at'],
  },
  {
    rule: '[4.64] a quarter of the limit is sent ahead',
    edits: [[dataPlan, 'Math.floor(pendingLimit / 4)', 'pendingLimit']],
    test: ['unit/data-plan', 'of 3 signals that may be pending a burst has 1 under way'],
  },
  {
    rule: '[4.64] one word can always be sent',
    edits: [
      [dataPlan, 'Math.max(1, Math.floor(pendingLimit / 4))', 'Math.floor(pendingLimit / 4)'],
    ],
    test: ['unit/data-plan', 'of 3 signals that may be pending a burst has 1 under way'],
  },
  {
    rule: 'words come in order',
    edits: [
      [
        mailbox,
        'if (words.length > 0) return Promise.resolve(words.shift());',
        'if (words.length > 0) return Promise.resolve(words.pop());',
      ],
    ],
    test: ['unit/asking', 'a mailbox keeps words in their order until they are taken'],
  },
  {
    rule: 'a word wakes who waits',
    edits: [[mailbox, '      arrived?.();\n', '']],
    test: ['unit/asking', 'a mailbox wakes who waits'],
  },
  {
    rule: 'stale words are dropped',
    edits: [[mailbox, 'while (words[0] !== undefined && isStale(words[0])) words.shift();', '']],
    test: ['unit/asking', 'a mailbox skips what is stale, up to what is not'],
  },
  {
    rule: 'who waits hears an abort',
    edits: [[mailbox, "        signal?.addEventListener('abort', settle);\n", '']],
    test: ['unit/asking', 'a mailbox wakes who is told to wait no longer, and lets go of'],
  },
  {
    rule: 'who was aborted before does not wait',
    edits: [[mailbox, 'if (signal?.aborted) return Promise.reject(abortError(signal));', '']],
    test: ['unit/asking', 'a mailbox wakes who is told to wait no longer, and lets go of'],
  },
  {
    rule: '[5.16] what came while the loop was blocked is heard first',
    edits: [[mailbox, '          turn = setImmediate(settle);\n', '          settle();\n']],
    test: ['unit/asking', 'a mailbox hears first what came while the loop was blocked'],
  },
  {
    rule: 'who has heard listens to no abort any more',
    edits: [[mailbox, "          signal?.removeEventListener('abort', settle);\n", '']],
    test: ['unit/asking', 'a mailbox wakes who is told to wait no longer, and lets go of'],
  },
  {
    rule: '[2.6] a nonce is no number that is used',
    edits: [[numbers, 'used.has(keyOf(server, nonce)) || ', '']],
    test: ['unit/numbers', 'two conversations with one server never have the same number,'],
  },
  {
    rule: '[2.6] a nonce is no number of late',
    edits: [[numbers, ' || recent.has(keyOf(server, nonce))', '']],
    test: ['unit/numbers', 'a number of an ended conversation is not used again soon'],
  },
  {
    rule: '[2.6] a nonce that is given is used',
    edits: [[numbers, '      used.add(keyOf(server, nonce));\n', '']],
    test: ['unit/numbers', 'two conversations with one server never have the same number,'],
  },
  {
    rule: '[2.6, 4.4] a session has no number that is used',
    edits: [[numbers, 'if (used.has(key)) return false;', '']],
    test: ['unit/numbers', 'a session with the number of another conversation is not'],
  },
  {
    rule: '[2.6] a session uses its number',
    edits: [[numbers, '      used.add(key);\n', '']],
    test: ['unit/numbers', 'a nonce is no session that a conversation with that server has'],
  },
  {
    rule: '[2.6] a number that was given back is recent',
    edits: [[numbers, '      recent.add(key);\n', '']],
    test: ['unit/numbers', 'a number of an ended conversation is not used again soon'],
  },
  {
    rule: '[2.7] a number that was given back is free',
    edits: [[numbers, '      used.delete(key);\n', '']],
    test: ['unit/numbers', 'a session with the number of another conversation is not'],
  },
  {
    rule: '[2.6] a number given back again is the most recent',
    edits: [[numbers, '      recent.delete(key);\n      recent.add', '      recent.add']],
    test: ['unit/numbers', 'the last 4,096 numbers of ended conversations are kept from use,'],
  },
  {
    rule: '[2.6] 4,096 numbers are recent',
    edits: [[numbers, 'if (recent.size <= RECENT) return;', 'if (recent.size <= 1) return;']],
    test: ['unit/session', 'a WELCOME with the number of another conversation makes it open'],
  },
  {
    rule: '[2.6] no more than 4,096 numbers are kept',
    edits: [
      [
        numbers,
        '        recent.delete(oldest);\n        break;',
        '        void oldest;\n        break;',
      ],
    ],
    test: ['unit/numbers', 'the last 4,096 numbers of ended conversations are kept from use,'],
  },
  {
    rule: '[2.6] servers have numbers of their own',
    edits: [[numbers, 'server * (LARGEST_SESSION + 1) + number', 'number + 0 * server']],
    test: ['unit/numbers', 'with another server it may be'],
  },
  {
    rule: '[2.5] the next number is tried where one is used',
    edits: [[numbers, 'nonce = (nonce % LARGEST_SESSION) + 1;', 'nonce = nonce + 1;']],
    test: ['unit/numbers', 'where the drawn number is used the next one is taken, and after'],
  },
  {
    rule: '[4.66] a server without its process is gone',
    edits: [
      [
        remoteServer,
        '      if (server.hasExited()) throw serverGone(pid, doing);\n      // A server',
        '      // A server',
      ],
    ],
    test: ['unit/remote-server', 'what is said goes to none that has ended, or does not catch it:'],
  },
  {
    rule: '[4.75] who has no session says nothing to a server that is not registered',
    edits: [
      [
        remoteServer,
        "word.kind === Kind.open && target.lookAtRegistration().is !== 'seen'",
        'false as boolean',
      ],
    ],
    test: ['unit/remote-server', 'what is said goes to a server that is registered, OPEN to no'],
  },
  {
    rule: '[4.74] who has a session speaks to a server that is not registered',
    edits: [[remoteServer, 'word.kind === Kind.open && target', 'target']],
    test: ['unit/remote-server', 'what is said goes to a server that is registered, OPEN to no'],
  },
  {
    rule: '[4.75] who says nothing looks all the same',
    edits: [
      [
        remoteServer,
        'check(mayClose ? target.look(0) : target.tell(word), doing);',
        'if (!mayClose) check(target.tell(word), doing);',
      ],
    ],
    test: ['unit/remote-server', 'what is said goes to a server that is registered, OPEN to no'],
  },
  {
    rule: '[4.79] a word to a gone server fails',
    edits: [[remoteServer, "      case 'gone':\n        throw serverGone(pid, doing);\n", '']],
    test: ['unit/remote-server', 'what is said goes to none that has ended, or does not catch it:'],
  },
  {
    rule: '[4.66, 4.9] a word to a deaf server fails',
    edits: [[remoteServer, "      case 'deaf':\n        throw serverDeaf(pid, doing);\n", '']],
    test: ['unit/remote-server', 'what is said goes to none that has ended, or does not catch it:'],
  },
  {
    rule: '[4.19] who cannot look fails with the reason',
    edits: [[remoteServer, "      case 'unknown':\n        throw found.error;\n", '']],
    test: ['unit/remote-server', 'what is said is an error of the look where nobody could look'],
  },
  {
    rule: 'a word that cannot be sent fails with the reason',
    edits: [[remoteServer, "      case 'failed':\n        throw errorOf(found.errno);\n", '']],
    test: ['unit/remote-server', 'what is said is an error of its own where it could not be sent'],
  },
  {
    rule: '[4.79] ESRCH says that the server ended',
    edits: [[remoteServer, 'return errno === -constants.errno.ESRCH\n', 'return errno === 1\n']],
    test: [
      'unit/silent-server',
      'what tgkill(2) says is told: ESRCH as its end, the rest as it is',
    ],
  },
  {
    rule: '[6.18] the queues are looked at each 100 ms',
    edits: [[remoteServer, '    if (attention.now < nextQueueLook) return;\n', '']],
    test: ['unit/silent-server', 'nothing is looked at in the first 20 ms, then each 100 ms'],
  },
  {
    rule: '[6.18] the queues are looked at again',
    edits: [
      [
        remoteServer,
        '    nextQueueLook = attention.now + QUEUE_LOOK_MS;\n',
        '    nextQueueLook = Infinity;\n',
      ],
    ],
    test: ['unit/silent-server', 'nothing is looked at in the first 20 ms, then each 100 ms'],
  },
  {
    rule: "[6.18] the server's queue is looked at",
    edits: [[remoteServer, 'fullQueue(pid) ?? fullQueue(process.pid)', 'fullQueue(process.pid)']],
    test: ['unit/silent-server', 'nothing is looked at in the first 20 ms, then each 100 ms'],
  },
  {
    rule: '[6.18] the own queue is looked at',
    edits: [[remoteServer, 'fullQueue(pid) ?? fullQueue(process.pid)', 'fullQueue(pid)']],
    test: ['unit/silent-server', 'a full queue, our own, is warned of once in a silence'],
  },
  {
    rule: '[6.18] a queue that can have no room ends the wait',
    edits: [
      [
        remoteServer,
        '    if (queue?.limit === 0) {\n      hasTimedOut = true;\n      throw queueFull;\n    }\n',
        '',
      ],
    ],
    test: ['unit/silent-server', 'a queue that can hold nothing is the reason at once'],
  },
  {
    rule: '[6.18] a full queue is warned of',
    edits: [[remoteServer, '    if (!isWarned) warn(queueFull);\n', '']],
    test: ['unit/silent-server', "a full queue, the server's, is warned of once in a silence"],
  },
  {
    rule: '[6.18] a full queue is warned of once',
    edits: [[remoteServer, '    isWarned = true;\n', '']],
    test: ['unit/silent-server', "a full queue, the server's, is warned of once in a silence"],
  },
  {
    rule: '[4.77] after a silence the server is looked at',
    edits: [[remoteServer, 'if (monotonicMs() - lastHeard > HELD_UP_MS) look(burstSignal);', '']],
    test: ['unit/remote-server', 'before data it is looked at where it was silent for a while: we'],
  },
  {
    rule: 'without a silence the server is not looked at',
    edits: [
      [
        remoteServer,
        'if (monotonicMs() - lastHeard > HELD_UP_MS) look(burstSignal);',
        'look(burstSignal);',
      ],
    ],
    test: ['unit/remote-server', 'before data it is looked at where it was silent for a while: we'],
  },
  {
    rule: '[4.77] the burst signal is looked at, too',
    edits: [[remoteServer, 'check(target.look(burstSignal)', 'check(target.look(0)']],
    test: ['unit/remote-server', 'before data it is looked at where it was silent for a while: we'],
  },
  {
    rule: '[4.76] who hears that the server closes believes a registration more',
    edits: [
      [
        remoteServer,
        "if (target.lookAtRegistration().is === 'gone') throw refused(pid, Reason.closing);",
        'throw refused(pid, Reason.closing);',
      ],
    ],
    test: ['unit/remote-server', 'REFUSED(closing) counts where it is not registered any more'],
  },
  {
    rule: '[4.76] who hears that the server closes, and finds no registration, ends',
    edits: [
      [
        remoteServer,
        "if (target.lookAtRegistration().is === 'gone') throw refused(pid, Reason.closing);",
        '',
      ],
    ],
    test: ['unit/remote-server', 'REFUSED(closing) counts where it is not registered any more'],
  },
  {
    rule: 'an older sign of life is none',
    edits: [[remoteServer, '      if (at <= lastHeard) return;\n', '']],
    test: ['unit/silent-server', 'what was heard earlier than the last sign of life is none'],
  },
  {
    rule: '[5.8, 5.17] a sign of life ends the silence',
    edits: [[remoteServer, '      silentSince = attention.now;\n', '']],
    test: ['unit/remote-server', 'its silence ends a wait, and a sign of life begins it anew'],
  },
  {
    rule: '[5.14] a sign of life is listened from',
    edits: [[remoteServer, '      attention.begin();\n', '']],
    test: ['unit/silent-server', 'nor does a time in which nobody listened, before a sign of life'],
  },
  {
    rule: '[6.18] a sign of life puts off the look at the queues',
    edits: [
      [
        remoteServer,
        '      nextQueueLook = silentSince + FIRST_ASK_MS;\n      hasTimedOut',
        '      hasTimedOut',
      ],
    ],
    test: ['unit/silent-server', 'a sign of life puts that off'],
  },
  {
    rule: 'who was heard is reachable',
    edits: [[remoteServer, '      hasTimedOut = false;\n', '']],
    test: ['unit/remote-server', 'its silence ends a wait, and a sign of life begins it anew'],
  },
  {
    rule: '[6.18] after a sign of life a full queue is warned of anew',
    edits: [[remoteServer, '      isWarned = false;\n', '']],
    test: ['unit/silent-server', "a full queue, the server's, is warned of once in a silence"],
  },
  {
    rule: '[6.18] the queues are looked at while the server is silent',
    edits: [[remoteServer, '      lookAtQueues();\n', '']],
    test: ['unit/silent-server', 'nothing is looked at in the first 20 ms, then each 100 ms'],
  },
  {
    rule: '[5.6, 4.76] 3 s without registration and answer are the end',
    edits: [
      [
        remoteServer,
        'attention.hasPassed(silentSince, UNREGISTERED_MS) &&\n',
        'attention.hasPassed(silentSince, 300_000) &&\n',
      ],
    ],
    test: ['unit/silent-server', 'a registered server has its whole time, one that is not 3 s'],
  },
  {
    rule: '[5.6] 3 s of silence of a registered server are no end',
    edits: [
      [
        remoteServer,
        "target.lookAtRegistration().is === 'gone';\n      if",
        "target.lookAtRegistration().is !== ('nothing' as string);\n      if",
      ],
    ],
    test: ['unit/silent-server', 'a registered server has its whole time, one that is not 3 s'],
  },
  {
    rule: '[5.8, 6.19] the time-out is an end',
    edits: [
      [remoteServer, '!isNoServer && !attention.hasPassed(silentSince, timeout)', '!isNoServer'],
    ],
    test: ['unit/silent-server', 'and is the reason when the time is over, unless it has room'],
  },
  {
    rule: '[4.79] a time-out of a server that has ended is ESRCH',
    edits: [
      [
        remoteServer,
        '      if (server.hasExited()) throw serverGone(pid, doing);\n      if (isNoServer)',
        '      if (isNoServer)',
      ],
    ],
    test: ['unit/silent-server', 'one that has ended is gone, whatever else is true of it'],
  },
  {
    rule: '[5.6] the end of an unregistered one is no time-out',
    edits: [
      [
        remoteServer,
        '      if (isNoServer) throw serverUnregistered(pid, UNREGISTERED_MS, doing);\n',
        '',
      ],
    ],
    test: ['unit/silent-server', 'a registered server has its whole time, one that is not 3 s'],
  },
  {
    rule: 'who timed out is unreachable',
    edits: [
      [
        remoteServer,
        '      hasTimedOut = true;\n      throw queueFull ??',
        '      throw queueFull ??',
      ],
    ],
    test: ['unit/silent-server', 'and is the reason when the time is over, unless it has room'],
  },
  {
    rule: '[6.18] a time-out over a full queue is EAGAIN',
    edits: [[remoteServer, 'throw queueFull ?? timedOut', 'throw timedOut']],
    test: ['unit/silent-server', 'and is the reason when the time is over, unless it has room'],
  },
  {
    rule: '[6.18] a queue that has room again is no reason',
    edits: [
      [
        remoteServer,
        '    queueFull = queue && queueFullError(queue);\n    if (queueFull === undefined) return;',
        '    if (queue === undefined) return;\n    queueFull = queueFullError(queue);',
      ],
    ],
    test: ['unit/silent-server', 'and is the reason when the time is over, unless it has room'],
  },
  {
    rule: 'progress begins with 0',
    edits: [[sendMessage, '  onProgress?.({ sent: 0, total: length });\n', '']],
    test: ['unit/sending', 'a message is offered, sent under its grant, and over when it is'],
  },
  {
    rule: '[4.2] a word about another message is no answer',
    edits: [
      [
        sendMessage,
        "if (!('message' in word) || word.message !== number) return undefined;",
        "if (!('message' in word)) return undefined;",
      ],
    ],
    test: ['unit/sending', 'words about another message are not its'],
  },
  {
    rule: '[4.44] DELIVERED ends the message',
    edits: [[sendMessage, 'if (word.kind === Kind.delivered) return true;', '']],
    test: ['unit/sending', 'a message is offered, sent under its grant, and over when it is'],
  },
  {
    rule: '[4.56] a finished grant that is repeated is not sent again',
    edits: [[sendMessage, '|| word.grant === finished) return undefined;', ') return undefined;']],
    test: ['unit/sending', 'a frame that was sent is not sent again when its GRANT is'],
  },
  {
    rule: '[4.55] the next frame follows',
    edits: [[sendMessage, 'if (word.frame !== (frame & 0xff)) frame += 1;', '']],
    test: ['unit/sending', 'each frame follows the one before, and its progress too, which'],
  },
  {
    rule: '[4.42] the same frame granted anew is sent anew',
    edits: [
      [
        sendMessage,
        'if (word.frame !== (frame & 0xff)) frame += 1;',
        'frame += finished >= 0 ? 1 : 0;',
      ],
    ],
    test: ['unit/sending', 'a frame granted anew is sent anew'],
  },
  {
    rule: '[4.55] a frame out of turn is an error',
    edits: [
      [
        sendMessage,
        'if (word.frame !== (frame & 0xff) || frame >= frameCount(length, mode)) {',
        'if (false as boolean) {',
      ],
    ],
    test: ['unit/sending', 'a GRANT that skips one is an error of the server'],
  },
  {
    rule: '[4.55] a frame behind the last is an error',
    edits: [[sendMessage, ' || frame >= frameCount(length, mode)', '']],
    test: ['unit/sending', 'a GRANT that is behind the last is an error of the server'],
  },
  {
    rule: '[2.8] frame numbers on the wire are modulo 256',
    edits: [
      [
        sendMessage,
        'if (word.frame !== (frame & 0xff) || frame',
        'if (word.frame !== frame || frame',
      ],
    ],
    test: ['unit/sending', 'frames are numbered modulo 256'],
  },
  {
    rule: '[4.55] a grant that ended early is not finished',
    edits: [
      [
        sendMessage,
        'if (await sendFrame(session, sending, word, frame, frames.take(frame), offer))\n      finished = word.grant;',
        'await sendFrame(session, sending, word, frame, frames.take(frame), offer);\n    finished = word.grant;',
      ],
    ],
    test: ['unit/sending', 'a frame that ended early may be granted again with the same'],
  },
  {
    rule: '[4.56] a finished grant is noted',
    edits: [[sendMessage, 'finished = word.grant;', 'void word.grant;']],
    test: ['unit/sending', 'a frame that was sent is not sent again when its GRANT is'],
  },
  {
    rule: 'progress counts the frames before',
    edits: [[sendMessage, 'const base = frame * FRAME_BYTES[message.mode];', 'const base = 0;']],
    test: ['unit/sending', 'each frame follows the one before, and its progress too, which'],
  },
  {
    rule: 'progress is at most the message',
    edits: [[sendMessage, 'Math.min(base + taken, message.length)', 'base + taken']],
    test: ['unit/sending', 'each frame follows the one before, and its progress too, which'],
  },
  {
    rule: '[8.1] place off is not placed',
    edits: [[sendMessage, '      if (!place) return -1;\n', '']],
    test: ['unit/sending', 'the CPU is not shared with place off'],
  },
  {
    rule: '[8.6] cpu 4095 is none',
    edits: [
      [
        wirePlace,
        'return lanes >= 2 &&',
        'if (place === NOWHERE) return { ...ANYWHERE, cpu: place };\n  return lanes >= 2 &&',
      ],
    ],
    test: ['unit/sending', 'the CPU 4095 is none'],
  },
  {
    rule: '[8.1] who is granted a CPU is placed',
    edits: [[sendMessage, 'return granting.cpu;', 'return -1;']],
    test: ['unit/sending', 'the CPU that the GRANT names is shared'],
  },
  {
    rule: '[4.56, 8.6] a repeated GRANT may name another cpu',
    edits: [
      [sendMessage, '        granting = decodePlace(word.place); // repeated, or moved\n', ''],
    ],
    test: ['unit/sending', 'the CPU may be moved by the same GRANT again, which does not end'],
  },
  {
    rule: '[4.56] a repeated GRANT does not end the frame',
    edits: [
      [
        sendMessage,
        'if (word.kind !== Kind.grant || word.grant !== grant) return false;',
        'return false;',
      ],
    ],
    test: ['unit/sending', 'the CPU may be moved by the same GRANT again, which does not end'],
  },
  {
    rule: '[4.55] another GRANT ends the frame',
    edits: [
      [
        sendMessage,
        'if (word.kind !== Kind.grant || word.grant !== grant) return false;',
        'if (word.kind !== Kind.grant) return false;',
      ],
    ],
    test: ['unit/sending', 'a frame ends with another GRANT, and is sent under that'],
  },
  {
    rule: 'an abort ends the frame',
    edits: [[sendMessage, '      if (signal.aborted) throw abortError(signal);\n', '']],
    test: ['unit/sending', 'a frame ends when it is given up'],
  },
  {
    rule: '[4.52] who hears nothing offers again',
    edits: [
      [
        sendMessage,
        '    offerAgain: () => server.say(offer, DOING),\n',
        '    offerAgain: () => {},\n',
      ],
    ],
    test: ['unit/sending', 'a frame that stalls lets others have their turn, offers again,'],
  },
  {
    rule: '[4.51] a count that is none asks for RESTART',
    edits: [
      [
        sendMessage,
        'restart: () => server.say({ kind: Kind.restart, session: id, grant }, DOING)',
        'restart: () => {}',
      ],
    ],
    test: ['unit/sending', 'a frame whose count is none is begun anew by the server'],
  },
  {
    rule: '[4.51] RESTART names the grant',
    edits: [
      [
        sendMessage,
        'kind: Kind.restart, session: id, grant }',
        'kind: Kind.restart, session: id, grant: 0 }',
      ],
    ],
    test: ['unit/sending', 'a frame whose count is none is begun anew by the server'],
  },
  {
    rule: '[5.8] silence while sending has an end',
    edits: [
      [sendMessage, 'listened: (planned) => server.listened(planned, DOING)', 'listened: () => {}'],
    ],
    test: ['unit/sending', 'a frame ends with another GRANT, and is sent under that'],
  },
  {
    rule: 'who gets no endpoint gives the target back',
    edits: [[session, '      target.close();\n      throw error;', '      throw error;']],
    test: ['unit/session', 'who cannot catch the signals has no session, and gives its'],
  },
  {
    rule: 'who gets no line gives all back',
    edits: [[session, '      this.free();\n      check', '      check']],
    test: ['unit/session', 'a process has 256 lines; who gets none gives all back, and so'],
  },
  {
    rule: 'a session hears its words',
    edits: [[session, '    this.endpoint.clients.add(this.#port);\n', '']],
    test: ['unit/session', 'a nonce is forgotten when its session is open'],
  },
  {
    rule: '[2.8] messages are numbered 1 to 255',
    edits: [[session, '(this.#message % LAST_MESSAGE) + 1', 'this.#message + 1']],
    test: ['unit/session', 'messages are numbered 1 to 255, and from 1 again'],
  },
  {
    rule: '[2.8] a new session numbers its messages from 1',
    edits: [[session, '    this.#message = NO_MESSAGE;\n    const open', '    const open']],
    test: ['unit/client', 'send that is given up ends its session; the next one opens'],
  },
  {
    rule: 'a session that is open is not opened again',
    edits: [[session, 'while (this.#id === 0) await', 'if (this.#id === 0 || signal) await']],
    test: ['unit/session', 'a WELCOME with the number of another conversation makes it open'],
  },
  {
    rule: '[4.4] a WELCOME that is not believed is followed by another OPEN',
    edits: [[session, 'while (this.#id === 0) await', 'if (this.#id === 0) await']],
    test: ['unit/session', 'a WELCOME with the number of another conversation makes it open'],
  },
  {
    rule: '[4.3] each opening has a new nonce',
    edits: [
      [session, 'const nonce = this.#numbers.newNonce(pid);', 'const nonce = this.#nonce || 77;'],
    ],
    test: ['unit/session', 'each word goes to one conversation, also when all of them draw'],
  },
  {
    rule: '[4.1] only a WELCOME opens',
    edits: [
      [
        session,
        'if (word.kind !== Kind.welcome) return undefined;',
        'if (word.kind !== Kind.welcome) return true;',
      ],
    ],
    test: ['unit/session', 'a nonce is forgotten when its session is open'],
    unnoticed: 'nothing but WELCOME and REFUSED is let through for a nonce',
  },
  {
    rule: '[2.10] a server of another version is an error',
    edits: [
      [session, '        if (word.version !== VERSION)\n', '        if (word.version > 14)\n'],
    ],
    test: ['unit/session', 'a server of another version is an error'],
  },
  {
    rule: '[4.4] a WELCOME with the number of another conversation is not believed',
    edits: [
      [
        session,
        'if (!this.#numbers.claim(pid, word.newSession)) return true;',
        'this.#numbers.claim(pid, word.newSession);',
      ],
    ],
    test: ['unit/session', 'a WELCOME with the number of another conversation makes it open'],
  },
  {
    rule: '[2.14] WELCOME names the burst signal',
    edits: [[session, '        this.#burstSignal = word.burstSignal;\n', '']],
    test: ['unit/session', 'WELCOME tells the burst signal, and the nonce may be a session'],
  },
  {
    rule: '[2.7] after the opening its nonce is heard no more',
    edits: [[session, '      this.#nonce = 0;\n      this', '      this']],
    test: ['unit/session', 'a nonce is forgotten when its session is open'],
  },
  {
    rule: '[2.7] a nonce is given back',
    edits: [[session, '      this.#numbers.release(pid, nonce);\n', '']],
    test: ['unit/session', 'WELCOME tells the burst signal, and the nonce may be a session'],
  },
  {
    rule: '[4.2] what still answers a nonce is dropped',
    edits: [[session, '      this.mailbox.skip((word) => word.session === nonce);\n', '']],
    test: ['unit/session', 'what came for an opening that is over, or a session that has'],
  },
  {
    rule: 'who stops reading reads no more',
    edits: [[session, '      this.#isRead = false;\n', '']],
    test: ['unit/client', 'a client that nobody waits for takes its leave when the server'],
  },
  {
    rule: 'a session that is not open has no end',
    edits: [[session, '    if (this.#id === 0) return;\n', '']],
    test: ['unit/client', 'connect gives all back when it fails'],
  },
  {
    rule: '[2.6] the number of a session is given back when its end is confirmed',
    edits: [[session, '      this.#numbers.release(this.server.pid, id);\n', '']],
    test: ['unit/session', 'the number of a session is free when its end is confirmed'],
  },
  {
    rule: '[4.65] an ended session is not open',
    edits: [[session, '    this.#id = 0;\n    this.mailbox', '    this.mailbox']],
    test: ['unit/client', 'send that is given up ends its session; the next one'],
  },
  {
    rule: "[4.2] an ended session's words are dropped",
    edits: [[session, '    this.mailbox.skip(() => true);\n', '']],
    test: ['unit/session', 'what came for an opening that is over, or a session that has'],
  },
  {
    rule: '[4.67] who ends waits for the confirmations',
    edits: [[session, '    await Promise.all(this.#goodbyes);\n', '']],
    test: ['unit/client', 'close leaves the handlers until the server has confirmed'],
  },
  {
    rule: 'what was freed hears nothing',
    edits: [
      [
        session,
        '    this.endpoint.clients.delete(this.#port);\n    this.transmitter',
        '    this.transmitter',
      ],
    ],
    test: ['unit/client', 'connect gives all back when it fails'],
  },
  {
    rule: 'what was freed has no line',
    edits: [[session, '    this.transmitter.close();\n', '']],
    test: ['unit/session', 'a process has 256 lines; who gets none gives all back, and so'],
  },
  {
    rule: 'what was freed has no endpoint',
    edits: [
      [
        session,
        '    this.transmitter.close();\n    this.endpoint.release();',
        '    this.transmitter.close();',
      ],
    ],
    test: ['unit/session', 'a process has 256 lines; who gets none gives all back'],
  },
  {
    rule: 'what was freed has no target',
    edits: [[session, '    this.#target.close();\n  }', '  }']],
    test: ['unit/client', 'connect gives all back when it fails'],
  },
  {
    rule: "[4.1] a word is from the session's server",
    edits: [[session, 'from !== this.server.pid || ', '']],
    test: ['unit/session', "a word is for its session when it is its server's"],
  },
  {
    rule: '[4.1] a word is for the session',
    edits: [[session, '|| !this.#isOurs(word)', '']],
    test: ['unit/session', 'a nonce is forgotten when its session is open'],
  },
  {
    rule: '[4.69] who does not read ends when the server closes',
    edits: [
      [session, 'else if (word.kind === Kind.refused) this.end(); // the server is closing', ''],
    ],
    test: ['unit/client', 'a client that nobody waits for takes its leave when the server'],
  },
  {
    rule: '[4.1] a WELCOME is for its nonce',
    edits: [[session, 'if (kind === Kind.welcome) return session === this.#nonce;', '']],
    test: ['unit/session', 'a nonce is forgotten when its session is open'],
  },
  {
    rule: '[4.1] REFUSED may be for a nonce',
    edits: [[session, ' || (kind === Kind.refused && session === this.#nonce)', '']],
    test: ['unit/client', 'connect gives all back when it fails'],
  },
  {
    rule: '[4.1] only REFUSED is for a nonce',
    edits: [
      [session, '(kind === Kind.refused && session === this.#nonce)', 'session === this.#nonce'],
    ],
    test: ['unit/session', 'only WELCOME and REFUSED are for a nonce'],
  },
  {
    rule: "[7.2] a frame waits for the own server's",
    edits: [
      [
        transmission,
        '    await turn.begin();\n    server.lookAfterSilence',
        '    server.lookAfterSilence',
      ],
    ],
    test: ['unit/sending', 'a frame waits for the one that our own server has granted'],
  },
  {
    rule: '[4.77] after a wait the server is looked at',
    edits: [[transmission, '    server.lookAfterSilence(plan.burstSignal);\n', '']],
    test: ['unit/sending', 'a message is offered, sent under its grant, and over when it is'],
  },
  {
    rule: 'a frame that cannot begin is an error',
    edits: [[transmission, "    check(begun, 'begin', () => 'transmit the frame');\n", '']],
    test: ['unit/sending', 'a frame that cannot begin is an error'],
  },
  {
    rule: '[4.79] a send that fails ends the frame',
    edits: [[transmission, '      if (status < 0) throw server.errorOf(status);\n', '']],
    test: ['unit/sending', 'a frame that cannot be sent is an error, and no turn any more'],
  },
  {
    rule: '[5.17] an ACK is a sign of life',
    edits: [
      [transmission, 'if (transmitter.lastReply() > 0) server.heard(transmitter.lastReply());', ''],
    ],
    test: ['unit/sending', 'a frame is a sign of life when something of it was acknowledged'],
  },
  {
    rule: 'progress is told after each slice',
    edits: [[transmission, '      transmission.progress(transmitter.taken());\n', '']],
    test: ['unit/sending', 'a message is offered, sent under its grant, and over when it is'],
  },
  {
    rule: "after a frame's last slice the loop has its turn",
    edits: [
      [
        transmission,
        "        await nextTurn(); // the next frame's grant may be here already, and its slice comes at once\n",
        '',
      ],
    ],
    test: ['unit/sending', 'a frame gives the loop its turn between slices, and after the'],
  },
  {
    rule: '[4.51] a count that is none restarts the frame',
    edits: [[transmission, '        transmission.restart();\n', '']],
    test: ['unit/sending', 'a frame whose count is none is begun anew by the server'],
  },
  {
    rule: '[4.51] after RESTART the grant is over',
    edits: [
      [
        transmission,
        '        transmission.restart();\n        return false;',
        '        transmission.restart();',
      ],
    ],
    test: ['unit/sending', 'a frame whose count is none is begun anew by the server'],
  },
  {
    rule: '[7.1] who waits for our server need not wait for a stalled frame',
    edits: [[transmission, '        turn.end(); // whoever', '        // whoever']],
    test: ['unit/sending', 'a frame that stalls lets others have their turn, offers again,'],
  },
  {
    rule: '[4.52] a client that hears nothing offers again',
    edits: [[transmission, '          transmission.offerAgain();\n', '']],
    test: ['unit/sending', 'a frame that stalls lets others have their turn, offers again,'],
  },
  {
    rule: '[4.52, 5.1] the offers become rarer',
    edits: [[transmission, '          patience = longerWait(patience);\n', '']],
    test: ['unit/sending', 'a frame that stalls is offered more and more seldom'],
  },
  {
    rule: "[4.52] an offer is put again on the offer's timer",
    edits: [[transmission, '          nextOffer = monotonicMs() + patience;\n', '']],
    test: ['unit/sending', 'a frame that stalls is offered more and more seldom'],
  },
  {
    rule: '[4.77] a stalled client looks before it sends again',
    edits: [[transmission, '        server.look(plan.burstSignal);\n', '']],
    test: ['unit/sending', 'a frame that stalls lets others have their turn, offers again,'],
  },
  {
    rule: '[7.1] a stalled client takes its turn again',
    edits: [
      [transmission, '        await turn.begin();\n        server.look', '        server.look'],
    ],
    test: ['unit/sending', 'a frame that stalls lets others have their turn, offers again,'],
  },
  {
    rule: 'between slices the loop has its turn',
    edits: [[transmission, '      } else {\n        await nextTurn();\n      }', '      }']],
    test: ['unit/sending', 'a frame ends when it is given up'],
  },
  {
    rule: '[5.8] silence while sending is counted',
    edits: [[transmission, '      transmission.listened(ROUND_MS);\n', '']],
    test: ['unit/sending', 'a frame ends with another GRANT, and is sent under that'],
  },
  {
    rule: '[4.55] the end of a grant ends the frame',
    edits: [[transmission, '      if (transmission.isOver()) return false;\n', '']],
    test: ['unit/sending', 'the CPU may be moved by the same GRANT again, which does not end'],
  },
  {
    rule: '[7.1] what ends gives its turn back',
    edits: [[transmission, '  } finally {\n    turn.end();\n  }', '  } finally {\n  }']],
    test: ['unit/sending', 'a frame that cannot be sent is an error, and no turn any more'],
  },
  {
    rule: '[9.2] a client that knows the lanes sends by them',
    edits: [[sendMessage, 'lanes: lanes ?? [],', 'lanes: [],']],
    test: ['unit/sending', 'lanes carry the frame where the GRANT names some and their'],
  },
  {
    rule: '[9.2] a client that does not know the lanes sends without',
    edits: [
      [
        sendMessage,
        '? session.lanes(granting.lanes) : undefined',
        '? (session.lanes(granting.lanes) ?? [1, 2]) : undefined',
      ],
    ],
    test: ['unit/sending', 'lanes do not where they are not known'],
  },
  {
    rule: '[9.2] lanes are looked for where a GRANT names some',
    edits: [
      [
        sendMessage,
        'granting.lanes > 0 ? session.lanes(granting.lanes) : undefined',
        'session.lanes(granting.lanes)',
      ],
    ],
    test: ['unit/sending', 'lanes are not looked for where the GRANT names none'],
  },
  {
    rule: '[9.2] the lanes that are known are handed to the transmitter',
    edits: [[transmission, 'Int32Array.from(transmission.lanes)', 'new Int32Array()']],
    test: ['unit/sending', 'lanes carry the frame where the GRANT names some and their'],
  },
  {
    rule: '[9.18] the transmitter is told on which CPU it will be',
    edits: [[transmission, 'cpu: transmission.ownCpu', 'cpu: -1']],
    test: ['unit/sending', 'lanes are told on which CPU we are, where we stay while they'],
  },
  {
    rule: '[9.18] lanes that come later know where the client is',
    edits: [
      [
        sendMessage,
        'const ownCpu = lanes !== undefined && place ?',
        'const ownCpu = lanes !== undefined && place && granting.together ?',
      ],
    ],
    test: ['unit/sending', 'lanes apart leave us where we are, and may come later'],
  },
  {
    rule: '[9.18] lanes of a short frame stay where they were called before',
    edits: [[lanesCpu, 'if (!stays || cpu < 0) cpu', 'cpu']],
    test: ['unit/lanes-cpu', 'a short frame calls them to where they were'],
  },
  {
    rule: '[9.18] not for longer than a second',
    edits: [[lanesCpu, ' && now - named < STAY_MS', '']],
    test: ['unit/lanes-cpu', 'after a second they are called to where the client runs'],
  },
  {
    rule: '[9.18] a second since the last frame',
    edits: [[lanesCpu, 'now - named < STAY_MS', 'now - named < 500']],
    test: ['unit/lanes-cpu', 'a short frame calls them to where they were'],
  },
  {
    rule: '[9.18] lanes of a long frame are called to where the client runs',
    edits: [[lanesCpu, 'signals <= FEW_ROUNDS * lanes && ', '']],
    test: ['unit/lanes-cpu', 'a long frame calls them to where the client runs'],
  },
  {
    rule: '[9.18] place off names no CPU to the lanes',
    edits: [[sendMessage, 'lanes !== undefined && place ?', 'lanes !== undefined ?']],
    test: ['unit/sending', 'lanes stay where they are with place off, as we do'],
  },
  {
    rule: '[9.18] the client stays on the CPU that it told',
    edits: [[sendMessage, 'return granting.together ? ownCpu : -1;', 'return -1;']],
    test: ['unit/sending', 'lanes are told on which CPU we are, where we stay while they'],
  },
  {
    rule: '[9.18] apart from the lanes the client is where the kernel puts it',
    edits: [[sendMessage, 'return granting.together ? ownCpu : -1;', 'return ownCpu;']],
    test: ['unit/sending', 'lanes apart leave us where we are, and may come later'],
  },
  {
    rule: '[9.2] a client without lanes is not placed for them',
    edits: [[sendMessage, 'lanes !== undefined && place ?', 'place ?']],
    test: ['unit/sending', 'lanes do not where they are not known'],
  },
  {
    rule: "[9.2] a session's lanes are its server's",
    edits: [[session, 'return this.#target.lanes(count);', 'return count > 0 ? [] : undefined;']],
    test: ['unit/session', 'a session knows the lanes of its server as they are now'],
  },
];
