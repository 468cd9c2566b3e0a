// minitalk guard: whom its command may signal, and that it finds all as if it had been started without.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LANDLOCK_CREATE_RULESET, whereSignalsCanBeScoped } from '../support/landlock.js';
import { bin, type Exit, Process, root } from '../support/processes.js';

const minitalk = join(root, 'bin', 'minitalk');
const support = (name: string) => join(root, 'test', 'support', name);
const GUARD = [minitalk, 'guard', '--'];

type Ended = Exit & { stdout: string; stderr: string };

async function run(
  [command = '', ...args]: readonly string[],
  options: ConstructorParameters<typeof Process>[2] = {},
): Promise<Ended> {
  const process = new Process(command, args, options);
  const exit = await process.closed;
  return { ...exit, stdout: process.text, stderr: process.stderr };
}

const guarded = (command: readonly string[], options = {}) => run([...GUARD, ...command], options);

const inShell = (script: string, ...args: (string | number)[]) => [
  'sh',
  '-c',
  script,
  'sh',
  ...args.map(String),
];

/** A process that is nobody's of the command's, and lives until it is ended. */
async function startOutsider(...args: string[]): Promise<Process> {
  const outsider = new Process('python3', [
    '-c',
    'import signal; print("there", flush=True); signal.pause()',
    ...args,
  ]);
  await outsider.until(({ text }) => text === 'there\n');
  return outsider;
}

