// The graceful end: what it runs in which order, what cuts it short, and the wait status.
import { spawnSync } from 'node:child_process';
import { shutdown } from '../../lib/signals/index.js';
import { hasSaid, type Inside, type InsideOptions, runInside } from '../support/inside.js';
import { type Process, runScript, sleep } from '../support/processes.js';

/** A service; it has said `ready` when its signals are prepared for. */
async function start<A extends unknown[]>(
  script: (inside: Inside, ...args: A) => unknown,
  args: [...A],
  options?: InsideOptions,
): Promise<Process> {
  const service = runInside(script, args, options);
  await hasSaid(service, 'ready');
  return service;
}

test('it aborts, runs the handlers last first and one after the other, and ends by the signal', async () => {
  const service = await start(({ signals, say, pause }) => {
    const ending = signals.shutdown({ onSignal: ({ pid }) => say(`signal from ${pid}`) });
    ending.signal.addEventListener('abort', () => {
      const { name, message, cause } = ending.signal.reason;
      say(`abort ${name} ${message.slice(0, 30)} ${cause.sender.name.length > 0}`);
    });
    ending.defer(() => say('first'));
    ending.defer(async () => {
      say('second');
      await pause(20);
      say('second is done');
    });
    ending.defer(({ signal }) => {
      say(`third ${signal}`);
      ending.defer(() => say('deferred meanwhile'));
    });
    ending.defer(() => say('taken out'))();
    process.on('SIGTERM', () => say('not heard'));
    process.on('exit', (code) => say(`exit ${code}`));
    setInterval(() => {}, 1000);
    say('ready');
  }, []);
  process.kill(service.pid, 'SIGTERM');
  expect(await service.closed).toEqual({ code: null, signal: 'SIGTERM' });
  expect(service.stderr).toBe('');
  expect(service.text.trimEnd().split('\n')).toEqual([
    'ready',
    `signal from ${process.pid}`,
    'abort AbortError the process ends: SIGTERM from true',
    'third SIGTERM',
    'deferred meanwhile',
    'second',
    'second is done',
    'first',
    'exit 143',
  ]);
});

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s ends it unless told', async (signal) => {
  const service = await start(({ signals, say }) => {
    signals.shutdown().defer(() => say('cleaned up'));
    setInterval(() => {}, 1000);
    say('ready');
  }, []);
  expect(await service.end(signal)).toEqual({ code: null, signal });
  expect(service.text).toBe('ready\ncleaned up\n');
});

