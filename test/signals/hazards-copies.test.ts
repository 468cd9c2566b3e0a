// One process, several users of the same signals: environments, and copies of the package.
import { copyOfPackage, exitWithin, runInside } from '../support/inside.js';

const orders = ['the first, then the second', 'the second, then the first'] as const;

let copy: string;
beforeAll(() => {
  copy = copyOfPackage();
});

test('two copies of the package and a listener all get the same signal, each once', async () => {
  const script = runInside(
    async ({ signals, say, until, pause }, path) => {
      const heard: string[] = [];
      const first = signals.watch(['SIGUSR2']).on('signal', () => heard.push('first'));
      process.on('SIGUSR2', () => heard.push('listener'));
      const other = require(path) as typeof signals;
      const second = other.watch(['SIGUSR2']).on('signal', () => heard.push('second'));
      signals.kill(process.pid, 'SIGUSR2');
      await until(() => heard.length >= 3);
      await pause(50);
      say(heard.sort().join());
      first.close();
      second.close();
    },
    [copy],
  );
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('first,listener,second\n');
});

const ending = ['SIGTERM', 'SIGINT', 'SIGUSR2', 'SIGRTMIN+1'] as const;

test.each(orders.flatMap((order) => ending.map((signal) => ({ order, signal }))))(
  'closing $order brings back what $signal does by itself',
  async ({ order, signal }) => {
    const script = runInside(
      async ({ signals, say, until, pause }, path, firstGoesFirst, name) => {
        let seen = 0;
        const count = () => {
          seen += 1;
        };
        const first = signals.watch([name]).on('signal', count);
        const second = (require(path) as typeof signals).watch([name]).on('signal', count);
        signals.kill(process.pid, name);
        await until(() => seen === 2);
        for (const each of firstGoesFirst ? [first, second] : [second, first]) each.close();
        say(`${128 + signals.signalNumber(name)}`); // SIGRTMIN is the C library's choice
        signals.kill(process.pid, name);
        await pause(5000);
        say('alive');
      },
      [copy, order === orders[0], signal],
      // Node has no names for realtime signals, the shell has numbers.
      { prefix: ['sh', '-c', '"$@"; echo $?', 'sh'] },
    );
    expect(await exitWithin(script, 30_000)).toEqual({ code: 0, signal: null });
    const [number, status, ...rest] = script.text.split('\n');
    expect([status, ...rest]).toEqual([number, '']);
  },
);

test.each(['SIGUSR2', 'SIGRTMIN+1'] as const)(
  'closing the copy whose handler stands below leaves the one above with %s',
  async (signal) => {
    const script = runInside(
      async ({ signals, say, until }, path, name) => {
        const below = signals.watch([name]);
        const other = require(path) as typeof signals;
        let seen = 0;
        const above = other.watch([name], { after: 'stop' }).on('signal', () => {
          seen += 1;
        });
        below.close();
        signals.kill(process.pid, name);
        await until(() => seen === 1);
        above.close();
        say('seen');
      },
      [copy, signal],
    );
    expect(await exitWithin(script, 30_000)).toEqual({ code: 0, signal: null });
    expect(script.text).toBe('seen\n');
  },
);

// The closed copy's handler is called still, for a signal that none of its own watches.
test.each(['SIGTERM', 'SIGUSR2', 'SIGRTMIN+1'] as const)(
  'a copy that has closed does no default action that the other one replaces, for %s',
  async (signal) => {
    const script = runInside(
      async ({ signals, say, until }, path, name) => {
        const below = signals.watch([name]);
        const other = require(path) as typeof signals;
        let seen = 0;
        const above = other.watch([name]).on('signal', () => {
          seen += 1;
        });
        below.close();
        signals.kill(process.pid, name);
        await until(() => seen === 1);
        above.close();
        say('seen');
      },
      [copy, signal],
    );
    expect(await exitWithin(script, 30_000)).toEqual({ code: 0, signal: null });
    expect(script.text).toBe('seen\n');
  },
);

test('each environment gets each signal once, and closing one leaves the others theirs', async () => {
  const script = runInside(async ({ signals, say, until, startWorker }) => {
    const heard: string[] = [];
    const start = async (name: string) => {
      const { worker } = await startWorker((inside, own) => {
        const { parentPort } =
          require('node:worker_threads') as typeof import('node:worker_threads');
        const watcher = inside.signals.watch(['SIGUSR2']);
        watcher.on('signal', () => parentPort?.postMessage(own));
        parentPort?.once('message', () => watcher.close());
      }, name);
      worker.on('message', (message) => heard.push(message));
      return worker;
    };
    const main = signals.watch(['SIGUSR2']).on('signal', () => heard.push('main'));
    const a = await start('a');
    const b = await start('b');
    const round = async (count: number) => {
      signals.kill(process.pid, 'SIGUSR2');
      await until(() => heard.length === count);
      say(heard.splice(0).sort().join());
    };
    await round(3);
    main.close();
    await round(2);
    await a.terminate();
    await round(1);
    b.postMessage('close');
    await new Promise((resolve) => b.once('exit', resolve));
    say('closed');
    // The Worker that was terminated might be in a flood: a second without a signal ends that.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    signals.kill(process.pid, 'SIGUSR2');
  }, []);
  expect(await exitWithin(script, 30_000)).toEqual({ code: null, signal: 'SIGUSR2' });
  expect(script.text).toBe('a,b,main\na,b\nb\nclosed\n');
});
