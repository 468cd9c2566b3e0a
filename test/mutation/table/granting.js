// Who may send, how long, and in which way: docs/protocol.md, sections 4, 5, 8 and 9.
const grant = 'lib/minitalk/server/grant.ts';
const granting = 'lib/minitalk/server/granting.ts';
const holderWatch = 'lib/minitalk/server/holder-watch.ts';
const lanes = 'lib/minitalk/server/lanes.ts';
const placement = 'lib/minitalk/server/placement.ts';
const turns = 'lib/minitalk/server/turns.ts';

module.exports = [
  {
    rule: "[2.9] a session's next grant has another number than its last",
    edits: [[grant, 'if (last === session.lastGrant) last = (last + 1) & 0xfff;', '']],
    test: ['unit/granting', 'a grant has a number of its own, modulo 4,096, and never that of'],
  },
  {
    rule: '[2.8] grant numbers count up',
    edits: [[grant, '    last = (last + 1) & 0xfff;\n    // A', '    // A']],
    test: ['unit/granting', 'a grant has another number than the one before, whoever had that'],
  },
  {
    rule: '[2.8] grant numbers are modulo 4,096',
    edits: [[grant, 'last = (last + 1) & 0xfff;\n    // A', 'last = last + 1;\n    // A']],
    test: ['unit/granting', 'a grant has a number of its own, modulo 4,096, and never that of'],
  },
  {
    rule: '[2.9] the number of the last grant is noted',
    edits: [[grant, '    session.lastGrant = last;\n', '']],
    test: ['unit/granting', 'a grant has a number of its own, modulo 4,096, and never'],
  },
  {
    rule: '[4.39] the next grant goes on behind what is kept',
    edits: [[grant, 'const first = message.part?.count ?? 0;', 'const first = 0;']],
    test: ['unit/granting', 'a turn that is over keeps what came of the frame, and its holder'],
  },
  {
    rule: '[4.28] a grant is told to its holder',
    edits: [[grant, '    announce();\n    return {', '    return {']],
    test: ['unit/reception', 'a session hears no word that another process says in its'],
  },
  {
    rule: '[4.55] GRANT names the frame',
    edits: [[grant, 'frame: message.frame & 0xff', 'frame: 0']],
    test: ['unit/granting', 'a frame that is whole is followed by the next one, after those'],
  },
  {
    rule: "[8.1] GRANT names the server's CPU",
    edits: [[grant, '        place: encodePlace(place),\n', '        place: 4095,\n']],
    test: ['unit/granting', 'a grant names the CPU that is shared, and again when that'],
  },
  {
    rule: '[8.6] the placement that changes is told again',
    edits: [
      [
        grant,
        '        inForce(native.place(place.cpu, place.together));\n        announce();',
        '        inForce(native.place(place.cpu, place.together));',
      ],
    ],
    test: ['unit/granting', 'a grant names the CPU that is shared, and again when that'],
  },
  {
    rule: '[8.6] the placement that changes is set here, too',
    edits: [[grant, '        inForce(native.place(place.cpu, place.together));\n', '']],
    test: ['unit/granting', 'a grant names the CPU that is shared, and again when that'],
  },
  {
    rule: '[8.6] a placement that stays is not told',
    edits: [[grant, '        if (wish === shares) return;\n', '']],
    test: ['unit/granting', 'a grant names the CPU that is shared, and again when that'],
  },
  {
    rule: '[8.6] who does not share is not placed',
    edits: [[grant, 'onCpu(shares ? binding.holdableCpu() : -1)', 'onCpu(binding.holdableCpu())']],
    test: ['unit/granting', 'a grant goes to one at a time, in the order in which they came,'],
  },
  {
    rule: '[7.1] while our own client transmits nothing is granted',
    edits: [
      [granting, 'present === undefined && endpoint.transmitting === 0', 'present === undefined'],
    ],
    test: ['unit/granting', 'RESTART while our own client transmits is queued'],
  },
  {
    rule: '[4.28] one session at a time has the grant',
    edits: [[granting, 'while (present === undefined && endpoint', 'while (endpoint']],
    test: ['unit/reception', 'an OFFER repeated by the holder brings its GRANT again; by who'],
  },
  {
    rule: '[6.14] a grant goes to the living',
    edits: [[granting, 'if (isGone(session)) died(session);\n      else if', 'if']],
    test: ['unit/granting', 'a grant is not given to who has ended'],
  },
  {
    rule: '[4.27] a message is granted when there is room',
    edits: [
      [granting, 'const session = turns.next(hasRoom);', 'const session = turns.next(() => true);'],
    ],
    test: ['unit/granting', 'a grant waits until there is room for its message, and holds'],
  },
  {
    rule: '[5.9] the holder is watched',
    edits: [[granting, 'if (present !== undefined || turns.waiting > 0) watch.start();', '']],
    test: ['unit/silence', 'a client that is silent in the middle of its message is given'],
  },
  {
    rule: 'who waits alone is looked after, too',
    edits: [
      [
        granting,
        'if (present !== undefined || turns.waiting > 0) watch.start();',
        'if (present !== undefined) watch.start();',
      ],
    ],
    test: ['unit/granting', 'a grant that is looked after is given as soon as it can be'],
  },
  {
    rule: '[4.40] what was counted is put together before a grant is taken back',
    edits: [[granting, '    endpoint.channel.flush();\n', '']],
    test: ['unit/granting', 'a turn that is over keeps what is still in the ring, too'],
  },
  {
    rule: '[4.40] what comes whole at the last moment is not withdrawn',
    edits: [
      [
        granting,
        '    if (present !== grant) return; // that was all of its frame, or its end\n',
        '',
      ],
    ],
    test: ['unit/granting', 'a turn that is over is no turn that is over where its last data'],
  },
  {
    rule: '[4.37] what came of a frame is kept',
    edits: [[granting, '    message.keep(intake.part(count));\n', '']],
    test: ['unit/granting', 'a turn that is over keeps what came of the frame, and its holder'],
  },
  {
    rule: '[4.38, 6.16] who got on is queued again at once',
    edits: [
      [granting, '      message.queue();\n      turns.add(session);\n', '      message.queue();\n'],
    ],
    test: ['unit/granting', 'a turn that is over keeps what came of the frame, and its holder'],
  },
  {
    rule: '[4.38] who lost its turn is told to wait',
    edits: [
      [
        granting,
        '      tellWait(session, message.number); // it need not find out by a time-out\n',
        '',
      ],
    ],
    test: ['unit/granting', 'a turn that is over keeps what came of the frame, and its holder'],
  },
  {
    rule: '[4.41, 6.15] who made nothing of its grant waits for its next OFFER',
    edits: [[granting, 'if (count > first) {', 'if (count >= first) {']],
    test: ['unit/granting', 'a turn that is over and was nothing is followed by the next'],
  },
  {
    rule: '[4.41] who made nothing of its grant is withdrawn',
    edits: [[granting, '      message.withdraw();\n', '']],
    test: ['unit/granting', 'a turn that is over and was nothing is followed by the next'],
  },
  {
    rule: '[5.11] after a grant that is taken back the next one has its turn',
    edits: [
      [
        granting,
        '      message.withdraw();\n    }\n    schedule();',
        '      message.withdraw();\n    }',
      ],
    ],
    test: ['unit/granting', 'a turn that is over is taken back only where others wait'],
  },
  {
    rule: '[6.14] a dead holder gives its grant back',
    edits: [
      [
        granting,
        "    if (verdict === 'dead') {\n      end(grant);",
        "    if (verdict === 'dead') {",
      ],
    ],
    test: ['unit/granting', 'a holder that has ended loses its grant, is told of, and others'],
  },
  {
    rule: '[6.14] a dead holder is told of',
    edits: [[granting, '      died(grant.session);\n', '']],
    test: ['unit/granting', 'a holder that has ended loses its grant, is told of, and others'],
  },
  {
    rule: '[6.14] after a dead holder the next one has its turn',
    edits: [
      [granting, '      died(grant.session);\n      schedule();', '      died(grant.session);'],
    ],
    test: ['unit/granting', 'a holder that has ended loses its grant, is told of, and others'],
  },
  {
    rule: '[4.37, 5.11] a grant is taken back only where others wait',
    edits: [[granting, "verdict === 'over' && turns.waiting > 0", "verdict === 'over'"]],
    test: ['unit/granting', 'a grant names the CPU that is shared, and again when that'],
  },
  {
    rule: '[4.37, 5.11] a turn that is over is taken back',
    edits: [[granting, "verdict === 'over' && turns.waiting > 0", 'false as boolean']],
    test: ['unit/granting', 'a turn that is over is taken back only where others wait'],
  },
  {
    rule: '[5.9, 6.5] a grant is repeated until it is started',
    edits: [
      [granting, '    } else if (grant.count() < 0) {\n      grant.announce();\n    }', '    }'],
    ],
    test: ['unit/granting', 'a grant is repeated until it is started, and not afterwards'],
  },
  {
    rule: '[5.9] a grant that is started is not repeated',
    edits: [[granting, '} else if (grant.count() < 0) {', '} else {']],
    test: ['unit/granting', 'a grant is repeated until it is started, and not afterwards'],
  },
  {
    rule: 'who is removed leaves the queue',
    edits: [[granting, '      turns.drop(session);\n', '']],
    test: ['unit/granting', 'who is removed leaves the queue'],
  },
  {
    rule: 'who is removed loses its grant',
    edits: [
      [
        granting,
        '      if (session !== present?.session) return;\n      end(present);\n      schedule();',
        '      if (session !== present?.session) return;\n      schedule();',
      ],
    ],
    test: ['unit/reception', 'an OFFER of another message cancels the unfinished one'],
  },
  {
    rule: 'who is removed makes room for the next',
    edits: [
      [
        granting,
        '      end(present);\n      schedule();\n    },\n    restart',
        '      end(present);\n    },\n    restart',
      ],
    ],
    test: ['unit/granting', 'who is removed gives its grant to the next'],
  },
  {
    rule: '[4.51] RESTART is for the present grant',
    edits: [
      [
        granting,
        'if (session !== present?.session || number !== present.number) return;',
        'if (session !== present?.session) return;',
      ],
    ],
    test: ['unit/reception', 'RESTART of a grant that has ended does nothing'],
  },
  {
    rule: "[4.51] RESTART is for the holder's own grant",
    edits: [
      [
        granting,
        'if (session !== present?.session || number !== present.number) return;',
        'if (number !== present?.number) return;',
      ],
    ],
    test: ['unit/reception', 'RESTART of a grant that has ended does nothing'],
  },
  {
    rule: '[4.51] RESTART drops what there is of the frame',
    edits: [[granting, '      message.keep(undefined);\n', '']],
    test: ['unit/granting', 'RESTART drops what there is of the frame, also what was kept'],
  },
  {
    rule: '[4.51] RESTART grants the frame anew',
    edits: [
      [
        granting,
        '      message.keep(undefined);\n      enqueue(session);',
        '      message.keep(undefined);\n      session.message?.queue();',
      ],
    ],
    test: ['unit/reception', 'RESTART gives the frame anew, under another grant'],
  },
  {
    rule: '[4.51] a message that is restarted is queued',
    edits: [[granting, '    session.message?.queue();\n    turns.add', '    turns.add']],
    test: ['unit/granting', 'RESTART while our own client transmits is queued'],
  },
  {
    rule: '[4.46] GRANT is repeated for its holder',
    edits: [[granting, 'if (session === present?.session) present.announce();', '']],
    test: ['unit/reception', 'a session hears no word that another process says in its'],
  },
  {
    rule: '[6.11] a record of an earlier grant is not put together',
    edits: [[granting, 'if (number === present?.number) present', 'present']],
    test: ['unit/granting', 'a frame that is whole holds nothing of an earlier grant'],
  },
  {
    rule: '[5.17] a whole frame is a sign of life',
    edits: [[granting, '      session.lastHeard = presence.now;\n', '']],
    test: ['unit/granting', 'a frame that is whole is a sign of life'],
  },
  {
    rule: '[4.43] a whole message is complete',
    edits: [[granting, 'if (message.isWhole) complete(session, message);\n      else if', 'if']],
    test: ['unit/reception', 'an OFFER after the end of its message brings the end again, and'],
  },
  {
    rule: '[4.42] after a frame comes the next grant',
    edits: [
      [
        granting,
        '      else enqueue(session);\n      schedule();',
        '      else session.message?.queue();\n      schedule();',
      ],
    ],
    test: ['unit/granting', 'a frame that is whole is followed by the next one, after those'],
  },
  {
    rule: '[4.69] a server that closes takes the grant back',
    edits: [[granting, '      if (present !== undefined) end(present);\n', '']],
    test: ['unit/granting', 'a server that stops grants nothing, has granted nothing, and'],
  },
  {
    rule: '[4.69] a server that closes grants nothing more',
    edits: [[granting, '      turns.clear();\n', '']],
    test: ['unit/granting', 'a server that stops grants nothing, has granted nothing, and'],
  },
  {
    rule: '[5.19] a server that closes looks no more',
    edits: [[granting, '      watch.stop();\n', '']],
    test: ['unit/granting', 'a server that stops grants nothing, has granted nothing, and'],
  },
  {
    rule: '[5.10] a holder that has not started has 200 ms',
    edits: [[holderWatch, 'const UNSTARTED_MS = 200;', 'const UNSTARTED_MS = 20_000;']],
    test: ['unit/holder-watch', 'a holder has 200 ms to begin'],
  },
  {
    rule: '[5.11] a turn takes 250 ms',
    edits: [[holderWatch, 'const TURN_MS = 250;', 'const TURN_MS = 25_000;']],
    test: ['unit/holder-watch', 'and from its beginning 250 ms, however slowly it gets on'],
  },
  {
    rule: '[5.11] a turn counts from its start',
    edits: [[holderWatch, 'if (lastCount < 0) began = now;', '']],
    test: ['unit/holder-watch', 'and from its beginning 250 ms, however slowly it gets on'],
  },
  {
    rule: '[5.17] a holder that gets on gives a sign of life',
    edits: [[holderWatch, '        grant.session.lastHeard = presence.now;\n', '']],
    test: ['unit/holder-watch', 'one that gets on gives a sign of life, one that does not may be'],
  },
  {
    rule: '[8.5] a holder that gets on may be placed anew',
    edits: [
      [holderWatch, 'if (placement !== undefined) grant.share(placement.look(count, now));', ''],
    ],
    test: ['unit/holder-watch', 'both ends share a CPU at first, and what is measured is told'],
  },
  {
    rule: '[6.14] a holder that does not get on may be dead',
    edits: [
      [holderWatch, "} else if (isGone(grant.session)) {\n        return 'dead';\n      }", '}'],
    ],
    test: ['unit/holder-watch', 'one that gets on gives a sign of life, one that does not may be'],
  },
  {
    rule: '[5.19] nobody is watched where nothing is unfinished',
    edits: [
      [
        holderWatch,
        'if (look() && timer === undefined) lookLater();',
        'look();\n      lookLater();',
      ],
    ],
    test: ['unit/holder-watch', 'it looks as long as there is something to look at, and not'],
  },
  {
    rule: '[5.9] the watch goes on while something is unfinished',
    edits: [[holderWatch, 'if (look() && timer === undefined) lookLater();', 'look();']],
    test: ['unit/holder-watch', 'it looks every 20 ms, sooner while the other way is tried'],
  },
  {
    rule: 'the watch keeps no process alive',
    edits: [[holderWatch, '}, planned).unref();', '}, planned);']],
    test: ['unit/holder-watch', 'it keeps no process alive'],
  },
  {
    rule: '[8.5] a trial is looked at soon',
    edits: [[holderWatch, 'placement?.isTrying ? TRIAL_MS : LOOK_MS', 'LOOK_MS']],
    test: ['unit/holder-watch', 'it looks every 20 ms, sooner while the other way is tried'],
  },
  {
    rule: 'the watch runs once at a time',
    edits: [[holderWatch, '    if (timer !== undefined) return;\n', '']],
    test: ['unit/holder-watch', 'it looks every 20 ms, sooner while the other way is tried'],
  },
  {
    rule: '[5.14] a stop of the server is no silence of its clients',
    edits: [
      [holderWatch, '      presence.listened(LOOK_MS);\n', '      presence.listened(Infinity);\n'],
    ],
    test: ['unit/presence', 'it counts while the watch goes on, and only then'],
  },
  {
    rule: '[5.13] the silence counts while a message is unfinished',
    edits: [[holderWatch, '      presence.listened(LOOK_MS);\n', '']],
    test: ['unit/presence', 'it counts while the watch goes on, and only then'],
  },
  {
    rule: '[5.14] a new watch does not count the time before it',
    edits: [[holderWatch, '    presence.begin();\n', '']],
    test: ['unit/presence', 'a watch that begins counts from there, however long nobody'],
  },
  {
    rule: '[8.1] without placement no holder is placed',
    edits: [
      [
        holderWatch,
        'const placement = place ? createPlacement() : undefined;',
        'const placement = createPlacement();',
      ],
    ],
    test: ['unit/holder-watch', 'without placement nothing is shared, nor told'],
  },
  {
    rule: '[8.6] a grant begins with what is known of its mode',
    edits: [[holderWatch, 'return placement?.begin(way, began, count) ?? false;', 'return false;']],
    test: ['unit/holder-watch', 'both ends share a CPU at first, and what is measured is told'],
  },
  {
    rule: '[8.6] the other way has to be a tenth faster',
    edits: [
      [
        placement,
        'const GAIN = { together: 1.1, apart: 1.1 };',
        'const GAIN = { together: 1, apart: 1 };',
      ],
    ],
    test: ['unit/placement', 'a way that is hardly faster is not changed to'],
  },
  {
    rule: '[8.6] the faster way is kept',
    edits: [[placement, '    present.shares = !present.shares;\n', '']],
    test: ['unit/placement', 'a shared CPU that is slower is let go after the first trial'],
  },
  {
    rule: '[8.7] trials become rarer',
    edits: [
      [placement, 'present.interval = Math.min(2 * present.interval, LAST_INTERVAL_MS);', ''],
    ],
    test: ['unit/placement', 'a shared CPU that is faster stays shared, and the trials cost'],
  },
  {
    rule: '[8.7] trials come every 12.8 s at least',
    edits: [
      [placement, 'Math.min(2 * present.interval, LAST_INTERVAL_MS)', '2 * present.interval'],
    ],
    test: ['unit/placement', 'trials come after 200 ms, then half as often each time, down to'],
  },
  {
    rule: '[8.7] a trial is followed by its whole interval',
    edits: [[placement, '    present.since = 0;\n', '']],
    test: ['unit/placement', 'when the faster way becomes the slower one it is left again'],
  },
  {
    rule: '[8.8] when the rate has halved there is a trial at once',
    edits: [[placement, '      present.interval = FIRST_INTERVAL_MS;\n', '']],
    test: ['unit/placement', 'when the faster way becomes the slower one it is left again'],
  },
  {
    rule: '[8.8] the loss is measured against the new rate from then on',
    edits: [
      [
        placement,
        '      present.interval = FIRST_INTERVAL_MS;\n      present.best = present.rate;',
        '      present.interval = FIRST_INTERVAL_MS;',
      ],
    ],
    test: ['unit/placement', 'a rate that has halved brings them, and counts from there on'],
  },
  {
    rule: '[8.5] a client that rests is no slow way',
    edits: [[placement, 'if (ms <= 0 || rate <= 0) return;', '']],
    test: ['unit/placement', 'a client that rests is no reason to change'],
  },
  {
    rule: '[8.5] modes are measured apart',
    edits: [
      [placement, 'const name = `${way.mode} ${way.byLanes}`;', 'const name = `${way.byLanes}`;'],
    ],
    test: ['unit/placement', 'each mode is measured for itself'],
  },
  {
    rule: '[8.6] what is known of a mode stays',
    edits: [[placement, '      known.set(name, present);\n', '']],
    test: ['unit/placement', 'each mode is measured for itself'],
  },
  {
    rule: '[8.5] a frame that goes on counts from where it was',
    edits: [
      [
        placement,
        '      lastCount = count;\n      lastTime = now;\n      return present.shares;',
        '      lastCount = 0;\n      lastTime = now;\n      return present.shares;',
      ],
    ],
    test: ['unit/placement', 'a frame that goes on behind what was kept is measured from there'],
  },
  {
    rule: "[8.5] a frame's end is measured",
    edits: [[placement, 'if (now - lastTime >= TRIAL_MS) measure(count, now);', '']],
    test: ['unit/placement', "a frame's end is measured as a look is, unless it comes at once"],
  },
  {
    rule: '[8.5] a trial ends with its frame',
    edits: [[placement, 'measure(count, now);\n      isTrying = false;', 'measure(count, now);']],
    test: ['unit/placement', 'a trial ends with its frame'],
  },
  {
    rule: '[8.1] sharing comes first',
    edits: [[placement, 'shares: true, rate: 0', 'shares: false, rate: 0']],
    test: ['unit/placement', 'a shared CPU that is faster stays shared, and the trials cost'],
  },
  {
    rule: '[8.8] a rate is the mean of a while',
    edits: [[placement, 'Math.min(1, ms / MEAN_MS)', '1']],
    test: ['unit/placement', 'a moment in which little comes is no reason to change'],
  },
  {
    rule: '[8.7] after 200 ms of sending the other way is tried',
    edits: [[placement, 'const FIRST_INTERVAL_MS = 200;', 'const FIRST_INTERVAL_MS = 200_000;']],
    test: ['unit/placement', 'a shared CPU that is faster stays shared, and the trials cost'],
  },
  {
    rule: '[4.28] turns come in the order of arrival',
    edits: [[turns, 'add: (party) => queue.push(party)', 'add: (party) => queue.unshift(party)']],
    test: ['unit/turns', 'those who wait come in the order in which they came'],
  },
  {
    rule: '[4.27] who may not have its turn yet holds nobody up',
    edits: [
      [
        turns,
        'const index = queue.findIndex(mayHave);',
        'const index = queue[0] !== undefined && mayHave(queue[0]) ? 0 : -1;',
      ],
    ],
    test: ['unit/turns', 'who may not have its turn yet keeps its place, and others go on'],
  },
  {
    rule: 'who is dropped leaves the queue',
    edits: [[turns, 'if (index >= 0) queue.splice(index, 1);', '']],
    test: ['unit/turns', 'one that is dropped has no turn; nobody else loses his'],
  },
  {
    rule: 'who does not wait is not dropped',
    edits: [[turns, 'if (index >= 0) queue.splice(index, 1);', 'queue.splice(index, 1);']],
    test: ['unit/turns', 'one that is dropped has no turn; nobody else loses his'],
  },
  {
    rule: 'all are cleared',
    edits: [[turns, 'queue.length = 0;', '']],
    test: ['unit/turns', 'when all are cleared nobody waits'],
  },
  {
    rule: '[8.5, 9.18] by lanes is measured apart',
    edits: [[placement, 'const name = `${way.mode} ${way.byLanes}`;', 'const name = way.mode;']],
    test: ['unit/placement', 'by lanes is measured for itself'],
  },
  {
    rule: '[8.6, 9.18] by lanes the gain is another',
    edits: [[placement, 'way.byLanes ? GAIN_BY_LANES : GAIN', 'GAIN']],
    test: ['unit/placement', 'by lanes both ends stay together unless apart is 1.5 times as'],
  },
  {
    rule: '[8.6, 9.18] lanes apart have to be 1.5 times as fast',
    edits: [[placement, '{ together: 0.75, apart: 1.5 }', '{ together: 0.75, apart: 1.6 }']],
    test: ['unit/placement', 'by lanes both ends stay together unless apart is 1.5 times as'],
  },
  {
    rule: '[8.6, 9.18] lanes that are hardly faster apart stay together',
    edits: [[placement, '{ together: 0.75, apart: 1.5 }', '{ together: 0.75, apart: 1.4 }']],
    test: ['unit/placement', 'by lanes both ends stay together unless apart is 1.5 times as'],
  },
  {
    rule: '[8.6, 9.18] lanes come together where they keep 0.75 of their speed',
    edits: [[placement, '{ together: 0.75, apart: 1.5 }', '{ together: 0.85, apart: 1.5 }']],
    test: ['unit/placement', 'by lanes both ends come together again where that has 0.75'],
  },
  {
    rule: '[8.6, 9.18] lanes that are much slower together stay apart',
    edits: [[placement, '{ together: 0.75, apart: 1.5 }', '{ together: 0.65, apart: 1.5 }']],
    test: ['unit/placement', 'by lanes both ends come together again where that has 0.75'],
  },
  {
    rule: '[8.6] each way of placement has its own gain',
    edits: [[placement, 'present.shares ? apart : together', 'present.shares ? together : apart']],
    test: ['unit/placement', 'by lanes both ends stay together unless apart is 1.5 times as'],
  },
  {
    rule: '[9.2] a grant tells the handler how many lanes',
    edits: [
      [
        grant,
        '        lanes,\n        together: place',
        '        lanes: 0,\n        together: place',
      ],
    ],
    test: ['unit/granting', 'a grant by lanes names how many, to the client as to the'],
  },
  {
    rule: '[9.1] GRANT names the lanes in the place of a CPU',
    edits: [[grant, '  if (lanes > 0) return byLanes(lanes, shares);\n', '']],
    test: ['unit/granting', 'a grant by lanes names how many, to the client as to the'],
  },
  {
    rule: '[9.18] lanes go to the client where both ends share a CPU',
    edits: [[grant, 'return byLanes(lanes, shares);', 'return byLanes(lanes, false);']],
    test: ['unit/granting', 'a grant by lanes lets them go to the client where both ends'],
  },
  {
    rule: '[9.18] the handler is told that the lanes go to the client',
    edits: [[grant, 'together: place.together', 'together: false']],
    test: ['unit/granting', 'a grant by lanes lets them go to the client where both ends'],
  },
  {
    rule: '[9.18] lanes that part are told so',
    edits: [[grant, 'native.place(place.cpu, place.together)', 'native.place(place.cpu, false)']],
    test: ['unit/granting', 'a grant by lanes lets them go to the client where both ends'],
  },
  {
    rule: '[9.2] a client that starts without lanes is offered none any more',
    edits: [
      [
        grant,
        'native.grantLanes() !== lanes) session.takesLanes = false;',
        'native.grantLanes() !== lanes) void session;',
      ],
    ],
    test: ['unit/granting', 'a grant by lanes that its client started without them is the'],
  },
  {
    rule: '[9.2] who has started nothing may take lanes',
    edits: [[grant, 'if (native.grantCount() >= 0 && native', 'if (native']],
    test: ['unit/granting', 'a grant by lanes that nobody has started is not'],
  },
  {
    rule: '[9.2] who has started by lanes takes them',
    edits: [
      [
        grant,
        'native.grantCount() >= 0 && native.grantLanes() !== lanes',
        'native.grantCount() >= 0',
      ],
    ],
    test: ['unit/granting', 'a grant by lanes that was started by them is not'],
  },
  {
    rule: '[9.15] a grant that ends by lanes lets them rest',
    edits: [[granting, '    if (grant.lanes > 0) lanes.rest();\n', '']],
    test: ['unit/granting', 'a grant by lanes lets the lanes rest at its end, however it'],
  },
  {
    rule: '[9.15] a grant without lanes is no reason to keep them',
    edits: [[granting, 'if (grant.lanes > 0) lanes.rest();', 'lanes.rest();']],
    test: ['unit/granting', 'a grant by lanes alone is a reason for that'],
  },
  {
    rule: '[9.15] a server that stops ends its lanes',
    edits: [[granting, '      lanes.end();\n', '']],
    test: ['unit/granting', 'a grant by lanes has ended before the lanes of a server that'],
  },
  {
    rule: '[9.15] no grant names lanes that end',
    edits: [
      [
        granting,
        '      turns.clear();\n      if (present',
        '      turns.clear();\n      lanes.end();\n      if (present',
      ],
    ],
    test: ['unit/granting', 'a grant by lanes has ended before the lanes of a server that'],
  },
  {
    rule: '[9.17] bursts need no lanes',
    edits: [[lanes, "  if (mode === 'burst') return 0;\n", '']],
    test: ['unit/lanes', 'a frame comes by lanes unless it comes in bursts'],
  },
  {
    rule: '[9.15] a frame has six rounds at least',
    edits: [[lanes, 'const MIN_ROUNDS = 6;', 'const MIN_ROUNDS = 5;']],
    test: ['unit/lanes', 'a frame comes by lanes of six rounds at least: in bit mode 12'],
  },
  {
    rule: '[9.15] lanes are made when 100 bytes have come',
    edits: [[lanes, ' && bytes >= WORTH_BYTES', '']],
    test: ['unit/lanes', 'a frame comes by lanes once 100 bytes have come'],
  },
  {
    rule: '[9.15] 100 bytes are worth it',
    edits: [[lanes, 'const WORTH_BYTES = 100;', 'const WORTH_BYTES = 101;']],
    test: ['unit/lanes', 'a frame comes by lanes once 100 bytes have come'],
  },
  {
    rule: '[9.15] bytes of long ago are not worth lanes now',
    edits: [[lanes, '      bytes = 0;\n', '']],
    test: ['unit/lanes', 'a frame comes by lanes not of what came 10 s before'],
  },
  {
    rule: '[9.15] by settled lanes a frame may have one round',
    edits: [[lanes, 'native.areLanesSettled() ? 1 : MIN_ROUNDS', 'MIN_ROUNDS']],
    test: ['unit/lanes', 'a frame comes by lanes of one, where they are settled: in bit mode 5'],
  },
  {
    rule: '[9.15] by lanes that are not settled a frame has more rounds',
    edits: [[lanes, 'native.areLanesSettled() ? 1 : MIN_ROUNDS', '1']],
    test: ['unit/lanes', 'a frame comes by lanes of six rounds at least: in bit mode 12'],
  },
  {
    rule: '[9.2] who takes no lanes is offered none',
    edits: [[lanes, ' || !takesLanes', '']],
    test: ['unit/lanes', 'a frame comes by lanes unless its client takes none'],
  },
  {
    rule: '[9.17] lanes are a quarter of the room',
    edits: [[lanes, 'free / 4', 'free / 3']],
    test: ['unit/lanes', 'there are as many lanes as a quarter of the room for signals'],
  },
  {
    rule: '[9.17] the room is what is left',
    edits: [
      [
        lanes,
        'status.value.pendingLimit - status.value.pendingSignals',
        'status.value.pendingLimit',
      ],
    ],
    test: ['unit/lanes', 'there are as many lanes as a quarter of the room that is left'],
  },
  {
    rule: '[9.17] there are 64 lanes at most',
    edits: [
      [lanes, 'Math.min(lanes, MAX_LANES)', 'lanes'],
      [lanes, 'native.startLanes(MAX_LANES)', 'native.startLanes(128)'],
    ],
    test: ['unit/lanes', 'there are as many lanes as 64 at most'],
  },
  {
    rule: '[9.17] less than 8 lanes are none',
    edits: [[lanes, 'wanted < MIN_LANES || ', '']],
    test: ['unit/lanes', 'there are as many lanes as none with 69/100 signals pending'],
  },
  {
    rule: '[9.15] a frame that needs less than 8 has none',
    edits: [
      [lanes, 'lanes < MIN_LANES ? 0 : ', ''],
      [lanes, 'wanted < MIN_LANES || ', ''],
    ],
    test: ['unit/lanes', 'a frame comes by lanes of six rounds at least: in bit mode 5'],
  },
  {
    rule: '[9.17] eight are enough',
    edits: [[lanes, 'const MIN_LANES = 8;', 'const MIN_LANES = 9;']],
    test: ['unit/lanes', 'there are as many lanes as 8 at least'],
  },
  {
    rule: '[9.17] a look at the queue counts for 50 ms',
    edits: [[lanes, '    looked = now;\n', '']],
    test: ['unit/lanes', 'there are as many lanes as there is room for, which is looked'],
  },
  {
    rule: '[9.17] and no longer',
    edits: [
      [lanes, '    if (now - looked < LOOK_MS) return room;', '    if (looked > 0) return room;'],
    ],
    test: ['unit/lanes', 'there are as many lanes as there is room for, which is looked'],
  },
  {
    rule: '[9.17] a grant names no more lanes than there are',
    edits: [[lanes, 'return Math.min(made, wanted);', 'return wanted;']],
    test: ['unit/lanes', 'there are as many lanes as the system gives threads'],
  },
  {
    rule: '[9.17] a grant names no more lanes than there is room for',
    edits: [[lanes, 'return Math.min(made, wanted);', 'return made;']],
    test: ['unit/lanes', 'there are as many lanes as a quarter of the room that is left'],
  },
  {
    rule: '[9.17] where threads cannot be made a grant names no lanes',
    edits: [
      [lanes, '      if (made === 0) return 0;\n', ''],
      [lanes, 'Math.min(made, wanted);\n    },', 'wanted;\n    },'],
    ],
    test: ['unit/lanes', 'there are as many lanes as none where it gives 0, before they'],
  },
  {
    rule: 'what the system did not give is not tried again at once',
    edits: [
      [
        lanes,
        '    if (threads.length < MAX_LANES) most = threads.length; // the system gives no more\n',
        '',
      ],
    ],
    test: ['unit/lanes', 'there are as many lanes as the system gives threads, and no'],
  },
  {
    rule: 'but after a rest',
    edits: [[lanes, '      most = MAX_LANES;\n', '']],
    test: ['unit/lanes', 'there are as many lanes as none where it gives 0, before they'],
  },
  {
    rule: 'lanes that are too few end',
    edits: [[lanes, 'made >= MIN_LANES && announce(threads)', 'announce(threads)']],
    test: ['unit/lanes', 'there are as many lanes as none where it gives 7, before they'],
  },
  {
    rule: '[9.3] lanes that clients cannot be told of are none',
    edits: [
      [
        lanes,
        'if (made >= MIN_LANES && announce(threads)) return;',
        'announce(threads);\n    if (made >= MIN_LANES) return;',
      ],
    ],
    test: ['unit/lanes', 'there are as many lanes as none where clients cannot be told'],
  },
  {
    rule: 'lanes that nobody is told of end',
    edits: [
      [
        lanes,
        '    most = 0;\n    made = 0;\n    native.endLanes();',
        '    most = 0;\n    made = 0;',
      ],
    ],
    test: ['unit/lanes', 'there are as many lanes as none where clients cannot be told'],
  },
  {
    rule: '[9.3] clients are told of lanes before a grant names them',
    edits: [[lanes, 'made >= MIN_LANES && announce(threads)', 'made >= MIN_LANES']],
    test: ['unit/server', 'the registration tells of the lanes before a GRANT names them'],
  },
  {
    rule: '[9.15] lanes are made once',
    edits: [
      [lanes, '    if (threads.length === made) return;\n', ''],
      [lanes, 'made < Math.min(wanted, most)', 'most > 0'],
    ],
    test: ['unit/lanes', 'a frame comes by lanes where it is long enough, of bits as'],
  },
  {
    rule: '[9.15] lanes are made when they are wanted',
    edits: [[lanes, 'bytes >= WORTH_BYTES) make();', 'bytes >= WORTH_BYTES) {}']],
    test: ['unit/lanes', 'a frame comes by lanes where it is long enough, of bits as'],
  },
  {
    rule: '[9.15] lanes end when nobody has had a grant by them for a while',
    edits: [[lanes, '      timer = setTimeout(end, IDLE_MS).unref();\n', '']],
    test: ['unit/lanes', 'lanes end 10 s after the last grant by lanes, when clients'],
  },
  {
    rule: '[9.15] after 10 s',
    edits: [[lanes, 'const IDLE_MS = 10_000;', 'const IDLE_MS = 10_001;']],
    test: ['unit/lanes', 'lanes end 10 s after the last grant by lanes, when clients'],
  },
  {
    rule: '[9.15] not before 10 s',
    edits: [[lanes, 'const IDLE_MS = 10_000;', 'const IDLE_MS = 9_999;']],
    test: ['unit/lanes', 'lanes end 10 s after the last grant by lanes, when clients'],
  },
  {
    rule: '[9.15] lanes do not end while a grant names them',
    edits: [
      [
        lanes,
        '      if (made === 0) return 0;\n      clearTimeout(timer);',
        '      if (made === 0) return 0;',
      ],
    ],
    test: ['unit/lanes', 'lanes end not while another grant by lanes is there, and 10 s'],
  },
  {
    rule: '[9.15] the last grant by lanes counts',
    edits: [[lanes, '    rest() {\n      clearTimeout(timer);', '    rest() {']],
    test: ['unit/lanes', 'lanes end not while another grant by lanes is there, and 10 s'],
  },
  {
    rule: 'waiting for the end of the lanes keeps no process alive',
    edits: [[lanes, 'setTimeout(end, IDLE_MS).unref()', 'setTimeout(end, IDLE_MS)']],
    test: ['unit/lanes', 'lanes end in a timer that keeps no process alive'],
  },
  {
    rule: '[9.3] clients are told that the lanes have ended',
    edits: [[lanes, '    announce([]);\n', '']],
    test: ['unit/lanes', 'lanes end 10 s after the last grant by lanes, when clients'],
  },
  {
    rule: 'lanes that have ended may be made anew',
    edits: [
      [lanes, '    if (made === 0) return;\n    made = 0;\n', '    if (made === 0) return;\n'],
    ],
    test: ['unit/lanes', 'lanes end and are made anew'],
  },
  {
    rule: 'lanes end once',
    edits: [[lanes, '    if (made === 0) return;\n', '']],
    test: ['unit/lanes', 'a server that had no lanes ends none'],
  },
  {
    rule: 'with its server the wait for their end is over',
    edits: [
      [lanes, '  function end(): void {\n    clearTimeout(timer);', '  function end(): void {'],
    ],
    test: ['unit/lanes', 'lanes end with their server, once'],
  },
  {
    rule: '[8.5, 9.18] a grant by lanes begins with what is known of lanes',
    edits: [[granting, 'byLanes: count > 0', 'byLanes: false']],
    test: ['unit/granting', 'a grant by lanes is measured apart from one without'],
  },
  {
    rule: '[9.2] a grant has as many lanes as there are for it',
    edits: [[granting, '{ lanes: count, shares }', '{ lanes: 0, shares }']],
    test: ['unit/granting', 'a grant by lanes names how many, to the client as to the'],
  },
  {
    rule: '[4.84] who is next is told when another has the grant',
    edits: [[granting, '        announceNext();\n', '']],
    test: ['unit/granting', 'who is next is told so a ms after another got the grant'],
  },
  {
    rule: 'who has the grant comes before who is next',
    edits: [[granting, 'const NEXT_MS = 1;', 'const NEXT_MS = 0;']],
    test: ['unit/granting', 'who is next by then is told so, also where grants follow'],
  },
  {
    rule: 'a server that has stopped tells nobody that it is next',
    edits: [[granting, '      clearTimeout(announcing);\n', '']],
    test: ['unit/granting', 'a server that stops grants nothing'],
  },
  {
    rule: '[4.85] a turn that is young goes on with the next frame',
    edits: [
      [granting, '      else if (isRight && hasTurn(session)) goOn(session, message);\n', ''],
    ],
    test: ['unit/granting', 'a frame that is whole is followed by the next one of a turn'],
  },
  {
    rule: '[4.85] for 25 ms',
    edits: [[granting, 'const QUANTUM_MS = 25;', 'const QUANTUM_MS = 26;']],
    test: ['unit/granting', 'a frame that is whole is followed by the next one, after those'],
  },
  {
    rule: '[4.85] and not less',
    edits: [[granting, 'const QUANTUM_MS = 25;', 'const QUANTUM_MS = 24;']],
    test: ['unit/granting', 'a frame that is whole is followed by the next one of a turn'],
  },
  {
    rule: '[4.85] who goes on does so before those who wait',
    edits: [[granting, 'turns.addFirst(session)', 'turns.add(session)']],
    test: ['unit/granting', 'a frame that is whole is followed by the next one of a turn'],
  },
  {
    rule: '[4.42] a frame whose checksum fails lets those who wait go first',
    edits: [[granting, 'isRight && hasTurn', 'hasTurn']],
    test: ['unit/granting', 'a frame that is whole whose checksum fails has those who wait'],
  },
];
