// examples/redis-bridge: each message is in the inbox once, in its sender's order, whichever part is killed.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Process, root, runClient, runScript, sleep } from '../support/processes.js';
import { newRuntimeDirectory } from '../support/runtime-directory.js';

const isHere = spawnSync('redis-server', ['--version']).status === 0;
const title = 'the bridge over Redis';
const withRedis = isHere ? describe : describe.skip;

const example = join(root, 'examples', 'redis-bridge');
const SENDERS = ['ann', 'bob'];

let home = '';
let folder = '';
let bridge: Process;

beforeEach(() => {
  newRuntimeDirectory();
  home = mkdtempSync(join(tmpdir(), 'minitalk-bridge-'));
  folder = join(home, 'made'); // by the bridge
});

/** The pids of parts that are there; others may have had the pid since. */
function partsLeft(): number[] {
  const isPart = (pid: number) => {
    const path = `/proc/${pid}/cmdline`;
    const args = existsSync(path) ? readFileSync(path, 'latin1') : '';
    return args.includes(folder) || args.includes('near');
  };
  return [...bridge.text.matchAll(/: pid (\d+)/g)].map(([, pid]) => Number(pid)).filter(isPart);
}

afterEach(() => {
  for (const pid of partsLeft()) process.kill(pid, 'SIGKILL'); // of a failed test
  rmSync(home, { recursive: true });
});

async function startBridge(): Promise<void> {
  bridge = new Process(process.execPath, [join(example, 'run.mjs'), 'made'], { cwd: home });
  await bridge.until(({ text }) => text.includes('receiver: pid'));
  await until(() => journal().includes('listening'));
}

async function endBridge(): Promise<void> {
  expect(await bridge.end()).toEqual({ code: null, signal: 'SIGTERM' });
  expect(partsLeft()).toEqual([]);
}

const pidOf = (part: string) =>
  Number([...bridge.text.matchAll(new RegExp(`^${part}: pid (\\d+)`, 'gm'))].at(-1)?.[1]);

/** Rejects when the bridge ends first, as it does with its test. */
async function until(condition: () => boolean): Promise<void> {
  const { child } = bridge;
  while (!condition()) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('the bridge ended');
    await sleep(10);
  }
}

const read = (name: string) => {
  const path = join(folder, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
};
const journal = () => read('journal');

interface Entry {
  readonly id: number;
  readonly text?: string;
  readonly base64?: string;
}

/** Whole lines of the inbox. */
function inbox(): Entry[] {
  const lines = read('inbox').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Entry);
}

const textsOf = (sender: string) =>
  inbox()
    .map(({ text }) => text)
    .filter((text) => text?.startsWith(`${sender} `));

const redis = (...args: readonly string[]) =>
  execFileSync('redis-cli', ['-s', join(folder, 'redis'), ...args]).toString();

/** Sends `name 0` and so on until it is told to stop, and prints the number of each that was delivered. */
function startSender(name: string): Process {
  return runScript(
    async ({ connect, listServers }, sender: string) => {
      const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
      let stopped = false;
      process.once('message', () => {
        stopped = true;
      });
      for (let i = 0; !stopped; ) {
        const pid = listServers().find((server) => server.name === 'near')?.pid;
        try {
          const client = await connect(pid ?? 0);
          while (!stopped) {
            await client.send(`${sender} ${i++}`);
            console.log(i - 1);
            await pause(5);
          }
          await client.close();
        } catch {
          await pause(20); // the server was killed
        }
      }
    },
    [name],
    { ipc: true },
  );
}

const delivered = ({ text }: Process) => text.trim().split('\n').map(Number);

/** Each of these is done while messages are on their way. */
async function sendMeanwhile(...disturbances: (() => unknown)[]): Promise<Process[]> {
  const senders = SENDERS.map(startSender);
  for (const disturb of disturbances) {
    const before = inbox().length;
    await until(() => inbox().length > before + 10);
    await disturb();
  }
  for (const sender of senders) {
    sender.child.send('stop');
    expect(await sender.closed).toEqual({ code: 0, signal: null });
  }
  return senders;
}

async function expectAllOnce(senders: readonly Process[]): Promise<void> {
  const sent = senders.map(delivered);
  await until(() => inbox().length >= sent.flat().length);
  await endBridge();
  for (const [i, sender] of SENDERS.entries()) {
    expect(sent[i]).toEqual([...(sent[i]?.keys() ?? [])]);
    expect(textsOf(sender)).toEqual(sent[i]?.map((number) => `${sender} ${number}`));
  }
  expect(inbox()).toHaveLength(sent.flat().length);
}

