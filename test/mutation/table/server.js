// What a server promises its clients and its caller.
const claimed = 'lib/minitalk/server/claimed.ts';
const reception = 'lib/minitalk/server/reception.ts';
const reserve = 'lib/minitalk/server/reserve.ts';
const limits = 'lib/minitalk/server/limits.ts';
const server = 'lib/minitalk/server/server.ts';
const sessions = 'lib/minitalk/server/sessions.ts';
const session = 'lib/minitalk/server/session.ts';

module.exports = [
  {
    rule: '[4.5] a server opens no session for its own process',
    edits: [[claimed, 'if (pid === process.pid) return undefined;', '']],
    test: ['unit/claimed', 'the own process is nobody, and a fault of ours is a fault'],
  },
  {
    rule: '[4.24] where descriptors are short those of the dead come first',
    edits: [[claimed, '          sweep();\n', '']],
    test: ['unit/claimed', 'where descriptors are short those of the dead come first, and'],
  },
  {
    rule: '[4.23] where no descriptor is left the reserve is lent',
    edits: [
      [claimed, '        () => reserve.lend(() => whilePinned(pid, thread, use, shortage)),\n', ''],
    ],
    test: ['unit/claimed', 'where descriptors are short those of the dead come first, and'],
  },
  {
    rule: '[4.23, 2.10] who is turned away is told that descriptors are short',
    edits: [[claimed, '          shortage = error;\n', '']],
    test: ['unit/claimed', 'where descriptors are short those of the dead come first, and'],
  },
  {
    rule: '[4.24] a pid that is gone is no shortage',
    edits: [
      [claimed, "if (error.code !== 'EMFILE' && error.code !== 'ENFILE') return undefined;", ''],
    ],
    test: ['unit/claimed', 'nobody sweeps for one that is not there'],
  },
  {
    rule: '[4.22] who got no session is not kept pinned',
    edits: [[claimed, 'if (kept === undefined) peer.unpin();', '']],
    test: ['unit/claimed', 'who is pinned is used at once, and let go of unless it is kept'],
  },
  {
    rule: '[4.8] who has a session stays pinned',
    edits: [[claimed, 'if (kept === undefined) peer.unpin();', 'peer.unpin();']],
    test: ['unit/claimed', 'who is pinned is used at once, and let go of unless it is kept'],
  },
  {
    rule: '[4.69] what is verified is delivered while the server closes',
    edits: [
      [
        reception,
        "if (session.message?.state === 'delivering') continue;\n      this.#abandon",
        'this.#abandon',
      ],
    ],
    test: ['unit/reception', 'a message that is being delivered outlives the closing of its'],
  },
  {
    rule: '[4.69, 2.10] a server that closes tells who is unfinished',
    edits: [[reception, "this.#abandon(session, 'closing', Reason.closing);", '']],
    test: ['unit/reception', 'a server that is closing abandons what is unfinished, and'],
  },
  {
    rule: '[4.69, 2.10] a server that closes opens no session',
    edits: [[reception, '    this.#sessions.shut();\n', '']],
    test: ['unit/reception', 'a server that is closing abandons what is unfinished, and'],
  },
  {
    rule: '[4.69] a server that closes grants nothing',
    edits: [[reception, '    this.#granting.stop();\n', '']],
    test: ['unit/room', 'who waits for its turn has none when the server closes: it and'],
  },
  {
    rule: 'close waits until the consumer has all',
    edits: [[reception, '    await this.#deliveries.settled();\n', '']],
    test: ['unit/silence', 'a server takes its leave when the consumer has all'],
  },
  {
    rule: '[4.69] close tells each client',
    edits: [
      [
        reception,
        "await sayFarewell(this.#sessions, (session) => this.#end(session, 'died'));",
        '',
      ],
    ],
    test: ['unit/silence', 'a server takes its leave when the consumer has all'],
  },
  {
    rule: '[4.69] who died while the server closes is waited for no more',
    edits: [
      [
        reception,
        "await sayFarewell(this.#sessions, (session) => this.#end(session, 'died'));",
        'await sayFarewell(this.#sessions, () => {});',
      ],
    ],
    test: ['unit/silence', 'a client that dies while the server takes its leave is not'],
  },
  {
    rule: '[4.68, 6.20] a CLOSE of an ended session is answered',
    edits: [
      [
        reception,
        'if (word.kind === Kind.close) this.#sessions.confirmClose(pid, word);\n      return;',
        'return;',
      ],
    ],
    test: ['unit/reception', 'a session ends with CLOSE, which is confirmed as often as it is'],
  },
  {
    rule: '[5.17] each word is a sign of life',
    edits: [[reception, '    session.lastHeard = presence.now;\n', '']],
    test: ['unit/silence', 'a client that says something is not silent'],
  },
  {
    rule: '[4.25] a session that was used is used',
    edits: [[reception, '    session.unusedSince = undefined;\n', '']],
    test: ['unit/admission', 'who may have a session gives one up that lay unused for 10 s,'],
  },
  {
    rule: '[4.6] WELCOME goes to who opens',
    edits: [
      [
        reception,
        '    if (session === undefined) return;\n    tell(session, {',
        '    if (session === undefined || word.session < 0x7fffffff) return;\n    tell(session, {',
      ],
    ],
    test: ['unit/reception', 'a session is opened once by a nonce, however often it is asked'],
  },
  {
    rule: '[2.14] WELCOME names the burst signal',
    edits: [
      [
        reception,
        'burstSignal: this.#options.burstSignal,\n      newSession',
        'burstSignal: 0,\n      newSession',
      ],
    ],
    test: ['unit/server', 'options that were not given have their defaults'],
  },
  {
    rule: 'WELCOME names the version',
    edits: [[reception, '      version: VERSION,\n', '      version: 0,\n']],
    test: ['unit/server', 'options that were not given have their defaults'],
  },
  {
    rule: '[4.41] a client that was withdrawn is queued by its OFFER',
    edits: [
      [
        reception,
        "if (session.message.state === 'withdrawn') this.#granting.enqueue(session);",
        '',
      ],
    ],
    test: ['unit/room', 'who waits for its turn has lost one of which it made nothing is'],
  },
  {
    rule: '[4.46, 6.2] an OFFER that is repeated has no other effect',
    edits: [[reception, "if (session.message.state === 'withdrawn') this", 'this']],
    test: ['unit/reception', 'a session hears no word that another process says in its'],
  },
  {
    rule: '[4.46, 6.2] OFFER is answered with the present state',
    edits: [
      [
        reception,
        'if (session.message !== undefined) this.#tellState(session, session.message);\n      return;',
        'return;',
      ],
    ],
    test: ['unit/reception', 'a session hears no word that another process says in its'],
  },
  {
    rule: '[4.45, 6.2] OFFER of a message that ended gets its outcome',
    edits: [[reception, 'if (session.outcome?.message === number) {', 'if (false as boolean) {']],
    test: ['unit/reception', 'an OFFER after the end of its message brings the end again, and'],
  },
  {
    rule: '[4.45] the outcome is told again',
    edits: [[reception, '      tellOutcome(session, session.outcome);\n', '']],
    test: ['unit/reception', 'an OFFER too long is refused, and again when it is repeated'],
  },
  {
    rule: '[4.47] OFFER of the next while one is delivered is answered with WAIT',
    edits: [
      [
        reception,
        '        tellWait(session, number);\n        return;\n      }',
        '        return;\n      }',
      ],
    ],
    test: ['unit/reception', 'a message that is being delivered is told as delivered when the'],
  },
  {
    rule: '[4.47] the next message does not end one that is delivered',
    edits: [
      [
        reception,
        "      if (session.message.state === 'delivering') {\n        tellWait(session, number);\n        return;\n      }\n",
        '',
      ],
    ],
    test: ['unit/reception', 'a message that is being delivered is told as delivered when the'],
  },
  {
    rule: '[4.47] the next message ends an unfinished one',
    edits: [
      [
        reception,
        "      this.#granting.remove(session);\n      this.#options.partial(partialOf(session, session.message, 'cancelled'));\n      this.#drop(session);",
        '      return;',
      ],
    ],
    test: ['unit/reception', 'an OFFER of another message cancels the unfinished one'],
  },
  {
    rule: '[4.47] a message that the next one ends is partial',
    edits: [
      [
        reception,
        "      this.#options.partial(partialOf(session, session.message, 'cancelled'));\n",
        '',
      ],
    ],
    test: ['unit/reception', 'an OFFER of another message cancels the unfinished one'],
  },
  {
    rule: '[4.47] a message that the next one ends loses its grant',
    edits: [
      [
        reception,
        '      this.#granting.remove(session);\n      this.#options.partial(partialOf(session, session',
        '      this.#options.partial(partialOf(session, session',
      ],
    ],
    test: ['unit/reception', 'an OFFER of another message cancels the unfinished one'],
  },
  {
    rule: '[4.27] a message that the next one ends gives its room back',
    edits: [
      [
        reception,
        "'cancelled'));\n      this.#drop(session);",
        "'cancelled'));\n      session.message = undefined;",
      ],
    ],
    test: ['unit/room', 'a message for which there is no room is granted when one begins'],
  },
  {
    rule: '[4.73, 2.10] a server that closes refuses what is new',
    edits: [[reception, '    if (this.#isClosing) {\n', '    if (false as boolean) {\n']],
    test: ['unit/reception', 'a server that is closing abandons what is unfinished, and'],
  },
  {
    rule: '[2.10, 4.18] a message that is too long is refused before the first bit',
    edits: [
      [reception, 'length > this.#options.maxMessage', 'length > 2 * this.#options.maxMessage'],
    ],
    test: ['unit/reception', 'an OFFER too long is refused, and again when it is repeated'],
  },
  {
    rule: '[4.18] the longest message is taken',
    edits: [[reception, 'length > this.#options.maxMessage', 'length >= this.#options.maxMessage']],
    test: ['unit/reception', 'an OFFER too long is refused, and again when it is repeated'],
  },
  {
    rule: '[2.10] where no bursts are taken their OFFER is refused',
    edits: [
      [
        reception,
        'kind === Kind.offerBurst && this.#options.burstSignal === 0',
        'false as boolean',
      ],
    ],
    test: ['unit/reception', 'an OFFER in a mode that the server does not take is refused, and'],
  },
  {
    rule: '[2.11] the client chooses the mode',
    edits: [[reception, 'modeOf(kind)', "'bit'"]],
    test: ['unit/silence', 'the client chooses the mode of each message'],
  },
  {
    rule: '[4.46] who is queued is told to wait',
    edits: [
      [
        reception,
        "if (session.message?.state === 'queued') this.#tellState(session, session.message);",
        '',
      ],
    ],
    test: ['unit/reception', 'an OFFER repeated by the holder brings its GRANT again; by who'],
  },
  {
    rule: '[4.46, 6.5] who holds the grant is told it again',
    edits: [
      [
        reception,
        "if (message.state === 'granted') this.#granting.repeat(session);\n    else tellWait",
        'tellWait',
      ],
    ],
    test: ['unit/reception', 'a session hears no word that another process says in its'],
  },
  {
    rule: '[4.27] room is given back with its message',
    edits: [[reception, '    this.#budget.drop(message);\n', '']],
    test: ['unit/room', 'a message for which there is no room is granted when a client'],
  },
  {
    rule: '[4.44] a finished message is over',
    edits: [[reception, '    this.#drop(session);\n    session.outcome', '    session.outcome']],
    test: ['unit/reception', 'an OFFER after the end of its message brings the end again, and'],
  },
  {
    rule: '[4.45] the outcome is kept as long as the session',
    edits: [[reception, '    session.outcome = outcome;\n', '']],
    test: ['unit/reception', 'an OFFER after the end of its message brings the end again, and'],
  },
  {
    rule: '[4.44] the outcome is told at once',
    edits: [[reception, '    tellOutcome(session, outcome);\n    // Only now', '    // Only now']],
    test: ['unit/reception', 'an OFFER too long is refused, and again when it is repeated'],
  },
  {
    rule: '[4.27] who waits for room is granted when one has finished',
    edits: [
      [
        reception,
        "// Only now: the next frame's signals would come before the outcome.\n    this.#granting.schedule();",
        "// Only now: the next frame's signals would come before the outcome.",
      ],
    ],
    test: ['unit/room', 'is granted when one ends at once'],
  },
  {
    rule: '[3.1, 2.10] a message whose checksum fails is abandoned',
    edits: [
      [
        reception,
        "      this.#abandon(session, 'corrupt', Reason.abandoned);\n      return;",
        '      return;',
      ],
    ],
    test: ['unit/silence', 'a message whose checksum fails is abandoned, and told so'],
  },
  {
    rule: '[4.44, 2.10] a consumer that fails refuses the message',
    edits: [
      [
        reception,
        'isTaken ? { message: number } : { message: number, reason: Reason.failed }',
        '{ message: number }',
      ],
    ],
    test: ['unit/reception', 'a message that is being delivered is told as failed when the'],
  },
  {
    rule: '[4.43] a message at its consumer is being delivered',
    edits: [[reception, '    message.deliver();\n', '']],
    test: ['unit/reception', 'a message that is being delivered is told as delivered when the'],
  },
  {
    rule: '[1.2, 6.18] only a signal without sender may be lost in the full queue',
    edits: [
      [
        reception,
        "if (code !== 'SI_USER' || pid !== 0) return false;",
        "if (code !== 'SI_USER') return false;",
      ],
    ],
    test: ['unit/admission', 'a stray is not what comes without sender where the queue is'],
  },
  {
    rule: '[1.2] a signal that came without sender is a stray where the queue has room',
    edits: [[reception, 'if (queue === undefined) return false;', '']],
    test: ['unit/admission', 'a stray is what comes without sender, where the queue has room'],
  },
  {
    rule: '[6.18] a full queue is warned of',
    edits: [[reception, 'if (!this.#hasWarned) this.#options.warning(queueFullError(queue));', '']],
    test: ['unit/admission', 'a stray is not what comes without sender where the queue is'],
  },
  {
    rule: '[6.18] a full queue is warned of once',
    edits: [[reception, 'if (!this.#hasWarned) this.#options', 'this.#options']],
    test: ['unit/admission', 'a stray and again when words have come meanwhile'],
  },
  {
    rule: '[6.18] when words come again a full queue is warned of anew',
    edits: [
      [reception, 'if (performance.now() > this.#queueFullUntil) this.#hasWarned = false;', ''],
    ],
    test: ['unit/admission', 'a stray and again when words have come meanwhile'],
  },
  {
    rule: "[6.12] late data of a client are no stranger's",
    edits: [[reception, 'if (!this.#isData(info) || !this.#sessions.mayBeLate(info.pid)) ', '']],
    test: ['unit/admission', 'a stray is what no client can have sent late'],
  },
  {
    rule: "[6.12] what no peer sends is a stray, though from a client's process",
    edits: [[reception, '!this.#isData(info) || ', '']],
    test: ['unit/admission', 'a stray is what no client can have sent late'],
  },
  {
    rule: "[6.12] a stranger's bits are strays",
    edits: [[reception, ' || !this.#sessions.mayBeLate(info.pid)', '']],
    test: ['unit/admission', 'a stray is what no client can have sent late'],
  },
  {
    rule: "[6.12] late data words of a client are no stranger's",
    edits: [[reception, "      (code === 'SI_QUEUE' && signal === 'SIGUSR1')", '      false']],
    test: ['unit/admission', 'a stray is what no client can have sent late'],
  },
  {
    rule: '[6.12] data may be late for a second after a session',
    edits: [[sessions, 'const LATE_MS = 1000;', 'const LATE_MS = 999;']],
    test: ['unit/sessions', 'what a process has sent may be late for a second after its last'],
  },
  {
    rule: '[6.12] and no longer',
    edits: [[sessions, 'const LATE_MS = 1000;', 'const LATE_MS = 1001;']],
    test: ['unit/sessions', 'what a process has sent may be late for a second after its last'],
  },
  {
    rule: "[6.12] late bursts of a client are no stranger's",
    edits: [[reception, '      number === this.#options.burstSignal ||\n', '']],
    test: ['unit/admission', 'a stray is what no client can have sent late'],
  },
  {
    rule: '[5.13] who is given up loses its grant',
    edits: [
      [
        reception,
        '    this.#granting.remove(session);\n    this.#finish(session, { message: message.number, reason });',
        '    this.#finish(session, { message: message.number, reason });',
      ],
    ],
    test: ['unit/room', 'who waits for its turn has it at once when the holder is given'],
  },
  {
    rule: '[5.13, 2.10] who is given up is told',
    edits: [
      [
        reception,
        'this.#finish(session, { message: message.number, reason });\n    this.#options.partial',
        'this.#drop(session);\n    this.#granting.schedule();\n    void reason;\n    this.#options.partial',
      ],
    ],
    test: ['unit/reception', 'a server that is closing abandons what is unfinished, and'],
  },
  {
    rule: '[5.13] who is given up is reported',
    edits: [
      [
        reception,
        '    this.#options.partial(partialOf(session, message, why));\n  }\n\n  /** Forgets',
        '  }\n\n  /** Forgets',
      ],
    ],
    test: ['unit/reception', 'a server that is closing abandons what is unfinished, and'],
  },
  {
    rule: '[4.43] a session that ends keeps what is at its consumer',
    edits: [
      [reception, "if (message?.state === 'delivering') return; // swept when that is done", ''],
    ],
    test: ['unit/reception', 'a message that is being delivered outlives the closing of its'],
  },
  {
    rule: '[4.65] a session that ends is forgotten',
    edits: [[reception, '    this.#sessions.forget(session);\n', '']],
    test: ['unit/reception', 'a session ends with CLOSE, which is confirmed as often as it is'],
  },
  {
    rule: '[6.14] a session that ends leaves the queue',
    edits: [
      [
        reception,
        '    this.#granting.remove(session);\n    this.#drop(session);\n    this.#sessions.forget',
        '    this.#drop(session);\n    this.#sessions.forget',
      ],
    ],
    test: ['unit/room', 'who waits for its turn has it at once when the holder ends'],
  },
  {
    rule: '[4.27] a session that ends gives its room back',
    edits: [
      [
        reception,
        '    this.#drop(session);\n    this.#sessions.forget',
        '    this.#sessions.forget',
      ],
    ],
    test: ['unit/room', 'a message for which there is no room is granted when a client'],
  },
  {
    rule: '[4.27] a session that ends lets who waits for its room begin',
    edits: [
      [
        reception,
        '    this.#granting.schedule();\n    if (message !== undefined) this',
        '    if (message !== undefined) this',
      ],
    ],
    test: ['unit/room', 'a message for which there is no room is granted when a client'],
  },
  {
    rule: '[6.14] a session that ends leaves a partial message',
    edits: [
      [
        reception,
        'if (message !== undefined) this.#options.partial(partialOf(session, message, why));',
        '',
      ],
    ],
    test: ['unit/reception', 'a session ends with CLOSE, which is confirmed as often as it is'],
  },
  {
    rule: '[4.65] a CLOSE whose message is at the consumer is not confirmed yet',
    edits: [[reception, 'if (!this.#sessions.has(session)) this', 'this']],
    test: ['unit/reception', 'a message that is being delivered outlives the closing of its'],
  },
  {
    rule: '[4.65] a CLOSE is confirmed',
    edits: [
      [reception, 'if (!this.#sessions.has(session)) this.#sessions.confirmClose(pid, word);', ''],
    ],
    test: ['unit/reception', 'a session ends with CLOSE, which is confirmed as often as it is'],
  },
  {
    rule: '[6.14] who waits in the queue and dies is seen',
    edits: [[reception, "if (isGone(session)) this.#end(session, 'died');\n      else if", 'if']],
    test: ['unit/silence', 'a client that dies while it waits is told of, though nobody'],
  },
  {
    rule: '[5.13] a silent client is given up',
    edits: [
      [
        reception,
        "else if (presence.hasPassed(session.lastHeard, limit))\n        this.#abandon(session, 'idle', Reason.abandoned);\n      else unfinished",
        'else unfinished',
      ],
    ],
    test: ['unit/silence', 'a client that is silent in the middle of its message is given'],
  },
  {
    rule: '[5.13] who is given up is told so: idle',
    edits: [
      [
        reception,
        "this.#abandon(session, 'idle', Reason.abandoned)",
        "this.#abandon(session, 'closing', Reason.closing)",
      ],
    ],
    test: ['unit/silence', 'a client that is silent in the middle of its message is given'],
  },
  {
    rule: '[5.13] while the consumer has it no client is idle',
    edits: [
      [
        reception,
        "if (message === undefined || message.state === 'delivering') continue;",
        'if (message === undefined) continue;',
      ],
    ],
    test: ['unit/silence', 'a message at its consumer is not given up, however silent its'],
  },
  {
    rule: '[5.13] a watch over unfinished messages goes on',
    edits: [[reception, 'else unfinished = true;', '']],
    test: ['unit/room', 'who waits for its turn and says nothing any more is given up,'],
  },
  {
    rule: '[4.23] two descriptors are kept back',
    edits: [[reserve, 'const DESCRIPTORS = 2;', 'const DESCRIPTORS = 1;']],
    test: ['unit/claimed', 'a reserve holds two descriptors, lends both, and takes them back'],
  },
  {
    rule: '[4.23] the reserve is filled again',
    edits: [
      [
        reserve,
        '      } finally {\n        fill();\n      }',
        '      } finally {\n        void 0;\n      }',
      ],
    ],
    test: ['unit/claimed', 'where descriptors are short those of the dead come first, and'],
  },
  {
    rule: '[4.23] the reserve is lent empty',
    edits: [[reserve, '    lend(work) {\n      empty();', '    lend(work) {']],
    test: ['unit/claimed', 'a reserve holds two descriptors, lends both, and takes them back'],
  },
  {
    rule: 'the reserve is given back at the end',
    edits: [[reserve, '    close: empty,', '    close() {},']],
    test: ['unit/claimed', 'a reserve holds two descriptors, lends both, and takes them back'],
  },
  {
    rule: '[4.23] where the reserve cannot be filled nothing fails',
    edits: [
      [
        reserve,
        '    } catch {\n      // Somebody',
        '    } catch (error) {\n      throw error;\n      // Somebody',
      ],
    ],
    test: ['unit/claimed', 'a reserve that cannot be filled'],
  },
  {
    rule: 'maxMessage is a whole number',
    edits: [[limits, '!Number.isInteger(maxMessage) || ', '']],
    test: ['unit/server', 'options refused: maxMessage that is no whole number'],
  },
  {
    rule: 'maxMessage is not negative',
    edits: [[limits, 'maxMessage < 0 || ', '']],
    test: ['unit/server', 'options refused: maxMessage below 0'],
  },
  {
    rule: 'maxMessage has a limit',
    edits: [[limits, ' || maxMessage > LARGEST_MESSAGE', '']],
    test: ['unit/server', 'options refused: maxMessage of 4 GiB'],
  },
  {
    rule: 'idleTimeout is more than 0',
    edits: [[limits, 'if (!(idleTimeout > 0)) {', 'if (idleTimeout < 0) {']],
    test: ['unit/server', 'options refused: idleTimeout of 0'],
  },
  {
    rule: 'idleTimeout is a number',
    edits: [[limits, 'if (!(idleTimeout > 0)) {', 'if (idleTimeout <= 0) {']],
    test: ['unit/server', 'options refused: idleTimeout that is no number'],
  },
  {
    rule: 'a name is checked at once',
    edits: [[server, 'if (options.name !== undefined) assertName(options.name);', '']],
    test: ['unit/server', 'options refused: a name that is none, at once'],
  },
  {
    rule: 'a server listens once',
    edits: [
      [server, "    if (this.#state !== 'new') {\n", "    if (this.#state === 'listening') {\n"],
    ],
    test: ['unit/server', 'listen is once, and emitted'],
  },
  {
    rule: 'a server that listens does not listen again',
    edits: [
      [server, "    if (this.#state !== 'new') {\n", "    if (this.#state === 'closed') {\n"],
    ],
    test: ['unit/server', 'listen is once, and emitted'],
  },
  {
    rule: '[6.18] who may have no signal queued does not listen',
    edits: [[server, 'if (queue?.limit === 0) throw queueFullError(queue);', '']],
    test: ['unit/server', 'listen is refused to who may have no signal queued'],
  },
  {
    rule: 'a second server is refused',
    edits: [[server, '    if (claimed < 0) {\n', '    if (claimed < -9999) {\n']],
    test: ['unit/server', 'listen of a second one in a process fails, and takes nothing'],
  },
  {
    rule: 'a second server that is refused gives the endpoint back',
    edits: [
      [
        server,
        '      endpoint.release();\n      throw systemError(claimed',
        '      throw systemError(claimed',
      ],
    ],
    test: ['unit/server', 'listen of a second one in a process fails, and takes nothing'],
  },
  {
    rule: '[2.14] the burst signal is caught',
    edits: [
      [server, 'if (this.#burstSignal > 0) uncatch = endpoint.catch(this.#burstSignal);', ''],
    ],
    test: ['unit/server', 'options that were not given have their defaults'],
  },
  {
    rule: 'a server that fails to register leaves no claim',
    edits: [[server, '    } catch (error) {\n      native.close();\n', '    } catch (error) {\n']],
    test: ['unit/server', 'listen that cannot register leaves nothing behind'],
  },
  {
    rule: 'a server that fails to register gives the burst signal back',
    edits: [
      [
        server,
        '      native.close();\n      uncatch();\n      endpoint.release();\n      throw error;',
        '      native.close();\n      endpoint.release();\n      throw error;',
      ],
    ],
    test: ['unit/server', 'listen that cannot register leaves nothing behind'],
  },
  {
    rule: 'a server that fails to register gives the endpoint back',
    edits: [
      [
        server,
        '      uncatch();\n      endpoint.release();\n      throw error;',
        '      uncatch();\n      throw error;',
      ],
    ],
    test: ['unit/server', 'listen that cannot register leaves nothing behind'],
  },
  {
    rule: 'a listening server keeps the process alive',
    edits: [[server, 'if (this.#isReferenced) this.#letGo = endpoint.hold();', '']],
    test: ['unit/server', 'the process lives as long as the server listens'],
  },
  {
    rule: 'who unrefs before it listens is not kept alive',
    edits: [
      [
        server,
        'if (this.#isReferenced) this.#letGo = endpoint.hold();',
        'this.#letGo = endpoint.hold();',
      ],
    ],
    test: ['unit/server', 'the process is told before it listens, too'],
  },
  {
    rule: 'listening is emitted',
    edits: [[server, "    this.emit('listening');\n", '']],
    test: ['unit/server', 'listen is once, and emitted'],
  },
  {
    rule: 'ref keeps the process alive again',
    edits: [[server, '    this.#letGo ??= this.#listening?.endpoint.hold();\n', '']],
    test: ['unit/server', 'the process need not, and may again'],
  },
  {
    rule: 'ref holds once',
    edits: [[server, 'this.#letGo ??= this', 'this.#letGo = this']],
    test: ['unit/server', 'the process need not, and may again'],
  },
  {
    rule: 'unref lets the process end',
    edits: [
      [
        server,
        '    this.#letGo?.();\n    this.#letGo = undefined;\n    return this;',
        '    this.#letGo = undefined;\n    return this;',
      ],
    ],
    test: ['unit/server', 'the process need not, and may again'],
  },
  {
    rule: 'ref works after unref',
    edits: [
      [
        server,
        '    this.#letGo?.();\n    this.#letGo = undefined;\n    return this;',
        '    this.#letGo?.();\n    return this;',
      ],
    ],
    test: ['unit/server', 'the process need not, and may again'],
  },
  {
    rule: 'ref before listen is remembered',
    edits: [[server, '    this.#isReferenced = true;\n    this.#letGo', '    this.#letGo']],
    test: ['unit/server', 'the process is told before it listens, too'],
  },
  {
    rule: 'close is safe to repeat',
    edits: [[server, 'this.#closed ??= this.#close();', 'this.#closed = this.#close();']],
    test: ['unit/server', 'close is safe to repeat, and emitted once'],
  },
  {
    rule: 'await using closes',
    edits: [[server, '    await this.close();\n', '']],
    test: ['unit/server', 'close comes with the end of its scope'],
  },
  {
    rule: '[8.1] place off is heard',
    edits: [[server, "place: place !== 'off'", 'place: true']],
    test: ['unit/server', 'options does not with place off'],
  },
  {
    rule: '[8.1] place is auto unless told',
    edits: [[server, "place: place !== 'off'", "place: place === 'auto'"]],
    test: ['unit/server', 'options shares a CPU with the sender'],
  },
  {
    rule: '[4.5] allowUids is heard',
    edits: [
      [
        server,
        '      allowUids,\n      maxMessage:',
        '      allowUids: undefined,\n      maxMessage:',
      ],
    ],
    test: ['unit/server', 'options allowUids names who may send besides the own user'],
  },
  {
    rule: '[4.18] maxMessage is heard',
    edits: [
      [server, 'maxMessage: maxMessage ?? DEFAULT_MAX_MESSAGE', 'maxMessage: DEFAULT_MAX_MESSAGE'],
    ],
    test: ['unit/server', 'options that were given are heard'],
  },
  {
    rule: '[4.18] maxMessage is told by the registration',
    edits: [
      [
        server,
        '        maxMessage,\n        onFiles',
        '        maxMessage: DEFAULT_MAX_MESSAGE,\n        onFiles',
      ],
    ],
    test: ['unit/server', 'options that were given are heard'],
  },
  {
    rule: '[5.13] idleTimeout is heard',
    edits: [
      [
        server,
        'idleTimeout: idleTimeout ?? DEFAULT_IDLE_TIMEOUT',
        'idleTimeout: DEFAULT_IDLE_TIMEOUT',
      ],
    ],
    test: ['unit/server', 'options a client has 5000 ms'],
  },
  {
    rule: '[5.13] idleTimeout is 30 s unless told',
    edits: [[server, 'const DEFAULT_IDLE_TIMEOUT = 30_000;', 'const DEFAULT_IDLE_TIMEOUT = 3000;']],
    test: ['unit/server', 'options a client has 30000 ms'],
  },
  {
    rule: 'the name is registered',
    edits: [
      [
        server,
        '        name,\n        maxMessage,',
        '        name: undefined,\n        maxMessage,',
      ],
    ],
    test: ['unit/server', 'options that were given are heard'],
  },
  {
    rule: 'gaps are emitted',
    edits: [[server, "gap: (gap) => this.emit('gap', gap)", 'gap: () => {}']],
    test: ['unit/server', 'strays, gaps and warnings are emitted'],
  },
  {
    rule: '[6.12] strays are emitted',
    edits: [[server, "stray: (info) => this.emit('stray', info)", 'stray: () => {}']],
    test: ['unit/server', 'strays, gaps and warnings are emitted'],
  },
  {
    rule: '[4.26] warnings are emitted',
    edits: [[server, "warning: (warning) => this.emit('warning', warning)", 'warning: () => {}']],
    test: ['unit/server', 'strays, gaps and warnings are emitted'],
  },
  {
    rule: 'partials are emitted',
    edits: [[server, "partial: (partial) => this.emit('partial', partial)", 'partial: () => {}']],
    test: ['unit/server', 'a message that is left unfinished is told of'],
  },
  {
    rule: 'a closed server does not listen',
    edits: [[server, "    this.#state = 'closed';\n", '']],
    test: ['unit/server', 'close is safe to repeat, and emitted once'],
  },
  {
    rule: 'what waits for a busy loop is dropped at close',
    edits: [[server, '      this.#consumer.dropBacklog();\n', '']],
    test: ['unit/server', 'close ends the iteration; what it has not taken was not'],
  },
  {
    rule: '[4.71] close takes the registration back',
    edits: [[server, '      unregister();\n', '']],
    test: ['unit/server', 'close comes with the end of its scope'],
  },
  {
    rule: '[4.71] the handlers stay 20 ms after the registration',
    edits: [[server, '      await sleep(LOOKED_MS);\n', '']],
    test: ['unit/server', 'close keeps the handlers for who has just seen the registration'],
  },
  {
    rule: 'after close another server of this process can listen',
    edits: [
      [
        server,
        '      endpoint.server = undefined;\n      native.close();\n',
        '      endpoint.server = undefined;\n',
      ],
    ],
    test: ['unit/server', 'the process is told before it listens, too'],
  },
  {
    rule: 'after close words are taken no more',
    edits: [[server, '      endpoint.server = undefined;\n      native', '      native']],
    test: ['unit/server', 'close tells each client, takes the registration back, and gives'],
  },
  {
    rule: 'a closed server lets the process end',
    edits: [[server, '      this.#letGo?.();\n      linger', '      linger']],
    test: ['unit/server', 'the process lives as long as the server listens'],
  },
  {
    rule: '[4.72] the signals come back when all clients have heard',
    edits: [
      [
        server,
        '        uncatch();\n        endpoint.release();\n      });',
        '        uncatch();\n      });',
      ],
    ],
    test: ['unit/server', 'listen of a second one in a process fails, and takes nothing'],
  },
  {
    rule: '[4.72] the burst signal comes back, too',
    edits: [
      [
        server,
        '        uncatch();\n        endpoint.release();\n      });',
        '        endpoint.release();\n      });',
      ],
    ],
    test: ['unit/server', 'close tells each client, takes the registration back, and gives'],
  },
  {
    rule: '[4.72] the signals stay while a client has not heard',
    edits: [
      [
        server,
        'linger(endpoint, reception.end(), () => {',
        'linger(endpoint, (reception.end(), []), () => {',
      ],
    ],
    test: ['unit/server', 'close keeps them while a client has not confirmed'],
  },
  {
    rule: 'the iteration ends with close',
    edits: [[server, '    this.#consumer.end();\n', '']],
    test: ['unit/server', 'close ends the iteration; what it has not taken was not'],
  },
  {
    rule: 'close is emitted',
    edits: [[server, "    this.emit('close');\n", '']],
    test: ['unit/server', 'close is safe to repeat, and emitted once'],
  },
  {
    rule: '[2.14] bursts come on SIGRTMIN+7 unless told',
    edits: [
      [
        server,
        "const DEFAULT_BURST_SIGNAL = 'SIGRTMIN+7';",
        "const DEFAULT_BURST_SIGNAL = 'SIGRTMIN+6';",
      ],
    ],
    test: ['unit/server', 'options that were not given have their defaults'],
  },
  {
    rule: '[2.14] burstSignal null takes no bursts',
    edits: [
      [
        server,
        'if (signal === null || !binding.hasQueue) return 0;',
        'if (!binding.hasQueue || signal === null) return 41;',
      ],
    ],
    test: ['unit/server', 'options that were given are heard'],
  },
  {
    rule: '[2.14] bursts need a realtime signal',
    edits: [
      [server, "if (signal.startsWith('SIGRT')) return number;", 'return number;\n  // @ts-ignore'],
    ],
    test: ['unit/server', 'options refused: burstSignal that does not queue'],
  },
  {
    rule: '[4.1] a word is for the session of its sender',
    edits: [
      [sessions, 'return session?.process.pid === pid ? session : undefined;', 'return session;'],
    ],
    test: ['unit/reception', 'a session hears no word that another process says in its'],
  },
  {
    rule: '[4.3, 6.1] OPEN that is repeated gets the same session',
    edits: [[sessions, 'this.#opened(pid, word) ??', 'undefined ??']],
    test: ['unit/reception', 'a session is opened once by a nonce, however often it is asked'],
  },
  {
    rule: '[4.3] OPEN of another nonce opens another session',
    edits: [
      [sessions, '&& nonce === word.session) return session', '&& nonce !== 0) return session'],
    ],
    test: ['unit/admission', 'who may have a session has up to 256 of them, and is told and'],
  },
  {
    rule: '[6.1] OPEN of another thread opens another session',
    edits: [
      [sessions, 'process.pid === pid && thread === word.thread &&', 'process.pid === pid &&'],
    ],
    test: ['unit/sessions', 'a session is its process, its thread, and its nonce'],
  },
  {
    rule: '[6.1] OPEN of another process opens another session',
    edits: [
      [sessions, 'if (process.pid === pid && thread === word.thread', 'if (thread === word.thread'],
    ],
    test: ['unit/sessions', 'a session is its process, its thread, and its nonce'],
  },
  {
    rule: '[4.65] CLOSE with attempt 0 wants no answer',
    edits: [[sessions, 'if (attempt === NO_ANSWER) return;', '']],
    test: ['unit/reception', 'a session ends with CLOSE, which is confirmed as often as it is'],
  },
  {
    rule: '[4.65] CLOSED names the attempt',
    edits: [
      [
        sessions,
        'tell(peer, { kind: Kind.closed, session, attempt });',
        'tell(peer, { kind: Kind.closed, session, attempt: 1 });',
      ],
    ],
    test: ['unit/reception', 'a session ends with CLOSE, which is confirmed as often as it is'],
  },
  {
    rule: 'a forgotten session is forgotten',
    edits: [[sessions, '    this.#byId.delete(session.id);\n', '']],
    test: ['unit/admission', 'who may have a session has up to 256 of them, and is told and'],
  },
  {
    rule: '[4.26] who was turned away and closes one is warned of anew',
    edits: [[sessions, '    this.#turnedAway.delete(session.process.pid);\n', '']],
    test: ['unit/admission', 'who may have a session has up to 256 of them, and is told and'],
  },
  {
    rule: '[4.22] a forgotten session gives its descriptors back',
    edits: [[sessions, '    session.unpin();\n', '']],
    test: ['unit/sessions', 'a session is found by its number, for its own process'],
  },
  {
    rule: '[4.5, 4.9] an OPEN names one that catches both signals',
    edits: [[sessions, '!catchesUserSignals(status) || ', '']],
    test: ['unit/sessions', 'a process that does not catch SIGUSR1 has none, and is told'],
  },
  {
    rule: '[4.5] an OPEN names one that lives',
    edits: [[sessions, ' || peer.process.hasExited()', '']],
    test: ['unit/sessions', 'a process that has ended has none, and is told nothing'],
  },
  {
    rule: '[2.10] a refused OPEN is told why',
    edits: [
      [
        sessions,
        '    tell(peer, { kind: Kind.refused, session: word.session, message: NO_MESSAGE, reason });\n',
        '',
      ],
    ],
    test: ['unit/admission', 'who may have a session is everybody, unless some are named; then'],
  },
  {
    rule: '[2.10] another version is refused',
    edits: [[sessions, 'if (version !== VERSION) return Reason.version;', '']],
    test: ['unit/reception', 'a session is refused to another version'],
  },
  {
    rule: '[4.5, 2.10] who is not allowed is refused',
    edits: [[sessions, 'if (!this.#allows(uid)) return Reason.notAllowed;', '']],
    test: ['unit/admission', 'who may have a session is everybody, unless some are named; then'],
  },
  {
    rule: '[2.10] a server that closes refuses who opens',
    edits: [[sessions, 'if (this.#isShut) return Reason.closing;', '']],
    test: ['unit/reception', 'a server that is closing abandons what is unfinished, and'],
  },
  {
    rule: '[4.23] who is refused for want of descriptors is told so',
    edits: [[sessions, 'return Reason.noDescriptor;', 'return undefined;']],
    test: ['unit/sessions', 'a process is refused for want of descriptors, which is warned of'],
  },
  {
    rule: '[4.26] a want of descriptors is warned of',
    edits: [[sessions, "      this.#turnAway('all', () => outOfDescriptors(shortage));\n", '']],
    test: ['unit/sessions', 'a process is refused for want of descriptors, which is warned of'],
  },
  {
    rule: '[4.21, 2.10] a process has 256 sessions at most',
    edits: [[sessions, 'return Reason.tooManySessions;', 'void 0;']],
    test: ['unit/admission', 'who may have a session has up to 256 of them, and is told and'],
  },
  {
    rule: "[4.21] a process's sessions are counted alone",
    edits: [[sessions, '(session) => session.process.pid === pid)', '() => true)']],
    test: ['unit/sessions', "a process's 256 are its own"],
  },
  {
    rule: '[4.26] a process that has too many is warned of',
    edits: [
      [
        sessions,
        '      this.#turnAway(pid, () => outOfSessions(MAX_SESSIONS_OF_PROCESS, pid));\n',
        '',
      ],
    ],
    test: ['unit/admission', 'who may have a session has up to 256 of them, and is told and'],
  },
  {
    rule: '[4.21] a server has 1,024 sessions at most',
    edits: [
      [sessions, 'return Reason.full;\n    }\n    return undefined;', '}\n    return undefined;'],
    ],
    test: ['unit/sessions', 'a server has 1,024; who comes then is refused, which is warned'],
  },
  {
    rule: '[4.26] that all are taken is warned of',
    edits: [[sessions, "      this.#turnAway('all', () => outOfSessions(MAX_SESSIONS));\n", '']],
    test: ['unit/sessions', 'a server has 1,024; who comes then is refused, which is warned'],
  },
  {
    rule: '[4.21] a process has 256 sessions',
    edits: [
      [sessions, 'const MAX_SESSIONS_OF_PROCESS = 256;', 'const MAX_SESSIONS_OF_PROCESS = 255;'],
    ],
    test: ['unit/admission', 'who may have a session has up to 256 of them, and is told and'],
  },
  {
    rule: '[4.21] a server has 1,024 sessions',
    edits: [[sessions, 'const MAX_SESSIONS = 1024;', 'const MAX_SESSIONS = 1023;']],
    test: ['unit/sessions', 'a server has 1,024; who comes then is refused, which is warned'],
  },
  {
    rule: '[4.5] everybody is allowed unless told',
    edits: [[sessions, 'allowed === undefined || uid', 'uid']],
    test: ['unit/admission', 'who may have a session is everybody, unless some are named; then'],
  },
  {
    rule: '[4.5] the own uid is always allowed',
    edits: [[sessions, ' || uid === process.getuid?.()', '']],
    test: ['unit/admission', 'who may have a session is everybody, unless some are named; then'],
  },
  {
    rule: '[4.5] who is named is allowed',
    edits: [[sessions, ' || allowed.includes(uid)', '']],
    test: ['unit/admission', 'who may have a session is everybody, unless some are named; then'],
  },
  {
    rule: '[4.24] before anybody is refused the dead go',
    edits: [[sessions, '    this.#sweep();\n    const left', '    const left']],
    test: ['unit/sessions', 'before that the dead go'],
  },
  {
    rule: '[4.25] before anybody is refused an unused one goes',
    edits: [
      [
        sessions,
        'if (unused === undefined) return false;',
        'if (unused === undefined || unused.id > 0) return false;',
      ],
    ],
    test: ['unit/admission', 'who may have a session gives one up that lay unused for 10 s,'],
  },
  {
    rule: '[4.25, 5.12] 10 s unused are enough',
    edits: [[sessions, 'const UNUSED_MS = 10_000;', 'const UNUSED_MS = 1_000_000;']],
    test: ['unit/admission', 'who may have a session gives one up that lay unused for 10 s,'],
  },
  {
    rule: '[4.25, 5.12] less than 10 s unused are not enough',
    edits: [[sessions, 'const UNUSED_MS = 10_000;', 'const UNUSED_MS = 0;']],
    test: ['unit/admission', 'who may have a session has up to 256 of them, and is told and'],
  },
  {
    rule: '[4.25] a session that was used is not given up',
    edits: [[sessions, 'unusedSince = Infinity }', 'unusedSince = 0 }']],
    test: ['unit/admission', 'who may have a session gives one up that lay unused for 10 s,'],
  },
  {
    rule: '[4.25] who loses an unused session is told',
    edits: [
      [
        sessions,
        '    tell(unused, {\n      kind: Kind.refused,\n      session: unused.id,\n      message: NO_MESSAGE,\n      reason: Reason.full,\n    });\n',
        '',
      ],
    ],
    test: ['unit/admission', 'who may have a session gives one up that lay unused for 10 s,'],
  },
  {
    rule: '[4.25] who loses an unused session is forgotten',
    edits: [[sessions, '    this.forget(unused);\n    return true;', '    return true;']],
    test: ['unit/admission', 'who may have a session gives one up that lay unused for 10 s,'],
  },
  {
    rule: '[4.26] who is turned away is warned of once',
    edits: [[sessions, '    if (this.#turnedAway.has(who)) return;\n', '']],
    test: ['unit/admission', 'who may have a session has up to 256 of them, and is told and'],
  },
  {
    rule: '[4.26] a warning comes after the answer',
    edits: [
      [
        sessions,
        'queueMicrotask(() => this.#options.warning(why()));',
        'this.#options.warning(why());',
      ],
    ],
    test: ['unit/sessions', 'a process is refused for want of descriptors, which is warned of'],
  },
  {
    rule: '[4.26] when there is room again the next want of it is warned of',
    edits: [[sessions, "    this.#turnedAway.delete('all');\n", '']],
    test: ['unit/sessions', 'a process is refused for want of descriptors, which is warned of'],
  },
  {
    rule: '[2.6] no two sessions have the same number',
    edits: [[sessions, 'while (this.#byId.has(id));', 'while (id < 0);']],
    test: ['unit/admission', 'who may have a session is not who came to mind twice: no two'],
  },
  {
    rule: 'the dead are swept now and then',
    edits: [[sessions, 'if (this.size >= this.#sweepAt) this.#sweep();', '']],
    test: ['unit/sessions', 'the dead are swept each time that there are twice as many'],
  },
  {
    rule: '[4.24] only the dead are swept',
    edits: [
      [
        sessions,
        'if (isGone(session)) this.#options.died(session);',
        'this.#options.died(session);',
      ],
    ],
    test: ['unit/admission', 'who may have a session has up to 256 of them, and is told and'],
  },
  {
    rule: 'the next sweep is when they have doubled',
    edits: [[sessions, '    this.#sweepAt = Math.max(FIRST_SWEEP, 2 * this.size);\n', '']],
    test: ['unit/sessions', 'the dead are swept each time that there are twice as many'],
  },
  {
    rule: '[2.9] a new session has granted nothing',
    edits: [[sessions, 'lastGrant: -1', 'lastGrant: 0']],
    test: ['unit/sessions', 'a session is its process, its thread, and its nonce'],
  },
  {
    rule: '[5.13] a new session has been heard now',
    edits: [[sessions, 'lastHeard: presence.now', 'lastHeard: -1e9']],
    test: ['unit/sessions', 'a session is its process, its thread, and its nonce'],
  },
  {
    rule: '[4.25] a new session is unused from now on',
    edits: [[sessions, 'unusedSince: monotonicMs()', 'unusedSince: undefined']],
    test: ['unit/admission', 'who may have a session gives one up that lay unused for 10 s,'],
  },
  {
    rule: 'WAIT names the message',
    edits: [
      [
        session,
        'kind: Kind.wait, session: session.id, message });',
        'kind: Kind.wait, session: session.id, message: 0 });',
      ],
    ],
    test: ['unit/reception', 'an OFFER repeated by the holder brings its GRANT again; by who'],
  },
  {
    rule: '[4.44] what was taken is told as delivered',
    edits: [[session, 'reason === undefined\n', 'reason !== undefined && reason < 0\n']],
    test: ['unit/reception', 'an OFFER after the end of its message brings the end again, and'],
  },
  {
    rule: '[9.2] a new session is offered lanes',
    edits: [[sessions, 'takesLanes: true', 'takesLanes: false']],
    test: ['unit/by-lanes', 'a message comes whole by lanes, in bit mode'],
  },
];
