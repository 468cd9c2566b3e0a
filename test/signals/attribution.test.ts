// Who sent it, by program and by relation: from all sides, by odd names, and from who is gone.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeCgroup } from '../support/cgroup.js';
import { asAnotherUser, Process, root, untilStopped } from '../support/processes.js';
import { HEAD } from '../support/report.js';
import { type Seen, seenBy, startWatching } from '../support/watching.js';

const uid = process.getuid?.() as number;
const asRoot = uid === 0 ? test : test.skip;
const shell = realpathSync('/bin/sh');
const python = 'python3';
const preload = `NODE_OPTIONS=--require=${join(root, 'dist', 'signals', 'register.js')}`;

const folder = mkdtempSync(join(tmpdir(), 'minitalk-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function first(watching: Process): Promise<Seen> {
  return (await seenBy(watching, 1))[0] as Seen;
}

/** What its preload has written, once that is there. */
async function reported(watching: Process): Promise<string> {
  await watching.until(({ stderr }) => stderr.endsWith('\n'));
  return watching.stderr;
}

/** Python that signals and stays until it is ended. */
function startSender(pid: number, before = ''): Process {
  const source = `import ctypes, os, signal\n${before}\nos.kill(${pid}, signal.SIGTERM)\nsignal.pause()`;
  return new Process(python, ['-c', source]);
}

test('/bin/kill is called by what it runs, where it is still found', async () => {
  const watching = await startWatching(['SIGTERM'], { snapshot: true });
  for (let count = 1; ; count += 1) {
    await new Process('/bin/kill', ['-TERM', String(watching.pid)]).closed;
    const seen = (await seenBy(watching, count))[count - 1] as Seen;
    const sender = seen.info['sender'] as { name: string; commandLine: string[] } | undefined;
    if (sender === undefined || sender.commandLine.length === 0) continue;
    expect(sender).toMatchObject({
      name: 'kill',
      commandLine: [expect.any(String), '-TERM', String(watching.pid)],
    });
    expect(seen.text).toContain(` (kill -TERM ${watching.pid}) uid ${uid}, attested, a sibling`);
    break;
  }
});

test("a program is called by its executable, not by its thread's name", async () => {
  const watching = await startWatching(['SIGTERM'], { snapshot: true }, ['env', preload]);
  const sender = startSender(watching.pid, 'ctypes.CDLL(None).prctl(15, b"MainThread")');
  const { info, text } = await first(watching);
  expect(info).toMatchObject({
    pid: sender.pid,
    sender: { name: expect.stringMatching(/^python3/) },
  });
  expect(text).toMatch(/ \(python3\S* -c import ctypes, os, signal\?ctypes.*…\) uid /);
  expect(text).not.toContain('MainThread)');
  expect(await reported(watching)).toContain(`Z pid ${watching.pid} (node -e `);
});

const names = [
  'plain',
  'with spaces',
  'new\nline and \t',
  'grüße-世界-😀',
  '"quoted\\"',
  '-dash',
  'esc\u001b[2J',
  'x'.repeat(200),
  `${'x'.repeat(63)}ü`,
  'y'.repeat(63) + '😀'.repeat(40),
];

test.each(names)('the preload and explain() say the same of %j', async (name) => {
  const program = join(folder, name);
  copyFileSync(shell, program);
  const watching = await startWatching(['SIGTERM'], { snapshot: true }, ['env', preload]);
  const sender = new Process(program, ['-c', `kill -TERM ${watching.pid}; read x`], {
    stdin: 'pipe',
  });
  const { text } = await first(watching);
  const [line, ...rest] = (await reported(watching)).split('\n');
  expect(rest).toEqual(['']);
  expect(line?.replace(new RegExp(`^${HEAD}`), '')).toBe(text);
  expect(text).toMatch(
    new RegExp(
      `^SIGTERM from pid ${sender.pid} \\(.+\\) uid ${uid}, attested, a sibling of this process, parent `,
    ),
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(text).not.toMatch(/[\u0000-\u001f]/);
  expect([...(/\((.*?)\) uid /.exec(text)?.[1] ?? '')].length).toBeLessThanOrEqual(81);
});

/** Watches, and runs this in a shell that is its child; the shell has its pid in $PPID. */
async function watchedWithChild(command: string): Promise<Seen> {
  const source = `
    const { watch, explain } = require(${JSON.stringify(join(root, 'dist', 'signals', 'index.js'))});
    watch('SIGTERM', { snapshot: true }).on('signal', (info) => {
      require('node:fs').writeSync(1, 'ready\\n' + JSON.stringify({ text: explain(info), info }) + '\\n');
    });
    require('node:child_process').spawn('sh', ['-c', ${JSON.stringify(command)}]);`;
  return first(new Process(process.execPath, ['-e', source]));
}

test('a child is one that this process started, and since when is told', async () => {
  const { info, text } = await watchedWithChild('sleep 0.3; kill $PPID; read x');
  expect(info).toMatchObject({ relation: 'descendant' });
  expect((info['sender'] as { age: number }).age).toBeGreaterThanOrEqual(250);
  expect(text).toMatch(/, attested, started by this process \d+\.\d s ago, parent \d+ \(node\)/);
});

test('a grandchild is a descendant', async () => {
  const { info, text } = await watchedWithChild(`sh -c "kill $PPID; read x"; true`);
  expect(info).toMatchObject({ relation: 'descendant' });
  expect(text).toMatch(/, attested, a descendant of this process, started \d+\.\d s ago, parent /);
});

test('the parent, and who started that, are told apart', async () => {
  const watching = await startWatching(['SIGTERM'], { snapshot: true });
  process.kill(watching.pid, 'SIGTERM');
  expect((await first(watching)).info).toMatchObject({ relation: 'parent' });
  // It ends with what runs it.
  const source = `import ctypes, subprocess, sys
end = lambda: ctypes.CDLL(None).prctl(1, 9)
sys.exit(subprocess.call(sys.argv[1:], preexec_fn=end))`;
  const below = await startWatching(['SIGTERM'], { snapshot: true }, [python, '-c', source]);
  const inner = spawnSync('cat', [`/proc/${below.pid}/task/${below.pid}/children`]).stdout;
  process.kill(Number(inner), 'SIGTERM');
  const seen = await first(below);
  expect(seen.info).toMatchObject({ relation: 'ancestor' });
  expect(seen.text).toContain(', attested, an ancestor of this process, parent ');
});

test('of a sender that is gone when the handler runs only its number is known', async () => {
  const watching = await startWatching(['SIGTERM'], { snapshot: true }, ['env', preload]);
  process.kill(watching.pid, 'SIGSTOP');
  await untilStopped(watching);
  const sender = new Process('sh', ['-c', `kill -TERM ${watching.pid}`]);
  await sender.closed;
  process.kill(watching.pid, 'SIGCONT');
  const { info, text } = await first(watching);
  expect(info).toMatchObject({ pid: sender.pid, attested: true });
  expect(info['sender']).toBeUndefined();
  expect(info['relation']).toBeUndefined();
  expect(text).toBe(`SIGTERM from pid ${sender.pid} uid ${uid}, attested`);
  expect(await reported(watching)).toMatch(new RegExp(`^${HEAD}${text}\\n$`));
});

test('a record has the time of the wall clock', async () => {
  const watching = await startWatching(['SIGTERM'], {}, ['env', preload, 'MINITALK_REPORT=json']);
  const before = Date.now();
  process.kill(watching.pid, 'SIGTERM');
  const { info } = await first(watching);
  const report = JSON.parse(await reported(watching)) as Record<string, string>;
  for (const date of [info['date'], report['date']] as string[]) {
    expect(new Date(date).toISOString()).toBe(date);
    expect(Date.parse(date)).toBeGreaterThanOrEqual(before - 1);
    expect(Date.parse(date)).toBeLessThanOrEqual(Date.now() + 1);
  }
});

describe('a policy by relation holds in the handler', () => {
  test('only the parent', async () => {
    const from = { relations: ['parent'], others: 'refuse' } as const;
    const watching = await startWatching(['SIGTERM'], { from });
    startSender(watching.pid);
    expect(await first(watching)).toMatchObject({
      event: 'refused',
      info: { relation: 'sibling' },
    });
    process.kill(watching.pid, 'SIGTERM');
    expect((await seenBy(watching, 2))[1]).toMatchObject({
      event: 'signal',
      info: { relation: 'parent' },
    });
  });

  test('all but siblings; and who is gone may have been one', async () => {
    const from = { not: { relations: ['sibling'] }, others: 'refuse' } as const;
    const watching = await startWatching(['SIGTERM'], { from });
    process.kill(watching.pid, 'SIGTERM');
    expect(await first(watching)).toMatchObject({ event: 'signal' });
    startSender(watching.pid);
    expect((await seenBy(watching, 2))[1]).toMatchObject({ event: 'refused' });
    process.kill(watching.pid, 'SIGSTOP');
    await untilStopped(watching);
    await new Process('sh', ['-c', `kill -TERM ${watching.pid}`]).closed;
    process.kill(watching.pid, 'SIGCONT');
    const [, , last] = await seenBy(watching, 3);
    expect(last?.event).toBe('refused');
    expect(last?.info['relation']).toBeUndefined();
  });
});

const apart = ['unshare', '-Upfr', '--mount-proc'];
(spawnSync('unshare', [...apart.slice(1), 'true']).status === 0 ? describe : describe.skip)(
  'the first process of a pid namespace',
  () => {
    const innerOf = ({ pid }: Process) =>
      Number(spawnSync('cat', [`/proc/${pid}/task/${pid}/children`]).stdout);

    test('takes who is outside by that relation', async () => {
      const from = { relations: ['outside'], others: 'refuse' } as const;
      const watching = await startWatching(['SIGTERM'], { from }, [...apart, '--kill-child']);
      process.kill(innerOf(watching), 'SIGTERM');
      expect(await first(watching)).toMatchObject({
        event: 'signal',
        info: { pid: 0, relation: 'outside', attested: false },
        text: expect.stringContaining('(for pid 1 of a container: its runtime)'),
      });
    });

    test('and no one else', async () => {
      const from = { relations: ['parent'], others: 'refuse' } as const;
      const watching = await startWatching(['SIGTERM'], { from }, [...apart, '--kill-child']);
      process.kill(innerOf(watching), 'SIGTERM');
      expect(await first(watching)).toMatchObject({ event: 'refused' });
    });
  },
);

asRoot("another user's executable is not shown: its first argument names it", async () => {
  const watching = await startWatching(['SIGTERM'], { snapshot: true }, asAnotherUser);
  const sender = startSender(watching.pid);
  const { info } = await first(watching);
  expect(info).toMatchObject({ pid: sender.pid, relation: 'sibling', sender: { name: python } });
});

asRoot('where /proc hides other users nothing is made up', async () => {
  const hidden = [
    'unshare',
    '-m',
    'sh',
    '-c',
    'mount -t proc -o hidepid=2 proc /proc; exec "$@"',
    'sh',
  ];
  const prefix = [...hidden, ...asAnotherUser];
  const watching = await startWatching(['SIGTERM'], { snapshot: true }, prefix);
  const sender = startSender(watching.pid);
  const { info, text } = await first(watching);
  expect(info['relation']).toBeUndefined();
  expect(text).toBe(`SIGTERM from pid ${sender.pid} uid 0, attested`);
  process.kill(watching.pid, 'SIGTERM');
  expect((await seenBy(watching, 2))[1]?.info).toMatchObject({ relation: 'parent' });
});

/** A cgroup in the unified hierarchy; undefined: we may make none. */
function makeCgroup(name: string): string | undefined {
  for (const place of ['/sys/fs/cgroup/unified', '/sys/fs/cgroup']) {
    const path = join(place, name);
    try {
      mkdirSync(path);
      writeFileSync(join(path, 'cgroup.procs'), '', { flag: 'r+' });
      return path;
    } catch {
      rmSync(path, { recursive: true, force: true });
    }
  }
  return undefined;
}

const unit = `minitalk-test-${process.pid}.service`;
const cgroup = makeCgroup(unit);
afterAll(async () => {
  if (cgroup !== undefined) await removeCgroup(cgroup);
});

(cgroup === undefined ? test.skip : test)(
  'a sender in another cgroup is told by its unit',
  async () => {
    const watching = await startWatching(['SIGTERM'], { snapshot: true }, ['env', preload]);
    const command = `echo $$ > ${cgroup}/cgroup.procs; kill ${watching.pid}; read x`;
    new Process('sh', ['-c', command], { stdin: 'pipe' });
    const { info, text } = await first(watching);
    expect(info['sender']).toMatchObject({ unit, sharesCgroup: false });
    expect(text.endsWith(`, unit ${unit}`)).toBe(true);
    expect(await reported(watching)).toMatch(new RegExp(`: SIGTERM .*, unit ${unit}\\n$`));
  },
);
