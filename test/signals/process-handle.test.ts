// A process pinned by its pidfd.
import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { Process, runScript } from '../support/processes.js';
import { seenBy, startWatching } from '../support/watching.js';

/** Runs with a handle on the process; what it returns is printed as JSON. */
function withHandle(
  pid: number,
  body: (handle: import('../../lib/signals/index.js').ProcessHandle) => unknown,
): Process {
  return runScript(
    async (_, target: number, source: string) => {
      const { openProcess } = require(
        `${process.cwd()}/dist/signals/index.js`,
      ) as typeof import('../../lib/signals/index.js');
      const handle = openProcess(target);
      // biome-ignore lint/security/noGlobalEval: the source of a function of this file
      const result = await eval(`(${source})`)(handle);
      process.stdout.write(JSON.stringify(result));
      handle.close();
    },
    [pid, body.toString()],
  );
}

async function resultOf(script: Process): Promise<unknown> {
  const exit = await script.closed;
  if (exit.code !== 0) throw new Error(script.stderr);
  return JSON.parse(script.text);
}

test('kill and queue go to the pinned process, with a value', async () => {
  const watching = await startWatching(['SIGHUP', 'SIGRTMIN+3']);
  const sender = withHandle(watching.pid, (handle) => {
    handle.kill('SIGHUP');
    handle.queue('SIGRTMIN+3', 2n ** 64n - 1n);
    return true;
  });
  expect(await resultOf(sender)).toBe(true);
  const seen = (await seenBy(watching, 2)).map(({ info }) => info);
  expect(seen).toContainEqual(
    expect.objectContaining({ signal: 'SIGHUP', pid: sender.pid, attested: true }),
  );
  expect(seen).toContainEqual(
    expect.objectContaining({
      signal: 'SIGRTMIN+3',
      value: String(2n ** 64n - 1n),
      pid: sender.pid,
    }),
  );
});

test('catches and identity tell what /proc does', async () => {
  const watching = await startWatching(['SIGHUP']);
  const sender = withHandle(watching.pid, (handle) => {
    const identity = handle.identity();
    return [
      handle.catches('SIGHUP'),
      handle.catches('SIGUSR2'),
      identity?.pid,
      identity?.uid,
      identity?.name,
      identity?.commandLine.slice(0, 2),
      identity?.parent?.pid,
      String(identity?.startTime),
    ];
  });
  expect(await resultOf(sender)).toEqual([
    true,
    false,
    watching.pid,
    process.getuid?.(),
    basename(readlinkSync(`/proc/${watching.pid}/exe`)),
    [process.execPath, '-e'],
    process.pid,
    readFileSync(`/proc/${watching.pid}/stat`, 'latin1').split(' ')[21],
  ]);
});

test('exited resolves when the process ends, and every call says then that it is gone', async () => {
  const target = new Process('sleep', ['60']);
  const sender = withHandle(target.pid, async (handle) => {
    const before = handle.hasExited();
    handle.kill('SIGTERM');
    await handle.exited;
    const codeOf = (call: () => unknown) => {
      try {
        return String(call());
      } catch (error) {
        return (error as NodeJS.ErrnoException).code;
      }
    };
    // Reaped by its parent soon, or still a zombie, which takes signals without effect.
    while (codeOf(() => handle.kill(0)) !== 'ESRCH') {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return [
      before,
      handle.hasExited(),
      codeOf(() => handle.queue('SIGRTMIN+1')),
      codeOf(() => handle.catches('SIGTERM')),
      codeOf(() => handle.identity()),
    ];
  });
  expect(await resultOf(sender)).toEqual([false, true, 'ESRCH', 'ESRCH', 'ESRCH']);
  expect(await target.closed).toEqual({ code: null, signal: 'SIGTERM' });
});

test('exited keeps the process alive while it is awaited, and a closed handle refuses everything', async () => {
  const target = new Process('sleep', ['60']);
  const script = runScript(
    async ({ kill }, pid: number) => {
      const { openProcess } = require(
        `${process.cwd()}/dist/signals/index.js`,
      ) as typeof import('../../lib/signals/index.js');
      const unused = openProcess(pid);
      void unused.exited; // nobody handles its rejection
      unused.close();
      const codes: unknown[] = [];
      for (const call of [
        () => unused.kill('SIGTERM'),
        () => unused.queue('SIGTERM'),
        () => unused.catches('SIGTERM'),
        () => unused.identity(),
        () => unused.exited,
        () => openProcess(1),
        () => openProcess(0),
        () => openProcess(4_194_300),
      ]) {
        try {
          await call();
        } catch (error) {
          codes.push((error as NodeJS.ErrnoException).code);
        }
      }
      const handle = openProcess(pid);
      setTimeout(() => kill(pid, 'SIGKILL'), 50).unref();
      await handle.exited;
      process.stdout.write(codes.join(' '));
    },
    [target.pid],
  );
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe(
    `${Array(5).fill('ERR_CLOSED').join(' ')} ERR_INVALID_PID ERR_INVALID_PID ESRCH`,
  );
});

test('without libuv a process can still be signalled, and its end awaited', async () => {
  const sleeper = new Process('sleep', ['60']);
  const script = runScript(
    async (_, pid: number) => {
      require(`${process.cwd()}/test/support/no-loop.js`);
      const { openProcess, watch } = require(
        `${process.cwd()}/dist/signals/index.js`,
      ) as typeof import('../../lib/signals/index.js');
      try {
        watch(['SIGTERM']);
      } catch (error) {
        const { code, errno, syscall } = error as NodeJS.ErrnoException;
        console.log(code, errno, syscall);
      }
      const handle = openProcess(pid);
      handle.kill('SIGTERM');
      await handle.exited;
      console.log(handle.hasExited());
    },
    [sleeper.pid],
    { bare: true },
  );
  expect(await sleeper.closed).toEqual({ code: null, signal: 'SIGTERM' });
  await script.closed;
  expect(script.text).toBe('ENOSYS -38 uv_poll_init\ntrue\n');
});