whereSignalsCanBeScoped(() => {
  describe('somebody whom the command did not start', () => {
    test.each([
      ["the shell's kill", inShell('kill -9 "$1"')],
      ['kill(1)', ['/bin/kill', '-9']],
      ['process.kill', [process.execPath, '-e', 'process.kill(Number(process.argv[1]), 9)']],
    ])('is not ended by %s, and is without the guard', async (_, command) => {
      const outsider = await startOutsider();
      const tried = await guarded([...command, String(outsider.pid)]);
      expect(tried).toMatchObject({ code: 1, signal: null });
      expect(tried.stderr).toMatch(/not permitted|EPERM/i);
      expect(outsider.child.exitCode).toBeNull();
      expect(await run([...command, String(outsider.pid)])).toMatchObject({ code: 0 });
      expect(await outsider.closed).toEqual({ code: null, signal: 'SIGKILL' });
    });

    test('is not reached by any call, and is without the guard', async () => {
      const outsider = await startOutsider();
      const attempt = ['python3', support('ways_to_kill.py'), String(outsider.pid)];
      expect(JSON.parse((await guarded(attempt)).stdout)).toEqual({
        check: 'EPERM',
        sigqueue: 'EPERM',
        pidfd_send_signal: 'EPERM',
        kill: 'EPERM',
      });
      expect(JSON.parse((await run(attempt)).stdout)).toEqual({
        check: 'sent',
        sigqueue: 'sent',
        pidfd_send_signal: 'sent',
        kill: 'sent',
      });
      expect(await outsider.closed).toEqual({ code: null, signal: 'SIGKILL' });
    });

    test('is not found and ended by pkill -f, and is without the guard', async () => {
      const mark = `guard-test-${process.pid}-${Math.random().toString(36).slice(2)}`;
      const outsider = await startOutsider(mark);
      const found = await run(['pgrep', '-f', mark]);
      expect(found.stdout).toBe(`${outsider.pid}\n`); // nobody else is meant
      const tried = await guarded(['pkill', '-KILL', '-f', mark]);
      expect(tried.stderr).toContain('Operation not permitted');
      expect(outsider.child.exitCode).toBeNull();
      expect(await run(['pkill', '-KILL', '-f', mark])).toMatchObject({ code: 0 });
      expect(await outsider.closed).toEqual({ code: null, signal: 'SIGKILL' });
    });

    test('is not reached by a grandchild either, and cannot be traced', async () => {
      const outsider = await startOutsider();
      const kill = await guarded(inShell('sh -c "kill -9 $1; true"; true', outsider.pid));
      expect(kill.stderr).toMatch(/not permitted/i);
      expect(outsider.child.exitCode).toBeNull();
      const traced = ['readlink', `/proc/${outsider.pid}/exe`]; // guarded as ptrace(2) is
      expect(await run(traced)).toMatchObject({ code: 0 });
      expect(await guarded(traced)).toMatchObject({ code: 1, stdout: '' });
    });
  });

  test('its own children the command ends as ever, by a pidfd too', async () => {
    const child = inShell('sleep 1000 & kill -9 $!; wait $!; echo $?');
    expect(await guarded(child)).toMatchObject({ code: 0, stdout: '137\n' });
    const script = `import os, signal, subprocess
child = subprocess.Popen(["sleep", "1000"])
signal.pidfd_send_signal(os.pidfd_open(child.pid), signal.SIGKILL)
print(child.wait())`;
    expect(await guarded(['python3', '-c', script])).toMatchObject({ code: 0, stdout: '-9\n' });
  });

  test('signals from outside arrive, under the pid of the guard', async () => {
    const victim = new Process(minitalk, ['guard', 'python3', support('victim.py')], {
      stdin: 'pipe',
    });
    await victim.until(({ text }) => text === 'catch\n');
    process.kill(victim.pid, 'SIGUSR1');
    await victim.until(({ text }) => text === 'catch\ncaught\n');
    expect(await victim.end('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
  });

  test.each<[string, Exit]>([
    ['exit 7', { code: 7, signal: null }],
    ['kill -TERM $$', { code: null, signal: 'SIGTERM' }],
    ['kill -KILL $$', { code: null, signal: 'SIGKILL' }],
    ['kill -USR1 $$', { code: null, signal: 'SIGUSR1' }],
    ['kill -PIPE $$', { code: null, signal: 'SIGPIPE' }],
  ])('after %p the end is that of the command', async (script, exit) => {
    expect(await guarded(inShell(script))).toMatchObject(exit);
  });

  test('set-user-ID programs give no privilege any more', async () => {
    const { stdout } = await guarded(['grep', 'NoNewPrivs', '/proc/self/status']);
    expect(stdout).toBe('NoNewPrivs:\t1\n');
  });

  describe('the command finds what it would find without the guard:', () => {
    /** What a command prints that a shell starts after it did `first`: bare, and with the guard. */
    async function both(first: string, command: readonly string[]) {
      // sh has no descriptors above 9, and bash notes in "_" what it runs.
      const start = (words: readonly string[]) => [
        'bash',
        '-c',
        `${first}; exec env -u _ "$@"`,
        'bash',
        ...words,
      ];
      // Common names, so that a shell on the way that uses them would be noticed.
      const env = { PWD: root, field: '1', mask: '2', fd: '3', path: '4', MINITALK: '5' };
      const [bare, guard] = [
        await run(start(command), { env }),
        await run(start([...GUARD, ...command]), { env }),
      ];
      expect(guard).toMatchObject({ code: 0, stderr: '' });
      return { bare: bare.stdout, guard: guard.stdout };
    }

    test('arguments, environment, folder, limits and descriptors', async () => {
      const { bare, guard } = await both(
        `umask 027; ulimit -Sn 300; exec 3</dev/null 5>/dev/null 12<&0
         export WILD="$(printf '\\377')"; set -- "$@" "$(printf '\\377')" "$(printf '\\376')"`,
        ['python3', support('surroundings.py'), '', 'a  b', '--', '--json', '-h', 'ü'],
      );
      const expected = JSON.parse(bare);
      expect(expected.arguments).toEqual(expect.arrayContaining(['ff', 'fe', '', 'c3bc']));
      expect(expected.limit[0]).toBe(300);
      expect(Object.keys(expected.descriptors)).toEqual(expect.arrayContaining(['3', '5', '12']));
      expect(JSON.parse(guard)).toEqual(expected);
    });

    test.each([
      ['nothing', ':'],
      ['some', "trap '' HUP USR1 QUIT"],
      ['what Node ignores', "trap '' PIPE XFSZ"],
      ['one of real time', "trap '' HUP RTMIN+3"],
    ])('ignored signals, where %s was ignored', async (_, first) => {
      const { bare, guard } = await both(first, ['grep', '^Sig[BI]', '/proc/self/status']);
      expect(guard).toBe(bare);
      expect(guard).toMatch(/^SigBlk:\t0+\nSigIgn:\t/);
    });

    test('standard input, and the terminal', async () => {
      const { stdout } = await guarded(['cat'], { input: 'to the last byte' });
      expect(stdout).toBe('to the last byte');
      const look = inShell('stty -a; ps -o pid=,tpgid=,stat= -p $$ | sed "s/[0-9][0-9]*/N/g"; tty');
      const onTerminal = (command: readonly string[]) =>
        run(['python3', support('terminal.py'), ...command], { stdin: 'pipe' });
      const bare = await onTerminal(look);
      expect(bare.stdout).toMatch(/speed[\s\S]*N +N +S[\s\S]*\/dev\/pts/);
      const foreground = inShell('test $(ps -o tpgid= -p $$) = $$');
      expect((await onTerminal([...GUARD, ...foreground])).stderr).toContain('"code": 0');
      expect((await onTerminal([...GUARD, ...look])).stdout).toBe(bare.stdout);
    });

    test("its parent's IPC channel", async () => {
      const child = new Process(
        minitalk,
        ['guard', process.execPath, '-e', 'process.once("message", (text) => process.send(text))'],
        { ipc: true },
      );
      const answer = new Promise((resolve) => child.child.once('message', resolve));
      child.child.send('there and back');
      expect(await answer).toBe('there and back');
      expect(await child.closed).toEqual({ code: 0, signal: null });
    });
  });

  test('without the installed command Node leaves nothing ignored, and what it raised stays', async () => {
    const direct = [process.execPath, bin('minitalk'), 'guard'];
    const { stdout } = await run([...direct, 'grep', '^SigIgn', '/proc/self/status']);
    expect(stdout).toBe('SigIgn:\t0000000000000000\n');
  });

  test.each([
    ['nonexistent-command', 127, 'ENOENT'],
    ['', 127, 'ENOENT'],
    ['/dev/null', 126, 'EACCES'],
    ['/', 126, 'EACCES'],
  ])('the command %j, which can not be run: %i and %s', async (command, code, name) => {
    expect(await guarded([command, '--json'])).toMatchObject({
      code,
      stdout: '',
      stderr: expect.stringMatching(
        new RegExp(`^minitalk guard: execve ${name}: cannot run "${command}": [^\\n]+\\n$`),
      ),
    });
  });

  test('options behind the command are its own, without -- before it too', async () => {
    const words = ['%s|', 'a', '-h', '--json', '--', '--help', ''];
    const { stdout } = await run([minitalk, 'guard', 'printf', ...words]);
    expect(stdout).toBe('a|-h|--json|--|--help||');
  });

  test('a script without a first line is run by a shell', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'minitalk-test-'));
    writeFileSync(join(folder, 'script'), 'echo "ran $1"\n', { mode: 0o755 });
    const env = { PATH: `${folder}:${process.env['PATH']}` };
    expect(await guarded(['script', 'it'], { env })).toMatchObject({ code: 0, stdout: 'ran it\n' });
    rmSync(folder, { recursive: true });
  });

  test('guards in guards run until the kernel allows no more', async () => {
    const times = (count: number) => [...Array(count).fill(GUARD).flat(), 'echo', 'ran'];
    expect(await run(times(16))).toMatchObject({ code: 0, stdout: 'ran\n' });
    expect(await run(times(17))).toMatchObject({
      code: 125,
      stdout: '',
      stderr: expect.stringMatching(
        /^minitalk guard: landlock_restrict_self E2BIG: [^\n]*16 times/,
      ),
    });
  });
});