test('what a handler, onSignal and onError throw keeps no handler from running', async () => {
  const service = await start(({ signals, say }) => {
    const ending = signals.shutdown({
      onSignal: () => {
        throw new Error('of onSignal');
      },
      onError: (error) => {
        say((error as Error).message);
        if ((error as Error).message === 'thrown') throw new Error('of onError');
      },
    });
    ending.defer(() => say('last'));
    ending.defer(() => {
      throw new Error('thrown');
    });
    ending.defer(() => Promise.reject(new Error('rejected')));
    setInterval(() => {}, 1000);
    say('ready');
  }, []);
  expect(await service.end('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
  expect(service.text).toBe('ready\nof onSignal\nrejected\nthrown\nlast\n');
  expect(service.stderr).toContain('of onError');
});

test('unless told errors go to standard error', async () => {
  const service = await start(({ signals, say }) => {
    signals.shutdown().defer(() => {
      throw new Error('not closed');
    });
    setInterval(() => {}, 1000);
    say('ready');
  }, []);
  expect(await service.end('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
  expect(service.stderr).toMatch(/^shutdown: Error: not closed\n +at /);
});

/** Its cleanup never comes to an end. */
function endless({ signals, say }: Inside): void {
  const ending = signals.shutdown({
    deadline: 60_000,
    onSignal: ({ signal, pid }) => say(`${signal} from ${pid}`),
  });
  ending.defer(() => new Promise(() => {}));
  process.on('exit', (code) => say(`exit ${code}`));
  say('ready');
  setInterval(() => {}, 1000);
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  'after a SIGTERM a %s ends it at once, and says who sent it',
  async (second) => {
    const service = await start(endless, []);
    process.kill(service.pid, 'SIGTERM');
    await hasSaid(service, `SIGTERM from ${process.pid}`);
    await sleep(150);
    process.kill(service.pid, second);
    expect(await service.closed).toEqual({ code: null, signal: second });
    expect(service.text.trimEnd().split('\n').slice(2)).toEqual([
      `${second} from ${process.pid}`,
      `exit ${second === 'SIGTERM' ? 143 : 130}`,
    ]);
  },
);

test('the same signal from another sender is the first one passed on, within half a second', async () => {
  const service = await start(({ signals, say }) => {
    const { execFileSync } = require('node:child_process') as typeof import('child_process');
    const passOn = () => execFileSync('kill', ['-TERM', String(process.pid)]);
    let seen = 0;
    const ending = signals.shutdown({
      deadline: 60_000,
      onSignal: () => {
        seen += 1;
        say(`signal ${seen}`);
        if (seen === 1) passOn();
      },
    });
    ending.defer(async () => {
      while (seen < 2) await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setTimeout(resolve, 600));
      passOn();
      await new Promise(() => {});
    });
    setInterval(() => {}, 1000);
    say('ready');
  }, []);
  process.kill(service.pid, 'SIGTERM');
  expect(await service.closed).toEqual({ code: null, signal: 'SIGTERM' });
  expect(service.text).toBe('ready\nsignal 1\nsignal 2\nsignal 3\n');
});

test('the same signal from the same sender is the first one sent twice, within a tenth of a second', async () => {
  const service = await start(({ signals, say }) => {
    const send = () => process.kill(process.pid, 'SIGTERM');
    const ending = signals.shutdown({ deadline: 60_000, onSignal: () => say('told') });
    ending.defer(async () => {
      await new Promise((resolve) => setTimeout(resolve, 150));
      say('cleaned up so far');
      send();
      await new Promise(() => {});
    });
    setInterval(() => {}, 1000);
    say('ready');
    send();
    send(); // as timeout(1), which signals its command and then its group
  }, []);
  expect(await service.closed).toEqual({ code: null, signal: 'SIGTERM' });
  expect(service.text).toBe('ready\ntold\ncleaned up so far\ntold\n');
});

test('another signal from another sender is a second one', async () => {
  const service = await start(({ signals, say }) => {
    const { execFileSync } = require('node:child_process') as typeof import('child_process');
    const ending = signals.shutdown({ deadline: 60_000, onSignal: ({ signal }) => say(signal) });
    ending.defer(() => {
      execFileSync('kill', ['-INT', String(process.pid)]);
      return new Promise(() => {});
    });
    setInterval(() => {}, 1000);
    say('ready');
  }, []);
  process.kill(service.pid, 'SIGTERM');
  expect(await service.closed).toEqual({ code: null, signal: 'SIGINT' });
  expect(service.text).toBe('ready\nSIGTERM\nSIGINT\n');
});

test('the deadline ends a cleanup that takes too long, and says so', async () => {
  const service = await start(({ signals, say }) => {
    const ending = signals.shutdown({
      deadline: 100,
      onError: (error) => say(`${(error as { code: string }).code} ${(error as Error).message}`),
    });
    ending.defer(() => say('never'));
    ending.defer(() => new Promise(() => {})); // and nothing else keeps the process alive
    setTimeout(() => {}, 5000);
    say('ready');
  }, []);
  expect(await service.end('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
  expect(service.text).toBe(
    'ready\nETIMEDOUT the cleanup was not done 100 ms after SIGTERM; handlers that had not begun: 1\n',
  );
});

test('the deadline ends a cleanup that blocks the event loop', async () => {
  const service = await start(({ signals, say }) => {
    signals.shutdown({ deadline: 200 }).defer(() => {
      say('blocked');
      for (;;);
    });
    setInterval(() => {}, 1000);
    say('ready');
  }, []);
  expect(await service.end('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
  expect(service.text).toBe('ready\nblocked\n');
});

test('the deadline ends a process whose event loop takes no signal any more', async () => {
  const service = await start(({ signals, say }) => {
    signals.shutdown({ deadline: 200 }).defer(() => say('never'));
    say('ready');
    for (;;);
  }, []);
  expect(await service.end('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
  expect(service.text).toBe('ready\n');
});

test('a loop that is blocked for a while when the signal comes still cleans up', async () => {
  const service = await start(({ signals, say }) => {
    signals.shutdown().defer(() => say('cleaned up'));
    setInterval(() => {}, 1000);
    say('ready');
    for (const end = Date.now() + 1500; Date.now() < end; );
  }, []);
  expect(await service.end('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
  expect(service.text).toBe('ready\ncleaned up\n');
});

test('it keeps no process alive before a signal, and does until the cleanup is done', async () => {
  const idle = runInside(({ signals }) => {
    signals.shutdown().defer(() => {});
  }, []);
  expect(await idle.closed).toEqual({ code: 0, signal: null });
  const service = await start(({ signals, say }) => {
    const stay = setInterval(() => {}, 1000);
    signals.shutdown().defer(async () => {
      clearInterval(stay);
      await new Promise((resolve) => setTimeout(resolve, 100).unref());
      say('done');
    });
    say('ready');
  }, []);
  expect(await service.end('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
  expect(service.text).toBe('ready\ndone\n');
});

test.each(['close', 'dispose'] as const)(
  'after %s a signal does what it did before, but a shutdown that has begun goes on',
  async (how) => {
    const service = await start(
      async ({ signals, say }, way) => {
        const stop = (ending: ReturnType<typeof signals.shutdown>) =>
          way === 'close' ? ending.close() : ending[Symbol.dispose]();
        process.on('SIGHUP', () => say('heard'));
        const closed = signals.shutdown({ signals: 'SIGHUP' });
        closed.defer(() => say('never'));
        stop(closed);
        const begun = signals.shutdown({ signals: ['SIGTERM'] });
        begun.defer(async () => {
          stop(begun);
          await new Promise((resolve) => setImmediate(resolve));
          say('goes on');
        });
        setInterval(() => {}, 1000);
        say('ready');
      },
      [how],
    );
    process.kill(service.pid, 'SIGHUP');
    await hasSaid(service, 'heard');
    expect(await service.end('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
    expect(service.text).toBe('ready\nheard\ngoes on\n');
  },
);

test('in a Worker it ends the process, by the signal too', async () => {
  const service = await start(async ({ startWorker, say }) => {
    await startWorker(({ signals, say }) => {
      signals.shutdown().defer(() => say('in the Worker'));
      setInterval(() => {}, 1000);
    });
    say('ready');
  }, []);
  expect(await service.end('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
  expect(service.text).toBe('ready\nin the Worker\n');
});

const apart = ['-Upfr', '--mount-proc'];
const canPart = spawnSync('unshare', [...apart, 'true']).status === 0;
if (!canPart) console.warn('skipped: unshare(1) may not make user and pid namespaces here');

(canPart ? test : test.skip)(
  'the first process of a pid namespace exits with 128 + the number',
  async () => {
    const service = await start(
      ({ signals, say }) => {
        signals.shutdown({ deadline: 60_000 }).defer(() => say(`cleaned up ${process.pid}`));
        say('ready');
        setTimeout(() => process.kill(1, 'SIGTERM'), 20);
      },
      [],
      { prefix: ['unshare', ...apart] },
    );
    expect(await service.closed).toEqual({ code: 143, signal: null });
    expect(service.text).toBe('ready\ncleaned up 1\n');
  },
);

test.each<[string, () => unknown, string, RegExp]>([
  [
    'a signal that ends nothing',
    () => shutdown({ signals: 'SIGWINCH' }),
    'ERR_INVALID_ARG_VALUE',
    /SIGWINCH/,
  ],
  [
    'one that stops',
    () => shutdown({ signals: ['SIGTERM', 'SIGTSTP'] }),
    'ERR_INVALID_ARG_VALUE',
    /SIGTSTP/,
  ],
  ['one that nobody can catch', () => shutdown({ signals: 'SIGKILL' }), 'EINVAL', /SIGKILL/],
  ['no time', () => shutdown({ deadline: 0 }), 'ERR_OUT_OF_RANGE', /deadline 0/],
  ['more than an hour', () => shutdown({ deadline: 3_600_001 }), 'ERR_OUT_OF_RANGE', /deadline/],
])('%s is refused', (_what, call, code, message) => {
  expect(call).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
});

test('an hour is taken, a realtime signal too, and a handler that is no function is refused', async () => {
  const script = runScript(() => {
    const { shutdown } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    const ending = shutdown({ signals: 'SIGRTMIN+3', deadline: 3_600_000 });
    try {
      ending.defer(5 as never);
    } catch (error) {
      console.log((error as Error).message);
    }
    ending.close();
  }, []);
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('invalid handler 5: expected a function\n');
});