const kill = (part: string) => async () => {
  const pid = pidOf(part);
  process.kill(pid, 'SIGKILL');
  await until(() => pidOf(part) !== pid);
};

withRedis(isHere ? title : `${title}; redis-server is not installed here`, () => {
  test.each(['in', 'out', 'receiver', 'redis'])(
    'every message comes once and in order while %s is killed',
    async (part) => {
      await startBridge();
      await expectAllOnce(await sendMeanwhile(kill(part), kill(part), kill(part)));
    },
  );

  test('every message comes once and in order while connections to Redis are cut', async () => {
    await startBridge();
    const cut = () => expect(redis('client', 'kill', 'type', 'normal')).toMatch(/^[1-9]/);
    await expectAllOnce(await sendMeanwhile(cut, cut, cut));
  });

  test('what was delivered to a server that is then killed comes once; the rest once at most', async () => {
    await startBridge();
    const senders = await sendMeanwhile(kill('near'), kill('near'), kill('near'));
    const last = SENDERS.map((sender, i) => `${sender} ${delivered(senders[i] as Process).at(-1)}`);
    await until(() => last.every((text) => inbox().some((entry) => entry.text === text)));
    await endBridge();
    for (const [i, sender] of SENDERS.entries()) {
      const came = textsOf(sender).map((text) => Number(text?.split(' ')[1]));
      expect(came).toEqual([...new Set(came)].sort((a, b) => a - b));
      expect(came).toEqual(expect.arrayContaining(delivered(senders[i] as Process)));
    }
  });

  test('a second bridge beside it changes nothing', async () => {
    await startBridge();
    const env = { REDIS_URL: `unix://${join(folder, 'redis')}` };
    const second = [
      ['in.mjs', join(folder, 'journal'), 'near'],
      ['out.mjs', 'near', 'far'],
    ].map(
      ([name = '', ...args]) =>
        new Process(process.execPath, [join(example, name), ...args], { env }),
    );
    const senders = await sendMeanwhile(kill('in'), kill('out'));
    await until(() => redis('get', 'near:delivered').startsWith(`0-${inbox().at(-1)?.id}`));
    for (const each of second) expect((await each.end()).signal).toBe('SIGTERM');
    await expectAllOnce(senders);
  });

  test('what is delivered again is not done again', async () => {
    await startBridge();
    for (const text of ['one', 'two']) expect((await runClient(['@near', text])).code).toBe(0);
    await until(() => inbox().length === 2);
    const noted = () => redis('get', 'near:delivered').trim();
    const last = `0-${inbox()[1]?.id}`;
    await until(() => noted() === last);
    redis('del', 'near:delivered');
    await kill('out')();
    await until(() => noted() === last);
    await endBridge();
    expect(inbox().map(({ text }) => text)).toEqual(['one', 'two']);
  });

  test('any bytes pass; what a kill has cut off, in the journal or the inbox, does not', async () => {
    const cut = '{"event":"message","text":"cut';
    const glued = { event: 'message', text: '{"event":"message"}\u2028\n"' };
    mkdirSync(folder);
    writeFileSync(join(folder, 'journal'), `${cut}${JSON.stringify(glued)}\n${cut}`);
    writeFileSync(join(folder, 'inbox'), '{"id":3,"text":"before"}\n{"id":9,"te');
    await startBridge();
    const bytes = Buffer.from([0, 10, 255, 13]);
    expect((await runClient(['@near'], { input: bytes })).code).toBe(0);
    const long = 'x'.repeat(200_000);
    expect((await runClient(['@near', '--mode', 'auto'], { input: long })).code).toBe(0);
    await until(() => inbox().length === 4);
    await endBridge();
    expect(inbox().map(({ text, base64 }) => text ?? base64)).toEqual([
      'before',
      glued.text,
      bytes.toString('base64'),
      long,
    ]);
  });

  test("another journal than the stream's is no place to go on", async () => {
    await startBridge();
    expect((await runClient(['@near', 'one'])).code).toBe(0);
    await until(() => inbox().length === 1);
    const other = join(folder, 'other');
    writeFileSync(other, '');
    const env = { REDIS_URL: `unix://${join(folder, 'redis')}` };
    const inward = new Process(process.execPath, [join(example, 'in.mjs'), other, 'near'], { env });
    await inward.until(({ stderr }) => stderr.includes('were read before'));
    await inward.end();
    await endBridge();
  });
});
