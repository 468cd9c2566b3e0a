// Whom a word may be said to, and how peers find each other.
const address = 'lib/minitalk/peer/address.ts';
const announcement = 'lib/minitalk/peer/announcement.ts';
const attention = 'lib/minitalk/peer/attention.ts';
const endpoint = 'lib/minitalk/peer/endpoint.ts';
const halfDuplex = 'lib/minitalk/peer/half-duplex.ts';
const patience = 'lib/minitalk/peer/patience.ts';
const pinned = 'lib/minitalk/peer/pinned.ts';
const pool = 'lib/minitalk/peer/pool.ts';
const random = 'lib/minitalk/peer/random.ts';
const registration = 'lib/minitalk/peer/registration.ts';
const runningServers = 'lib/minitalk/peer/running-servers.ts';
const signalQueue = 'lib/minitalk/peer/signal-queue.ts';
const target = 'lib/minitalk/peer/target.ts';

module.exports = [
  {
    rule: 'pid 1 may be a server, in a container',
    edits: [[address, 'if (pid !== 1) ', '']],
    test: ['unit/address', '1 is found'],
  },
  {
    rule: 'a pid is decimal digits',
    edits: [[address, '/^[0-9]{1,10}$/.test(address)', "address !== ''"]],
    test: ['unit/address', 'is no pid'],
  },
  {
    rule: 'an address has the range of pids',
    edits: [[address, 'assertPid(pid); //', '//']],
    test: ['unit/address', 'is no pid'],
  },
  {
    rule: 'a name finds its server',
    edits: [[address, 'server.name === name', 'server.name !== undefined']],
    test: ['unit/address', '@b is found'],
  },
  {
    rule: 'a name is looked at first',
    edits: [[address, '  assertName(name);\n', '']],
    test: ['unit/address', 'is no name'],
  },
  {
    rule: 'a name that two servers have is nobody',
    edits: [[address, 'pids.length > 1', 'false']],
    test: ['unit/address', 'a name that two servers have is nobody'],
  },
  {
    rule: 'a name that is taken is refused',
    edits: [[announcement, '  assertUnused(name);\n', '']],
    test: ['unit/announcement', 'a name that a server has is refused'],
  },
  {
    rule: '[4.12] a registration says the start time',
    edits: [
      [
        announcement,
        "startTime: seenOrThrow(lookAtStartTime(process.pid)) ?? '',",
        "startTime: '1',",
      ],
    ],
    test: ['unit/announcement', 'the paths are told before the files are there, whenever they are'],
  },
  {
    rule: '[4.12] a registration says the thread',
    edits: [[announcement, '    thread,\n    version', '    thread: process.pid,\n    version']],
    test: ['unit/announcement', 'it says which thread takes the signals'],
  },
  {
    rule: '[4.18] a registration says the longest message',
    edits: [[announcement, '    maxMessage,\n    namespace', '    maxMessage: 1,\n    namespace']],
    test: ['unit/announcement', 'what is announced is found, and believed'],
  },
  {
    rule: 'a registration says the name',
    edits: [[announcement, '...(name === undefined ? {} : { name }),', '']],
    test: ['unit/announcement', 'what is announced is found, and believed'],
  },
  {
    rule: '[4.80] the files that are written are told before',
    edits: [[announcement, '    onFiles([path, draftOf(path)]);\n', '']],
    test: ['unit/announcement', 'the paths are told before the files are there, whenever they are'],
  },
  {
    rule: '[4.80] the draft is told, too',
    edits: [[announcement, 'onFiles([path, draftOf(path)]);', 'onFiles([path]);']],
    test: ['unit/announcement', 'the paths are told before the files are there, whenever they are'],
  },
  {
    rule: '[4.14] stale files are removed',
    edits: [
      [announcement, 'for (const stale of staleFiles(path)) rmSync(stale, { force: true });', ''],
    ],
    test: ['unit/announcement', 'what servers left that have ended is removed'],
  },
  {
    rule: 'at exit the registration goes',
    edits: [
      [
        announcement,
        "  process.on('exit', kept.letGo); // a process that is ended need not wait for its server\n",
        '',
      ],
    ],
    test: ['unit/announcement', 'it goes with the process, and leaves no listener when it is'],
  },
  {
    rule: 'who takes it back leaves no exit listener',
    edits: [[announcement, "      process.off('exit', kept.letGo);\n", '']],
    test: ['unit/announcement', 'it goes with the process, and leaves no listener when it is'],
  },
  {
    rule: '[4.71] taking back removes the file',
    edits: [
      [
        announcement,
        "      process.off('exit', kept.letGo);\n      kept.letGo();",
        "      process.off('exit', kept.letGo);",
      ],
    ],
    test: ['unit/announcement', 'the paths are told before the files are there, whenever they are'],
  },
  {
    rule: '[4.80] after taking back the addon removes nothing',
    edits: [[announcement, '    onFiles([]);\n', '']],
    test: ['unit/announcement', 'the paths are told before the files are there, whenever they are'],
  },
  {
    rule: '[4.11] the directory is made',
    edits: [[announcement, '      mkdirSync(directory, { mode: 0o700 });\n', '']],
    test: ['unit/announcement', 'its directory and its file are private'],
  },
  {
    rule: '[4.11] the directory is private',
    edits: [
      [
        announcement,
        'mkdirSync(directory, { mode: 0o700 })',
        'mkdirSync(directory, { mode: 0o755 })',
      ],
    ],
    test: ['unit/announcement', 'its directory and its file are private'],
  },
  {
    rule: '[4.11] a directory that is not private is not used',
    edits: [
      [
        announcement,
        "if (lookAtPrivate(directory, uid).is === 'seen') return directory;",
        'return directory;',
      ],
    ],
    test: ['unit/announcement', 'a directory that others may use is not used'],
  },
  {
    rule: '[4.11] the file is private',
    edits: [[announcement, '{ mode: 0o600 }', '{ mode: 0o644 }']],
    test: ['unit/announcement', 'its directory and its file are private'],
  },
  {
    rule: '[4.12] a reader sees all of a registration or nothing',
    edits: [
      [
        announcement,
        'writeFileSync(draft, `${JSON.stringify(entry)}\\n`, { mode: 0o600 });\n    renameSync(draft, path);',
        'writeFileSync(path, `${JSON.stringify(entry)}\\n`, { mode: 0o600 });\n    void renameSync;',
      ],
    ],
    test: ['unit/announcement', 'no reader sees a part of it'],
  },
  {
    rule: '[4.14] a draft that failed is removed',
    edits: [
      [announcement, '    rmSync(draft, { force: true });\n    throw error;', '    throw error;'],
    ],
    test: ['unit/announcement', 'what cannot become a registration leaves no draft'],
  },
  {
    rule: '[4.15] a file that was cleaned away is put back',
    edits: [
      [
        announcement,
        '    try {\n      path = writeAgain();',
        '    try {\n      if (path === "") path = writeAgain();',
      ],
    ],
    test: ['unit/announcement', 'the paths are told before the files are there, whenever they are'],
  },
  {
    rule: '[4.15] a file that is there is not written again',
    edits: [[announcement, '    if (!isThere(path)) rewrite();', '    rewrite();']],
    test: ['unit/announcement', 'a file that was cleaned away and is there, is not written again'],
  },
  {
    rule: '[4.15] a file that cannot be put back is tried later',
    edits: [[announcement, '      lookLater(); // no room, or no directory now\n', '']],
    test: ['unit/announcement', 'a file that was cleaned away and cannot be put back is put back'],
  },
  {
    rule: '[4.15] a file that was put back is followed again',
    edits: [
      [announcement, '      return false;\n    }\n    follow();', '      return false;\n    }'],
    ],
    test: ['unit/announcement', 'a file that was cleaned away is put back when the kernel tells,'],
  },
  {
    rule: '[4.15] without inotify the file is looked at',
    edits: [
      [
        announcement,
        '      watcher = undefined;\n      lookLater();',
        '      watcher = undefined;',
      ],
    ],
    test: ['unit/announcement', 'a file that was cleaned away is looked for every 10 s where the'],
  },
  {
    rule: '[4.15] every 10 s',
    edits: [[announcement, 'const LOOK_MS = 10_000;', 'const LOOK_MS = 1_000_000;']],
    test: ['unit/announcement', 'a file that was cleaned away and cannot be put back is put back'],
  },
  {
    rule: 'looking keeps no process alive',
    edits: [
      [
        announcement,
        'timer ??= setInterval(look, LOOK_MS).unref();',
        'timer ??= setInterval(look, LOOK_MS);',
      ],
    ],
    test: ['unit/announcement', 'a file that was cleaned away is looked for every 10 s where the'],
  },
  {
    rule: 'watching keeps no process alive',
    edits: [[announcement, '{ persistent: false }', '{ persistent: true }']],
    test: ['unit/announcement', 'a file that was cleaned away is put back when the kernel tells,'],
  },
  {
    rule: '[4.15] a file removed before the watch stood is put back',
    edits: [[announcement, 'if (!isThere(path)) again = setImmediate(look);', '']],
    test: ['unit/announcement', 'a file that was cleaned away before it was followed is put back,'],
  },
  {
    rule: '[4.71] what is taken back is not watched',
    edits: [
      [
        announcement,
        '      watcher?.close();\n      clearInterval(timer);',
        '      clearInterval(timer);',
      ],
    ],
    test: ['unit/announcement', 'a file that was cleaned away is put back when the kernel tells,'],
  },
  {
    rule: '[4.71] what is taken back is not looked at',
    edits: [
      [
        announcement,
        '      clearInterval(timer);\n      clearImmediate(again);',
        '      clearImmediate(again);',
      ],
    ],
    test: ['unit/announcement', 'a file that was cleaned away and cannot be put back is put back'],
  },
  {
    rule: 'the old watch is closed',
    edits: [
      [
        announcement,
        '  const follow = () => {\n    watcher?.close();\n',
        '  const follow = () => {\n',
      ],
    ],
    test: ['unit/announcement', 'a file that was cleaned away is put back when the kernel tells,'],
  },
  {
    rule: '[4.71] the file is removed',
    edits: [
      [
        announcement,
        '      clearImmediate(again);\n      rmSync(path, { force: true });',
        '      clearImmediate(again);',
      ],
    ],
    test: ['unit/announcement', 'the paths are told before the files are there, whenever they are'],
  },
  {
    rule: '[4.19] who cannot look does not say that the file is gone',
    edits: [
      [
        announcement,
        "return (error as NodeJS.ErrnoException).code !== 'ENOENT';",
        'return (error as Error).name === "";',
      ],
    ],
    test: ['unit/announcement', 'a file that was cleaned away may still be there where nobody can'],
  },
  {
    rule: '[5.14] a wait that ended late is an absence',
    edits: [[attention, 'wasAway = passed > planned + LATE_MS && !wasAway;', 'wasAway = false;']],
    test: ['unit/attention', 'counts nothing of a wait in which we were away, and no more than'],
  },
  {
    rule: '[5.14] 100 ms late is late',
    edits: [[attention, 'const LATE_MS = 100;', 'const LATE_MS = 10_000;']],
    test: ['unit/attention', 'counts nothing of a wait in which we were away, and no more than'],
  },
  {
    rule: '[5.14] of two late waits the second counts',
    edits: [[attention, 'passed > planned + LATE_MS && !wasAway', 'passed > planned + LATE_MS']],
    test: ['unit/attention', 'one that is late each time comes to an end, too'],
  },
  {
    rule: '[5.14] no more than was planned counts',
    edits: [[attention, 'Math.min(passed, planned)', 'passed']],
    test: ['unit/attention', 'counts nothing of a wait in which we were away, and no more than'],
  },
  {
    rule: '[5.15] after an absence there is time for a question',
    edits: [[attention, 'else if (counted - returned >= LAST_ASK_MS) returned = counted;', '']],
    test: ['unit/attention', 'after an absence a question has its whole wait, however little'],
  },
  {
    rule: '[5.15] who comes and goes is not given a new beginning each time',
    edits: [
      [
        attention,
        'else if (counted - returned >= LAST_ASK_MS) returned = counted;',
        'else returned = counted;',
      ],
    ],
    test: ['unit/attention', 'one that is late each time comes to an end, too'],
  },
  {
    rule: '[5.14] a limit is over when it has passed',
    edits: [[attention, 'counted - since >= ms && counted', 'counted']],
    test: ['unit/attention', 'a silence as long as the limit has passed, one with an absence'],
  },
  {
    rule: '[5.15] a limit is not over before a question had its wait',
    edits: [[attention, ' && counted - returned >= Math.min(ms, LAST_ASK_MS)', '']],
    test: ['unit/attention', 'after an absence a question has its whole wait, however little'],
  },
  {
    rule: '[5.15] a short limit needs no longer wait than itself',
    edits: [[attention, 'Math.min(ms, LAST_ASK_MS)', 'LAST_ASK_MS']],
    test: ['unit/attention', 'with a limit shorter than that the whole limit'],
  },
  {
    rule: '[5.14] listening begins anew',
    edits: [[attention, '    begin() {\n      last = clock();\n', '    begin() {\n']],
    test: ['unit/attention', 'what passed before it began is no absence'],
  },
  {
    rule: 'who is told to stop listens no longer',
    edits: [[attention, 'while (!signal.aborted && !attention', 'while (!attention']],
    test: ['unit/attention', 'who is told to listen no longer does not'],
  },
  {
    rule: 'the endpoint is shared',
    edits: [[endpoint, 'shared ??= { endpoint', 'shared = { endpoint']],
    test: ['unit/endpoint', 'both signals are caught from its first user to its last'],
  },
  {
    rule: 'users are counted',
    edits: [[endpoint, '  shared.users += 1;\n', '']],
    test: ['unit/endpoint', 'both signals are caught from its first user to its last'],
  },
  {
    rule: 'the last user closes it',
    edits: [
      [endpoint, '      shared = undefined;\n      channel.close();', '      shared = undefined;'],
    ],
    test: ['unit/endpoint', 'both signals are caught from its first user to its last'],
  },
  {
    rule: 'who comes after the last user gets another',
    edits: [[endpoint, '      shared = undefined;\n      channel', '      channel']],
    test: ['unit/endpoint', 'both signals are caught from its first user'],
  },
  {
    rule: 'who holds keeps the loop alive',
    edits: [[endpoint, 'if (holds++ === 0) channel.ref();', 'holds++;']],
    test: ['unit/endpoint', 'the loop is kept alive while somebody holds it'],
  },
  {
    rule: 'the last who lets go lets the loop end',
    edits: [[endpoint, 'if (held && --holds === 0) channel.unref();', 'if (held) --holds;']],
    test: ['unit/endpoint', 'the loop is kept alive while somebody holds it'],
  },
  {
    rule: 'letting go is safe to repeat',
    edits: [[endpoint, '        held = false;\n', '']],
    test: ['unit/endpoint', 'the loop is kept alive while somebody holds it'],
  },
  {
    rule: 'a signal that two catch is subscribed once',
    edits: [
      [
        endpoint,
        "if (others === 0) channel.subscribe(signo, 'chain');",
        "channel.subscribe(signo, 'chain');",
      ],
    ],
    test: ['unit/endpoint', 'another signal is caught as long as somebody wants it'],
  },
  {
    rule: 'a signal is caught until the last lets go',
    edits: [
      [endpoint, 'if (left === 0) channel.unsubscribe(signo);', 'channel.unsubscribe(signo);'],
    ],
    test: ['unit/endpoint', 'another signal is caught as long as somebody wants it'],
  },
  {
    rule: 'a signal that nobody catches is given back',
    edits: [[endpoint, 'if (left === 0) channel.unsubscribe(signo);', '']],
    test: ['unit/endpoint', 'another signal is caught as long as somebody wants it'],
  },
  {
    rule: 'an idle endpoint keeps no loop alive',
    edits: [[endpoint, '  channel.unref();\n  try', '  try']],
    test: ['unit/endpoint', 'an endpoint that nobody holds keeps no loop alive'],
  },
  {
    rule: '[2.1] SIGUSR1 is caught',
    edits: [[endpoint, "    channel.subscribe(SIGUSR1, 'chain');\n", '']],
    test: ['unit/endpoint', 'a signal that is no word is a stray'],
  },
  {
    rule: '[2.1] SIGUSR2 is caught',
    edits: [[endpoint, "    channel.subscribe(SIGUSR2, 'chain');\n", '']],
    test: ['unit/endpoint', 'both signals are caught from its first user'],
  },
  {
    rule: 'who cannot catch leaves nothing open',
    edits: [
      [
        endpoint,
        '  } catch (error) {\n    channel.close();\n    throw error;',
        '  } catch (error) {\n    throw error;',
      ],
    ],
    test: ['unit/endpoint', 'who cannot catch them leaves nothing open'],
  },
  {
    rule: '[2.12] SIGUSR2 is a bit 1',
    edits: [['native/core/minitalk/server.cc', 'signo == SIGUSR2', 'signo == SIGUSR1']],
    core: 'bits are put together in any order',
  },
  {
    rule: '[2.4] what is no word is a stray',
    edits: [[endpoint, 'endpoint.server?.takeStray(new SignalInfo(batch, i, now));', '']],
    test: ['unit/endpoint', 'a signal that is no word is a stray'],
  },
  {
    rule: "[2.1] a client's word goes to the server",
    edits: [[endpoint, '        server?.takeWord(word, batch.pid(i));\n', '']],
    test: ['unit/endpoint', "a signal that is a client's word is the server's; a server that"],
  },
  {
    rule: "[4.73] what a leaving server takes is not the next one's",
    edits: [
      [
        endpoint,
        'if (!isAccepted(endpoint.leaving, word, batch.pid(i))) {',
        'isAccepted(endpoint.leaving, word, batch.pid(i));\n      {',
      ],
    ],
    test: ['unit/endpoint', "a signal that is a client's word is the server's; a server that"],
  },
  {
    rule: '[4.1] a word is taken by one client',
    edits: [[endpoint, 'if (port.accept(word, pid)) return true;', 'port.accept(word, pid);']],
    test: ['unit/endpoint', "a signal that is a client's word is the server's; a server that"],
  },
  {
    rule: '[4.42] after each batch the server looks whether a frame is whole',
    edits: [[endpoint, '  endpoint.server?.drained();\n', '']],
    test: ['unit/endpoint', "a signal that is a client's word is the server's; a server that"],
  },
  {
    rule: '[2.3] only SI_QUEUE is a word',
    edits: [[endpoint, 'batch.code(i) !== SI_QUEUE || ', '']],
    test: ['unit/endpoint', 'a signal that is no word is a stray'],
    unnoticed: "only a timer or a message queue of the user's own could carry such a value",
  },
  {
    rule: '[2.3] only SIGUSR2 is a word',
    edits: [[endpoint, ' || batch.signo(i) !== SIGUSR2', '']],
    test: ['unit/endpoint', 'a signal that is no word is a stray'],
  },
  {
    rule: '[2.3] words to the server are those below WELCOME',
    edits: [[endpoint, 'word.kind < Kind.welcome', 'word.kind <= Kind.welcome']],
    test: ['unit/endpoint', "a signal that is a server's word is of one client at most"],
  },
  {
    rule: 'gaps are told',
    edits: [
      [
        endpoint,
        'onGap: (lost, bySignal) => endpoint.server?.takeGap(lost, bySignal)',
        'onGap: () => {}',
      ],
    ],
    test: ['unit/endpoint', 'a signal that found no room is told of as a gap'],
  },
  {
    rule: 'data are no reason to be woken',
    edits: [[endpoint, '      data += 1;\n', '']],
    test: ['unit/endpoint', "a signal that is a client's word"],
    unnoticed: 'only speed: the loop would poll',
  },
  {
    rule: '[7.1] while we transmit our server grants nothing',
    edits: [[halfDuplex, '      endpoint.transmitting += 1;\n', '']],
    test: ['unit/half-duplex', 'a frame of ours is counted from its beginning to its end, and'],
  },
  {
    rule: '[7.2] who begins waits for the frame that is granted',
    edits: [[halfDuplex, '      await ownServerRests(endpoint, peer);\n', '']],
    test: ['unit/half-duplex', 'it waits for the frame that our own server has granted, as long'],
  },
  {
    rule: '[7.1] a turn that ends is over',
    edits: [[halfDuplex, '      endpoint.transmitting -= 1;\n', '']],
    test: ['unit/half-duplex', 'a frame of ours is counted from its beginning to its end, and'],
  },
  {
    rule: '[7.1] a turn ends once',
    edits: [[halfDuplex, '      if (!isOurs) return;\n', '']],
    test: ['unit/half-duplex', 'a frame of ours is counted from its beginning to its end, and'],
  },
  {
    rule: '[7.1] after our turn our server grants',
    edits: [[halfDuplex, '      endpoint.server?.schedule();\n', '']],
    test: ['unit/half-duplex', 'a frame of ours is counted from its beginning to its end, and'],
  },
  {
    rule: "[7.3] of two that hold each other's grants the lower pid starts",
    edits: [
      [
        halfDuplex,
        '(granted.pid === peer && process.pid < peer)',
        '(granted.pid === peer && process.pid > peer)',
      ],
    ],
    test: ['unit/half-duplex', 'of two processes that hold a grant of each other the one of the'],
  },
  {
    rule: "[7.3] only of two that hold each other's grants",
    edits: [[halfDuplex, 'granted.pid === peer && process.pid < peer', 'process.pid < peer']],
    test: ['unit/half-duplex', 'it waits for the frame that our own server has granted, as long'],
  },
  {
    rule: '[7.2] a granted frame that does not get on is not waited for',
    edits: [
      [
        halfDuplex,
        '} else if (attention.hasPassed(since, YIELD_MS)) {\n      return; // it waits too, perhaps for us\n    }',
        '}',
      ],
    ],
    test: ['unit/half-duplex', 'one that does not get on is not waited for for ever, but for a'],
  },
  {
    rule: '[7.2] a granted frame that gets on is waited for',
    edits: [
      [
        halfDuplex,
        '      count = granted.count;\n      since = attention.now;',
        '      count = granted.count;',
      ],
    ],
    test: ['unit/half-duplex', 'it waits for the frame that our own server has granted, as long'],
  },
  {
    rule: '[5.1] waits double',
    edits: [[patience, 'ms * 2', 'ms']],
    test: ['unit/asking', 'a question is put again after each silence, more and more'],
  },
  {
    rule: '[5.1] waits have a limit',
    edits: [[patience, 'return Math.min(ms * 2, LAST_ASK_MS);', 'return ms * 2;']],
    test: ['unit/asking', 'a question is put again after each silence, more and more'],
  },
  {
    rule: '[5.1] the first wait is 20 ms',
    edits: [[patience, 'FIRST_ASK_MS = 20', 'FIRST_ASK_MS = 2000']],
    test: ['unit/asking', 'a question is put again after each silence, more and more'],
  },
  {
    rule: '[5.1] the last wait is 500 ms',
    edits: [[patience, 'LAST_ASK_MS = 500', 'LAST_ASK_MS = 50_000']],
    test: ['unit/asking', 'a question is put again after each silence, more and more'],
  },
  {
    rule: 'a thread that is not there gives its process back',
    edits: [[pinned, '    pinned.release();\n    throw error;', '    throw error;']],
    test: ['unit/pinned', 'what is not there is ESRCH, and costs no descriptor'],
  },
  {
    rule: '[4.22] who is unpinned gives its status back',
    edits: [
      [pinned, '    status.release();\n    pinned.release();\n  };', '    pinned.release();\n  };'],
    ],
    test: ['unit/pinned', 'why it could not be sent is found out by a look'],
  },
  {
    rule: '[4.22] who is unpinned gives its process back',
    edits: [
      [pinned, '    status.release();\n    pinned.release();\n  };', '    status.release();\n  };'],
    ],
    test: ['unit/pinned', 'of one process there is one descriptor, and one of its thread,'],
  },
  {
    rule: '[4.8] one that ended meanwhile is not pinned',
    edits: [[pinned, 'if (!handle.hasExited()) return', 'return']],
    test: ['unit/pinned', 'one that ends before its thread is looked at is not pinned'],
  },
  {
    rule: 'one that ended meanwhile gives its status back',
    edits: [[pinned, '  status.release();\n  throw noSuchThread', '  throw noSuchThread']],
    test: ['unit/pinned', 'one that ends before its thread is looked at is not pinned'],
  },
  {
    rule: '[4.79] a thread that is not there is ESRCH',
    edits: [[pinned, 'throw isGone ? noSuchThread(handle, thread) : error;', 'throw error;']],
    test: ['unit/pinned', 'what is not there is ESRCH, and costs no descriptor'],
  },
  {
    rule: '[4.78, 6.14] a thread alone can be gone',
    edits: [[pinned, ' || isThreadGone(process.pid, thread)', '']],
    test: ['unit/pinned', 'a thread can be gone alone'],
  },
  {
    rule: '[4.9] who does not catch is deaf',
    edits: [[pinned, "is: caught.value ? 'catching' : 'deaf'", "is: 'catching'"]],
    test: ['unit/pinned', 'none goes to who catches 10 alone'],
  },
  {
    rule: '[4.77] the burst signal is looked at',
    edits: [
      [pinned, 'more === 0 ? [SIGUSR1, SIGUSR2] : [SIGUSR1, SIGUSR2, more]', '[SIGUSR1, SIGUSR2]'],
    ],
    test: ['unit/pinned', 'a further signal has to be caught where one is named'],
  },
  {
    rule: '[4.9] SIGUSR1 is looked at',
    edits: [[pinned, 'more === 0 ? [SIGUSR1, SIGUSR2]', 'more === 0 ? [SIGUSR2]']],
    test: ['unit/pinned', 'none goes to who catches 12 alone'],
  },
  {
    rule: '[4.9] SIGUSR2 is looked at',
    edits: [[pinned, 'more === 0 ? [SIGUSR1, SIGUSR2]', 'more === 0 ? [SIGUSR1]']],
    test: ['unit/pinned', 'none goes to who catches 10 alone'],
  },
  {
    rule: '[4.9] a word to the deaf is not sent, and said so',
    edits: [[pinned, "if (result === 1) return { is: 'deaf' };", '']],
    test: ['unit/pinned', 'a full queue is no failure, and no death'],
  },
  {
    rule: '[4.19] why a word was not sent is found out',
    edits: [[pinned, "return look.is === 'catching' ? told : look;", 'return told;']],
    test: ['unit/pinned', 'why it could not be sent is found out by a look'],
  },
  {
    rule: '[1.2, 6.18] a full queue is a lost word',
    edits: [[pinned, "if (result === -EAGAIN) return { is: 'full' };", '']],
    test: ['unit/pinned', 'a full queue is no failure, and no death'],
  },
  {
    rule: '[4.78] ESRCH is gone',
    edits: [[pinned, "return result === -ESRCH ? { is: 'gone' } :", 'return']],
    test: ['unit/pinned', 'without a look a word goes to anybody who lives'],
  },
  {
    rule: '[4.22] one descriptor for a process',
    edits: [
      [
        pinned,
        'return processes(pid, () => pinProcess(pid));',
        'const value = pinProcess(pid);\n  return { value, release: () => value.close() };',
      ],
    ],
    test: ['unit/pinned', 'of one process there is one descriptor, and one of its thread,'],
  },
  {
    rule: '[4.8] a later thread of that number has its own status',
    edits: [
      [
        pinned,
        "isStale: (status) => status.catches(signalMask([])).is === 'gone',",
        'isStale: () => false,',
      ],
    ],
    test: ['unit/pinned', 'a thread can be gone alone'],
  },
  {
    rule: '[4.8] a later process of that number has its own pidfd',
    edits: [[pinned, 'isStale: (handle) => handle.hasExited(),', 'isStale: () => false,']],
    test: ['unit/pinned', 'who has ended is gone'],
  },
  {
    rule: '[4.22] what is held is shared',
    edits: [[pool, 'if (known !== undefined && !isStale(known.value)) return known;', '']],
    test: ['unit/pool', 'what several hold is made once, and ends with the last of them'],
  },
  {
    rule: '[4.8] the stale is not shared',
    edits: [[pool, 'known !== undefined && !isStale(known.value)', 'known !== undefined']],
    test: ['unit/pool', 'a stale one stays with its holders, and its end does not touch'],
  },
  {
    rule: 'giving back is safe to repeat',
    edits: [[pool, '        if (!isHeld) return;\n', '']],
    test: ['unit/pool', 'giving back twice gives back once'],
  },
  {
    rule: '[4.22] it ends with its last holder',
    edits: [[pool, '        if (entry.holders > 0) return;\n', '']],
    test: ['unit/pool', 'what several hold is made once, and ends with the last of them'],
  },
  {
    rule: '[4.22] it does end',
    edits: [[pool, '        end(entry.value);\n', '']],
    test: ['unit/pool', 'what several hold is made once, and ends with the last of them'],
  },
  {
    rule: 'what has ended is not given out again',
    edits: [[pool, 'if (entries.get(key) === entry) entries.delete(key);', '']],
    test: ['unit/pool', 'each key has its own, and one that ended is made anew'],
  },
  {
    rule: "a stale one's end leaves its successor",
    edits: [[pool, 'if (entries.get(key) === entry) entries.delete(key);', 'entries.delete(key);']],
    test: ['unit/pool', 'a stale one stays with its holders, and its end does not touch'],
  },
  {
    rule: '[2.5] a session is never 0',
    edits: [
      [
        random,
        '1 + Math.floor(Math.random() * LARGEST_SESSION)',
        'Math.floor(Math.random() * LARGEST_SESSION)',
      ],
    ],
    test: ['unit/numbers', 'a number is 1 to 2^20 - 1'],
  },
  {
    rule: '[2.5] a session has 20 bits',
    edits: [[random, '2 ** 20 - 1', '2 ** 21 - 1']],
    test: ['unit/numbers', 'where the drawn number is used the next one is taken, and after'],
  },
  {
    rule: 'what is no file of a server is left alone',
    edits: [[registration, ' && entry.isFile()', '']],
    test: ['unit/registration', 'no registration: a directory of that name'],
  },
  {
    rule: 'a registration is no link',
    edits: [[registration, ' | O_NOFOLLOW', '']],
    test: ['unit/registration', 'no registration: a link, which could lead anywhere'],
  },
  {
    rule: 'a link is no registration, and no error',
    edits: [[registration, ' || saysLink(error)', '']],
    test: ['unit/registration', 'no registration: a link, which could lead anywhere'],
  },
  {
    rule: 'a registration is a file',
    edits: [[registration, 'stat.isFile() && ', '']],
    test: ['unit/registration', 'no registration: a directory of that name'],
  },
  {
    rule: 'nobody waits for a registration to be written',
    edits: [[registration, ' | O_NONBLOCK', '']],
    test: ['unit/registration', 'no registration: a FIFO, which would let us wait'],
  },
  {
    rule: 'a registration is short',
    edits: [[registration, 'stat.size <= MAX_BYTES', 'true']],
    test: ['unit/registration', 'no registration: a file longer than servers write'],
  },
  {
    rule: 'a name is checked',
    edits: [[registration, 'if (NAME.test(name)) return;', 'if (name !== "") return;']],
    test: ['unit/registration', '"-a" is no name'],
  },
  {
    rule: 'a name has 64 letters at most',
    edits: [[registration, '{0,63}', '{0,64}']],
    test: [
      'unit/registration',
      '"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" is no nam',
    ],
  },
  {
    rule: '[4.11] the runtime directory is ours alone',
    edits: [
      [
        registration,
        "uid === process.getuid?.() ? process.env['XDG_RUNTIME_DIR'] : undefined",
        "process.env['XDG_RUNTIME_DIR']",
      ],
    ],
    test: ['unit/registration', 'directories are those of the user, the runtime directory first,'],
  },
  {
    rule: '[4.11] a runtime directory is absolute',
    edits: [[registration, "runtime?.startsWith('/')", 'runtime']],
    test: ['unit/registration', 'directories are those of the user, the runtime directory first,'],
  },
  {
    rule: '[4.11] XDG_RUNTIME_DIR comes first',
    edits: [
      [registration, "...(runtime?.startsWith('/') ? [join(runtime, 'minitalk')] : []),", ''],
    ],
    test: ['unit/registration', 'a living server is found, and listed'],
  },
  {
    rule: '[4.11] /tmp is looked at',
    edits: [[registration, "      join('/tmp', `minitalk-${uid}`),\n", '']],
    test: ['unit/registration', 'directories are those of the user, the runtime directory first,'],
  },
  {
    rule: '[4.11] /run/user is looked at',
    edits: [[registration, '      `/run/user/${uid}/minitalk`,\n', '']],
    test: ['unit/registration', 'directories are those of the user, the runtime directory first,'],
  },
  {
    rule: '[4.11] TMPDIR is looked at',
    edits: [[registration, '      join(tmpdir(), `minitalk-${uid}`),\n', '']],
    test: ['unit/registration', 'directories are those of the user, the runtime directory first,'],
  },
  {
    rule: '[4.11] a link is no private directory',
    edits: [
      [
        registration,
        'const stat = lstatSync(directory);',
        "const stat = (require('node:fs') as typeof import('node:fs')).statSync(directory);",
      ],
    ],
    test: ['unit/registration', 'a directory is believed only where it is itself that, not a link'],
  },
  {
    rule: "[4.11] another's directory is not private",
    edits: [[registration, ' && stat.uid === uid', '']],
    test: ['unit/registration', 'a directory is believed only where it is ours'],
  },
  {
    rule: '[4.11] a directory that others may read is not private',
    edits: [[registration, ' && (stat.mode & 0o077) === 0', '']],
    test: ['unit/registration', 'a directory is believed only where nobody else may read or write'],
  },
  {
    rule: '[4.11] a file is no directory',
    edits: [[registration, 'stat.isDirectory() && ', '']],
    test: ['unit/registration', 'a directory is believed only where it is a directory'],
  },
  {
    rule: '[4.19] a directory that we cannot reach has no server of ours',
    edits: [[registration, 'saysGone(error) || cannotBeThere(error, uid)', 'saysGone(error)']],
    test: ['unit/registration', 'a directory is believed only where it is a directory'],
  },
  {
    rule: '[4.19] a directory of another that we cannot reach is unknown',
    edits: [[registration, "code === 'EACCES' && uid === process.getuid?.()", "code === 'EACCES'"]],
    test: ['unit/registration', 'who could not look has not found nothing in a directory that is'],
  },
  {
    rule: '[4.13] a registration has a pid',
    edits: [[registration, 'Number.isInteger(value.pid) &&\n', 'value !== null &&\n']],
    test: ['unit/registration', 'a registration is not believed: without a pid'],
  },
  {
    rule: '[4.13] a registration has a start time',
    edits: [[registration, "typeof value.startTime === 'string' &&\n", '']],
    test: ['unit/registration', 'a registration is not believed'],
    unnoticed: "one that is no string is no process's start time either",
  },
  {
    rule: '[4.13] a registration has a thread',
    edits: [[registration, 'Number.isInteger(value.thread) &&\n', '']],
    test: ['unit/registration', 'a registration is not believed: without a thread'],
  },
  {
    rule: '[4.13] a registration has a namespace',
    edits: [[registration, "typeof value.namespace === 'string' &&\n", '']],
    test: ['unit/registration', 'a registration is not believed'],
    unnoticed: 'one that is no string is not ours either',
  },
  {
    rule: '[4.18] a longest message is a number',
    edits: [
      [
        registration,
        '(value.maxMessage === undefined || Number.isInteger(value.maxMessage))',
        'true',
      ],
    ],
    test: ['unit/registration', 'a registration is not believed: whose longest message is no'],
  },
  {
    rule: '[4.13] what is no JSON is no registration',
    edits: [
      [
        registration,
        '  } catch {\n    return undefined;\n  }',
        '  } catch (error) {\n    throw error;\n  }',
      ],
    ],
    test: ['unit/registration', 'what is no JSON is no registration'],
  },
  {
    rule: 'servers are listed by pid',
    edits: [[registration, '.sort((a, b) => a.pid - b.pid)', '']],
    test: ['unit/registration', 'servers are listed by pid, in whatever order they are found'],
  },
  {
    rule: '[4.11] a directory that is not private lists nothing',
    edits: [
      [registration, 'if (seenOrThrow(lookAtPrivate(directory, uid)) === undefined) continue;', ''],
    ],
    test: ['unit/registration', 'a directory is believed only where nobody else may read or write'],
  },
  {
    rule: '[4.12] a registration of another name is none',
    edits: [[registration, 'path === own && entry', 'own !== "" && entry']],
    test: ['unit/registration', 'a file of another name is none of ours'],
  },
  {
    rule: '[4.19] a directory that was removed lists nothing',
    edits: [
      [
        registration,
        '    if (saysGone(error)) return GONE;\n    return unknownBecause(error, `look for servers in ${directory}`);\n  }\n}\n\nfunction saysLink',
        '    return unknownBecause(error, `look for servers in ${directory}`);\n  }\n}\n\nfunction saysLink',
      ],
    ],
    test: ['unit/registration', 'who could not look has not found nothing in a directory that is'],
  },
  {
    rule: '[4.13] a registration of another pid namespace is not believed',
    edits: [[registration, ' || entry.namespace !== pidNamespace()', '']],
    test: ['unit/registration', 'a registration is not believed: of another pid namespace'],
  },
  {
    rule: '[4.13] a registration of an earlier process is not believed',
    edits: [[registration, 'startTime.value !== entry.startTime || ', '']],
    test: ['unit/registration', 'a registration is not believed: of another process of that pid,'],
  },
  {
    rule: '[4.13] a registration whose thread is gone is not believed',
    edits: [[registration, ' || !hasThread(entry)', '']],
    test: ['unit/registration', 'a registration is not believed: of a thread that is gone'],
  },
  {
    rule: '[4.13] a thread of another process is not its thread',
    edits: [[registration, 'status.value.threadGroup === pid && ', '']],
    test: ['unit/registration', "a registration is not believed: of another process's thread"],
  },
  {
    rule: '[4.13] a zombie serves nobody',
    edits: [[registration, " && !'ZX'.includes(status.value.state)", '']],
    test: ['e2e/registration', 'neither a zombie nor a process without the thread'],
  },
  {
    rule: '[4.19] who cannot look at the thread does not say that it is gone',
    edits: [
      [
        registration,
        "if (status.is !== 'seen') return status.is === 'unknown';",
        "if (status.is !== 'seen') return false;",
      ],
    ],
    test: ['unit/registration', 'who could not look has not found nothing at the thread: the'],
  },
  {
    rule: '[4.75] a file that is gone is seen to be',
    edits: [
      [
        registration,
        '    lstatSync(path);\n    return seen(registration);',
        '    return seen(registration);',
      ],
    ],
    test: ['unit/registration', 'a registration says whether its file is still there'],
  },
  {
    rule: '[4.19] who could not look in one directory has not found nothing',
    edits: [[registration, "if (look.is === 'unknown') missed = look;", '']],
    test: ['unit/registration', 'who could not look has not found nothing in a directory'],
  },
  {
    rule: '[4.13] a registration names its pid',
    edits: [[registration, "look.is === 'seen' && look.value.pid !== pid ? GONE : look", 'look']],
    test: ['unit/registration', "a registration is not believed: of another process's pid"],
  },
  {
    rule: '[4.11] only private directories are believed',
    edits: [[registration, "  if (usable.is !== 'seen') return usable;\n", '']],
    test: ['unit/registration', 'a directory is believed only where nobody else may read or write'],
  },
  {
    rule: '[4.14, 4.19] what nobody could look at is not stale',
    edits: [
      [
        registration,
        "readRegistration(path).is === 'gone')",
        "readRegistration(path).is !== 'seen')",
      ],
    ],
    test: ['unit/registration', 'who could not look has not found nothing at what may be stale:'],
  },
  {
    rule: '[4.14] drafts of the dead are stale',
    edits: [
      [
        registration,
        "    ...drafts.value.filter(({ pid }) => lookAtStartTime(pid).is === 'gone'),\n",
        '',
      ],
    ],
    test: ['unit/registration', 'files of servers that ended are stale, and drafts of their'],
  },
  {
    rule: '[4.14] drafts of the living are not stale',
    edits: [
      [
        registration,
        "drafts.value.filter(({ pid }) => lookAtStartTime(pid).is === 'gone')",
        'drafts.value',
      ],
    ],
    test: ['unit/registration', 'files of servers that ended are stale, and drafts of their'],
  },
  {
    rule: 'a server without a name is listed without',
    edits: [
      [
        runningServers,
        '...(name === undefined ? {} : { name }),',
        '...({ name } as { name: string }),',
      ],
    ],
    test: ['unit/registration', 'a living server is found, and listed'],
  },
  {
    rule: 'a list says what a server takes, if that is known',
    edits: [[runningServers, '...(maxMessage === undefined ? {} : { maxMessage }),', '']],
    test: ['unit/registration', 'a living server is found, and listed'],
  },
  {
    rule: '[6.18] a queue is full at its limit',
    edits: [[signalQueue, 'used >= limit ?', 'used > limit ?']],
    test: ['unit/full-queue', 'of at most 7 signals'],
  },
  {
    rule: '[6.18] a queue with room is not full',
    edits: [[signalQueue, 'used >= limit ?', 'used >= 0 ?']],
    test: ['unit/full-queue', 'a queue with room is not full, and one of nobody neither'],
  },
  {
    rule: 'the message says whose queue',
    edits: [[signalQueue, "pid === process.pid ? 'this process'", "pid === 0 ? 'this process'"]],
    test: ['unit/full-queue', 'the error names the queue, its numbers, and what helps'],
  },
  {
    rule: 'a limit of 0 has its own advice',
    edits: [[signalQueue, 'limit === 0\n', 'limit === -1\n']],
    test: ['unit/full-queue', 'the error names the queue, its numbers, and what helps'],
  },
  {
    rule: '[4.17] without /proc nothing is sent',
    edits: [[target, '  pidNamespace(); // without /proc there is nothing to be looked at\n', '']],
    test: ['unit/target', 'refused, and not pinned any more, is any, where /proc is none'],
  },
  {
    rule: 'a pid that is none is refused',
    edits: [[target, 'if (!isRegisteredInit(pid)) assertPid(pid);', '']],
    test: ['unit/target', 'refused, and not pinned any more, is pid 1, which is no server'],
  },
  {
    rule: '[4.16] pid 1 may be a server',
    edits: [[target, 'if (!isRegisteredInit(pid)) assertPid(pid);', 'assertPid(pid);']],
    test: ['unit/target', 'pid 1 is a server where it is registered'],
  },
  {
    rule: '[4.16] pid 1 is sent to only where it is registered',
    edits: [[target, " && findRegistration(pid, status.value.realUid).is === 'seen'", '']],
    test: ['unit/target', 'refused, and not pinned any more, is pid 1, which is no server'],
  },
  {
    rule: 'this process is no target',
    edits: [[target, 'if (pid === process.pid) {', 'if (pid === 0) {']],
    test: ['unit/target', 'refused, and not pinned any more, is this process'],
  },
  {
    rule: 'a process that is gone is ESRCH',
    edits: [
      [
        target,
        'if (status === undefined || handle.hasExited()) throw noSuchProcess(pid);',
        'if (status === undefined) throw noSuchProcess(pid);',
      ],
    ],
    test: ['unit/target', 'refused, and not pinned any more, is a zombie'],
  },
  {
    rule: 'who may not signal is told EPERM',
    edits: [[target, '    handle.assertMaySignal();\n', '']],
    test: ['e2e/targets', 'a process of another user: 77'],
  },
  {
    rule: 'a server that may not answer is EPERM',
    edits: [[target, '    if (how.answers) checkAnswerPermitted(status);\n', '']],
    test: ['unit/target', 'whether it may answer: a server of another user may not'],
  },
  {
    rule: '[4.9] who does not catch both signals is no server',
    edits: [
      [target, 'if (!how.force && !catchesUserSignals(status)) {', 'if (false as boolean) {'],
    ],
    test: ['unit/target', 'refused, and not pinned any more, is one that catches only 10'],
  },
  {
    rule: 'force sends to who does not catch',
    edits: [
      [
        target,
        'if (!how.force && !catchesUserSignals(status)) {',
        'if (!catchesUserSignals(status)) {',
      ],
    ],
    test: ['unit/target', 'force signals whom nobody knows'],
  },
  {
    rule: '[4.11] who is not registered is no server',
    edits: [[target, 'if (!force && registration === undefined) {', 'if (false as boolean) {']],
    test: ['unit/target', 'refused, and not pinned any more, is one that is not registered'],
  },
  {
    rule: 'force sends to who is not registered',
    edits: [
      [target, 'if (!force && registration === undefined) {', 'if (registration === undefined) {'],
    ],
    test: ['unit/target', 'force signals whom nobody knows'],
  },
  {
    rule: "[2.1] the registration's thread is sent to",
    edits: [[target, 'registration?.thread ?? pid', 'pid']],
    test: ['unit/target', 'a server is told of as it registered, and pinned until it is'],
  },
  {
    rule: "[4.18] the registration's longest message holds",
    edits: [[target, 'maxMessage: registration?.maxMessage', 'maxMessage: undefined']],
    test: ['unit/target', 'a server is told of as it registered, and pinned until it is'],
  },
  {
    rule: "[4.64] the server's limit is told",
    edits: [[target, 'pendingLimit: status.pendingLimit', 'pendingLimit: 1e6']],
    test: ['unit/target', 'a server is told of as it registered, and pinned until it is'],
  },
  {
    rule: 'force looks only whether it lives',
    edits: [[target, 'force ? lookAtForced(pinned) : ', '']],
    test: ['unit/target', 'force signals whom nobody knows'],
  },
  {
    rule: 'force sends without a look',
    edits: [[target, 'force ? send(pinned, word) : ', '']],
    test: ['unit/target', 'force signals whom nobody knows'],
  },
  {
    rule: '[4.9] without force each word is preceded by a look',
    edits: [[target, 'force ? send(pinned, word) : tell(pinned, word)', 'send(pinned, word)']],
    test: ['unit/target', 'force is the only way: without it each word is preceded by a'],
  },
  {
    rule: 'force needs no registration',
    edits: [[target, 'lookAtRegistration: force\n', 'lookAtRegistration: pid === 0\n']],
    test: ['unit/target', 'force signals whom nobody knows'],
  },
  {
    rule: '[4.20] the registration that was read is looked at first',
    edits: [
      [
        target,
        "return found?.is === 'seen' ? found : findRegistration(pid, uid);",
        'return findRegistration(pid, uid);',
      ],
    ],
    test: ['unit/target', 'its registration is looked for at the file that was read, and'],
  },
  {
    rule: '[4.74] a registration that moved is found',
    edits: [
      [
        target,
        "return found?.is === 'seen' ? found : findRegistration(pid, uid);",
        'return found ?? findRegistration(pid, uid);',
      ],
    ],
    test: ['unit/target', 'its registration is looked for at the file that was read, and'],
  },
  {
    rule: '[4.22] a target is given back',
    edits: [[target, 'close: pinned.unpin', 'close: () => {}']],
    test: ['unit/target', 'a server is told of as it registered, and pinned until it is'],
  },
  {
    rule: 'who is refused is not kept pinned',
    edits: [
      [
        target,
        '    return { peer, status };\n  } catch (error) {\n    peer.release();\n',
        '    return { peer, status };\n  } catch (error) {\n',
      ],
    ],
    test: ['unit/target', 'refused, and not pinned any more, is one that catches only 10'],
  },
  {
    rule: 'a thread is no process',
    edits: [[target, "if (code !== 'EINVAL' && code !== 'ENOENT') throw error;", 'throw error;']],
    test: ['unit/target', 'refused, and not pinned any more, is a thread'],
  },
  {
    rule: 'root may answer everybody',
    edits: [[target, ' || status.effectiveUid === 0', '']],
    test: ['unit/target', 'whether it may answer: a server of root may'],
  },
  {
    rule: 'the own uid may answer',
    edits: [[target, 'uid === own.realUid || ', '']],
    test: ['unit/target', 'whether it may answer: a server of our real uid may'],
  },
  {
    rule: '[9.3] the registration lists the lanes',
    edits: [[announcement, '      entry = { ...entry, lanes };\n', '']],
    test: ['unit/announcement', 'the threads of its lanes are told while there are some, and'],
  },
  {
    rule: '[9.3] the registration lists the lanes at once',
    edits: [[announcement, 'const isTold = kept.rewrite();', 'const isTold = true;']],
    test: ['unit/announcement', 'the threads of its lanes are told while there are some, and'],
  },
  {
    rule: '[9.3] who cannot tell of lanes hears so',
    edits: [
      [
        announcement,
        '      return false;\n    }\n    follow();\n    return true;',
        '      return true;\n    }\n    follow();\n    return true;',
      ],
    ],
    test: ['unit/announcement', 'a file that was cleaned away is put back without the lanes'],
  },
  {
    rule: '[9.3] lanes that could not be told are not told later',
    edits: [[announcement, 'if (!isTold) entry = { ...entry, lanes: [] };', '']],
    test: ['unit/announcement', 'a file that was cleaned away is put back without the lanes'],
  },
  {
    rule: '[4.15, 9.3] a file that tells of lanes is followed',
    edits: [[announcement, '    follow();\n    return true;', '    return true;']],
    test: ['unit/announcement', 'a file that was cleaned away is put back with its lanes, and'],
  },
  {
    rule: '[4.13, 9.3] lanes are a list of threads',
    edits: [[registration, '(value.lanes === undefined || isThreadList(value.lanes))', 'true']],
    test: ['unit/registration', 'a registration is not believed: whose lanes are no list'],
  },
  {
    rule: '[4.13, 9.3] a server need not have lanes',
    edits: [[registration, 'value.lanes === undefined || ', '']],
    test: ['unit/registration', 'a living server is found, and listed'],
  },
  {
    rule: '[4.13, 9.3] lanes are numbers',
    edits: [[registration, 'Number.isInteger(thread) && thread > 1', 'thread > 1']],
    test: ['unit/registration', 'a registration is not believed: whose lanes are no threads'],
  },
  {
    rule: "[4.13, 9.3] no lane is init's thread",
    edits: [
      [
        registration,
        'Number.isInteger(thread) && thread > 1',
        'Number.isInteger(thread) && thread > 0',
      ],
    ],
    test: ['unit/registration', 'a registration is not believed: one of whose lanes would be init'],
  },
  {
    rule: '[9.3] lanes that are fewer than granted are not known',
    edits: [[target, 'threads.length < count ? undefined : ', '']],
    test: ['unit/target', 'its lanes are not known where fewer are told than asked for'],
  },
  {
    rule: '[9.3] as many lanes as granted are known',
    edits: [[target, 'threads.length < count', 'threads.length <= count']],
    test: ['unit/target', 'its lanes are those that its registration tells now, in their'],
  },
  {
    rule: '[9.3] the first lanes are those that are granted',
    edits: [[target, 'threads.slice(0, count)', 'threads.slice(-count)']],
    test: ['unit/target', 'its lanes are those that its registration tells now, in their'],
  },
  {
    rule: '[9.3] lanes are as the registration tells now',
    edits: [[target, ' || !known.isUnchanged()', '']],
    test: ['unit/target', 'its lanes are those that its registration tells now, in their'],
  },
  {
    rule: '[9.3] who cannot read of lanes knows none',
    edits: [
      [
        target,
        "      known = found.is === 'seen' ? found.value : undefined;",
        "      if (found.is === 'seen') known = found.value;",
      ],
    ],
    test: ['unit/target', 'its lanes are not known where the registration is gone, or'],
  },
];