test.each<[string, number, RegExp]>([
  ['lacks Landlock', 38, /create_ruleset ENOSYS: [^\n]*Linux 6\.12/],
  ['has an earlier Landlock', 0, /create_ruleset ENOSYS: [^\n]*Linux 6\.12/],
  ['has it disabled', 95, /create_ruleset ENOTSUP: [^\n]*lsm=landlock/],
  ['may not be asked', 1, /create_ruleset EPERM: [^\n]*seccomp/],
])('where the kernel %s nothing is run: 125 and why', async (_, errno, why) => {
  const without = [support('without_syscall.py'), LANDLOCK_CREATE_RULESET, errno].map(String);
  const { code, stdout, stderr } = await run(['python3', ...without, ...GUARD, 'echo', 'ran']);
  expect({ code, stdout }).toEqual({ code: 125, stdout: '' });
  expect(stderr).toMatch(/^minitalk guard: [^\n]+\n$/);
  expect(stderr).toMatch(why);
});

test.each([[[]], [['--nope']]])('guard %j is refused with 64 and one line', async (args) => {
  const { code, stderr } = await run([minitalk, 'guard', ...args]);
  expect(code).toBe(64);
  expect(stderr).toMatch(/^minitalk guard: [^\n]+\n$/);
});

test('--help says what is lost, and the exit codes', async () => {
  const { code, stdout } = await run([minitalk, 'guard', '--help']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/sudo[\s\S]*ptrace/);
  for (const each of [64, 125, 126, 127]) expect(stdout).toMatch(new RegExp(`^  ${each} `, 'm'));
});
