// The preload: a line for each terminating signal, and nothing else is different.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { copyOfPackage } from '../support/inside.js';
import { Process, printed, root, runClient, startServer } from '../support/processes.js';
import { HEAD, reports } from '../support/report.js';

const uid = process.getuid?.() as number;
const preloads = {
  'without it': [],
  'by --require': ['--require', join(root, 'dist', 'signals', 'register.js')],
  'by --import': ['--import', join(root, 'dist', 'signals', 'register.mjs')],
};
const required = preloads['by --require'];

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** An application; it prints `ready` when it is. */
async function start(
  source: string,
  options: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<Process> {
  const app = new Process(process.execPath, [...options, '-e', source], { env });
  await app.until(({ text }) => text.includes('ready'));
  return app;
}

const ready = "require('node:fs').writeSync(1, 'ready ');";
const signalExit = JSON.stringify(join(root, 'node_modules', 'signal-exit'));

const apps = {
  'a plain HTTP server': `
    require('node:http').createServer((_, response) => response.end('ok')).listen(0, () => { ${ready} });`,
  'an endless loop': `${ready} while (true);`,
  'a handler of its own': `
    process.on('SIGTERM', (name, number) => {
      require('node:fs').writeSync(1, [name, number, process.listenerCount('SIGTERM')].join());
      process.exit(7);
    });
    setInterval(() => {}, 1000);
    ${ready}`,
  'a handler that came and went': `
    const handler = () => {};
    process.on('SIGTERM', handler);
    process.off('SIGTERM', handler);
    setInterval(() => {}, 1000);
    ${ready}`,
  'a handler for the first time only': `
    process.once('SIGTERM', () => {
      require('node:fs').writeSync(1, 'first ');
      process.kill(process.pid, 'SIGTERM');
    });
    setInterval(() => {}, 1000);
    ${ready}`,
  'signal-exit': `
    require(${signalExit}).onExit((code, signal) => {
      require('node:fs').writeSync(1, 'exit ' + code + ' ' + signal);
    });
    setInterval(() => {}, 1000);
    ${ready}`,
  'a Worker': `
    const { Worker } = require('node:worker_threads');
    new Worker('setInterval(() => {}, 1000)', { eval: true }).on('online', () => { ${ready} });`,
};

describe.each(Object.entries(apps))('%s', (_, source) => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2'] as const)(
    'ends by %s with the same wait status and output',
    async (signal) => {
      const ends = [];
      for (const [how, options] of Object.entries(preloads)) {
        const app = await start(source, options);
        process.kill(app.pid, signal);
        const exit = await app.closed;
        ends.push({ exit, stdout: app.text });
        const sentence = `${signal} from pid ${process.pid} \\(node .*\\) uid ${uid}, attested, this process's parent, parent `;
        if (how === 'without it') expect(app.stderr).toBe('');
        else expect(app.stderr).toMatch(new RegExp(`^${HEAD}${sentence}`));
      }
      expect(ends[1]).toEqual(ends[0]);
      expect(ends[2]).toEqual(ends[0]);
    },
  );
});

test('a terminating realtime signal is reported, one that ends nobody is not', async () => {
  // Node has no name for a realtime signal; a shell's status has.
  const app = new Process('sh', [
    '-c',
    '"$0" "$@"; echo "status $?"',
    process.execPath,
    ...required,
    '-e',
    `const send = (...names) => names.forEach((name) => process.kill(process.pid, name));
     send('SIGWINCH', 'SIGCONT', 'SIGURG', 'SIGPIPE', 35);
     while (true);`,
  ]);
  await app.closed;
  expect(app.text).toBe('status 163\n');
  // The shell names the status on the next line.
  expect(app.stderr).toMatch(
    new RegExp(
      `^${HEAD}SIGRTMIN\\+1 from pid \\d+ \\(node .*\\) uid \\d+, attested, this process itself, .*\n`,
    ),
  );
  expect(app.stderr.match(/ from /g)).toHaveLength(1);
});

/** The preload of a copy of the package, whose addon is what it is told. */
function preloadOfCopy(putAddon: (path: string) => void): string[] {
  return ['--require', join(copyOfPackage(putAddon), 'register.js')];
}
const noAddon = () => {};

describe('a preload that can report nothing says so in one line, and the application runs', () => {
  const source = `process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1000); ${ready}`;
  const permission = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission';

  test.each<[string, () => string[], RegExp]>([
    ['without an addon', () => preloadOfCopy(noAddon), /no native addon/],
    [
      'with one that does not load',
      () => preloadOfCopy((path) => writeFileSync(path, '?')),
      /does not load/,
    ],
    [
      'where addons are not allowed',
      () => ['--no-warnings', permission, '--allow-fs-read=*', ...required],
      /run node with --allow-addons/,
    ],
    [
      'where no channel can be opened',
      () => ['--require', join(root, 'test', 'support', 'no-loop.js'), ...required],
      /uv_poll_init ENOSYS/,
    ],
  ])('%s', async (_case, options, reason) => {
    const app = await start(source, options());
    process.kill(app.pid, 'SIGTERM');
    expect(await app.closed).toEqual({ code: 7, signal: null });
    expect(app.stderr).toMatch(/^minitalk\/register: signals are not reported: .*\n$/);
    expect(app.stderr).toMatch(reason);
  });

  test('a report that cannot begin leaves nothing behind', async () => {
    const app = await start(
      `process.debugPort = 0; ${apps['a plain HTTP server']}`,
      ['--require', join(root, 'test', 'support', 'no-subscription.js'), ...required],
      {},
    );
    expect(app.stderr).toMatch(
      /^minitalk\/register: signals are not reported: sigaction ENOMEM: .*\n$/,
    );
    process.kill(app.pid, 'SIGHUP');
    expect(await app.closed).toEqual({ code: null, signal: 'SIGHUP' });
    expect(app.stderr.match(/\n/g)).toHaveLength(1);
  });

  test('also where standard error takes nothing', async () => {
    const preload = preloadOfCopy(noAddon);
    const app = new Process('sh', [
      '-c',
      '"$0" "$@" 2>/dev/full; echo "status $?"',
      process.execPath,
      ...preload,
      '-e',
      "process.stdout.write('ran ')",
    ]);
    await app.closed;
    expect(app.text).toBe('ran status 0\n');
  });
});

test.each(['SIGTERM', 'SIGUSR2'] as const)(
  'two copies of it, by NODE_OPTIONS and by the command line, report a %s once',
  async (signal) => {
    const second = ['--require', join(copyOfPackage(), 'register.js')];
    for (const [options, more] of [
      [required, second],
      [second, required],
    ] as const) {
      const app = await start(apps['a plain HTTP server'], options, {
        NODE_OPTIONS: more.join(' '),
      });
      process.kill(app.pid, signal);
      expect(await app.closed).toEqual({ code: null, signal });
      expect(app.stderr).toMatch(reports(`${signal} from pid `));
    }
  },
);

test('a copy that can report nothing leaves it to the other one', async () => {
  const app = await start(apps['a plain HTTP server'], [...preloadOfCopy(noAddon), ...required]);
  process.kill(app.pid, 'SIGTERM');
  await app.closed;
  const [whyNot, ...lines] = app.stderr.split(/(?<=\n)/);
  expect(whyNot).toMatch(/^minitalk\/register: signals are not reported: /);
  expect(lines.join('')).toMatch(reports('SIGTERM from pid '));
});

test('MINITALK_REPORT_ONLY names the scripts that report: not npm, and no tools', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'minitalk-'));
  folders.push(folder);
  const end = "console.log('ready'); process.kill(process.pid, 'SIGHUP'); for (;;);";
  writeFileSync(join(folder, 'server.js'), end);
  writeFileSync(join(folder, 'observer.js'), end);
  const isReported = async (only: string, script: string) => {
    const app = new Process(process.execPath, [...required, script], {
      cwd: folder,
      env: { MINITALK_REPORT_ONLY: only },
    });
    expect(await app.closed).toEqual({ code: null, signal: 'SIGHUP' });
    return app.stderr !== '';
  };
  expect(await isReported('server.js', 'server.js')).toBe(true);
  expect(await isReported('server.js', 'observer.js')).toBe(false);
  expect(await isReported('worker.js,server.js', './server.js')).toBe(true);
  expect(await isReported(join(folder, 'server.js'), 'server.js')).toBe(true);
  expect(await isReported('erver.js', 'server.js')).toBe(false);
  expect(await isReported('', 'server.js')).toBe(true);
  const unnamed = await start(apps['an endless loop'], required, { MINITALK_REPORT_ONLY: 'x.js' });
  expect(await unnamed.end('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
  expect(unnamed.stderr).toBe('');
});

const subscriber = `
  const { writeSync } = require('node:fs');
  require('node:diagnostics_channel').subscribe('minitalk:signal', (info) => {
    const { signal, pid, attested, origin, delay, sender } = info;
    const isTold = sender.name.length > 0 && sender.commandLine.length > 0;
    writeSync(1, ['told', signal, pid, attested, origin, delay >= 0, isTold].join() + '\\n');
  });`;

test('what a process lives through is published, before its own listeners hear it', async () => {
  const app = await start(
    `${subscriber}
    process.on('SIGTERM', () => {
      writeSync(1, 'heard\\n');
      process.exit(7);
    });
    setInterval(() => {}, 1000);
    ${ready}`,
    required,
  );
  process.kill(app.pid, 'SIGTERM');
  expect(await app.closed).toEqual({ code: 7, signal: null });
  expect(app.text).toBe(`ready told,SIGTERM,${process.pid},true,process,true,true\nheard\n`);
  expect(app.stderr).toMatch(reports('SIGTERM from pid '));
});

test('who subscribes after many signals is told of senders still', async () => {
  const app = await start(
    `let left = 300;
    process.on('SIGUSR2', () => {
      left -= 1;
      if (left > 0) process.kill(process.pid, 'SIGUSR2');
      if (left === 0) { ${subscriber} ${ready} }
    });
    process.kill(process.pid, 'SIGUSR2');
    setInterval(() => {}, 1000);`,
    required,
    { MINITALK_REPORT_FILE: '/dev/null' },
  );
  process.kill(app.pid, 'SIGUSR2');
  const own = `told,SIGUSR2,${process.pid},`;
  await app.until(({ text }) => text.includes(own) && text.endsWith('\n'));
  expect(app.text.slice(app.text.indexOf(own))).toBe(`${own}true,process,true,true\n`);
});

test("SIGUSR1 is still Node's: it opens the inspector and is not reported", async () => {
  const app = await start(`process.debugPort = 0; ${apps['a plain HTTP server']}`, required);
  process.kill(app.pid, 'SIGUSR1');
  await app.until(({ stderr }) => stderr.includes('Debugger listening'));
  expect(app.stderr).not.toContain('SIGUSR1');
});

test('the application sees no listener that is not its own', async () => {
  const app = await start(
    `require('node:fs').writeSync(1, ['SIGTERM', 'SIGINT', 'SIGHUP', 'exit'].map((name) => process.listenerCount(name)).join() + ' ready');`,
    required,
  );
  await app.closed;
  expect(app.text).toBe('0,0,0,0 ready');
});

test('a conversation over signals is not reported, neither at the server nor at the client', async () => {
  const env = { NODE_OPTIONS: required.join(' ') };
  const server = await startServer([], { env });
  const sent = await runClient([server.pid, 'hello'], { env });
  expect(sent).toMatchObject({ code: 0, stderr: '' });
  await server.end('SIGTERM');
  expect(printed(server).toString()).toBe('hello\n');
  expect(server.stderr).toMatch(reports('SIGTERM from pid '));
});

test('MINITALK_REPORT=json writes one JSON object a line, with the sender', async () => {
  const app = await start(apps['an endless loop'], required, { MINITALK_REPORT: 'json' });
  process.kill(app.pid, 'SIGTERM');
  expect(await app.closed).toEqual({ code: null, signal: 'SIGTERM' });
  expect(JSON.parse(app.stderr)).toEqual({
    signal: 'SIGTERM',
    number: 15,
    code: 'SI_USER',
    pid: process.pid,
    uid,
    attested: true,
    origin: 'process',
    value: '0',
    time: expect.stringMatching(/^\d+$/),
    date: expect.any(String),
    relation: 'parent',
    receiver: {
      pid: app.pid,
      name: 'node',
      program: expect.stringMatching(/^node --require .+…$/),
    },
    sender: {
      name: 'node',
      commandLine: readFileSync('/proc/self/cmdline', 'utf8')
        .slice(0, 1024)
        .replace(/\0$/, '')
        .split('\0'),
      parent: { pid: process.ppid, name: expect.any(String) },
      cgroup: expect.any(String),
      sharesCgroup: true,
      startTime: expect.stringMatching(/^\d+$/),
      age: expect.any(Number),
      takenAt: expect.stringMatching(/^\d+$/),
    },
  });
});

test('MINITALK_REPORT=off reports nothing, and a wrong value warns and reports as text', async () => {
  const off = await start(apps['an endless loop'], required, { MINITALK_REPORT: 'off' });
  process.kill(off.pid, 'SIGTERM');
  expect(await off.closed).toEqual({ code: null, signal: 'SIGTERM' });
  expect(off.stderr).toBe('');
  const wrong = await start(apps['a plain HTTP server'], required, { MINITALK_REPORT: 'xml' });
  await wrong.until(({ stderr }) => stderr.includes('expected "text", "json" or "off"'));
  process.kill(wrong.pid, 'SIGTERM');
  await wrong.closed;
  expect(wrong.stderr).toContain('SIGTERM from pid');
});

test('MINITALK_REPORT_FILE takes the lines of several processes; one that cannot be opened warns', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'minitalk-'));
  try {
    const file = join(folder, 'signals.log');
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
      const app = await start(apps['an endless loop'], required, { MINITALK_REPORT_FILE: file });
      process.kill(app.pid, signal);
      expect(await app.closed).toEqual({ code: null, signal });
      expect(app.stderr).toBe('');
    }
    expect(readFileSync(file, 'utf8')).toMatch(reports('SIGTERM from pid ', 'SIGHUP from pid '));
    const nowhere = { MINITALK_REPORT_FILE: join(folder, 'no', 'such') };
    const app = await start(apps['a plain HTTP server'], required, nowhere);
    await app.until(({ stderr }) => stderr.includes('ENOENT'));
    process.kill(app.pid, 'SIGTERM');
    await app.closed;
    expect(app.stderr).toContain('SIGTERM from pid');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a report follows its file, whatever becomes of it and of its descriptor', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'minitalk-'));
  folders.push(folder);
  const source = `
    const { closeSync, openSync, writeSync } = require('node:fs');
    process.chdir('/');
    for (let fd = 3; fd < 4096; fd += 1) {
      try {
        if (require('node:fs').readlinkSync('/proc/self/fd/' + fd).endsWith('signals.log')) closeSync(fd);
      } catch {}
    }
    const own = openSync(${JSON.stringify(join(folder, 'own'))}, 'w');
    process.on('SIGHUP', () => writeSync(1, 'again '));
    setInterval(() => {}, 1000);
    ${ready}`;
  const app = new Process(process.execPath, [...required, '-e', source], {
    cwd: folder,
    env: { MINITALK_REPORT_FILE: 'signals.log' },
  });
  await app.until(({ text }) => text.includes('ready'));
  const file = join(folder, 'signals.log');
  process.kill(app.pid, 'SIGHUP');
  await app.until(({ text }) => text.includes('again'));
  renameSync(file, `${file}.1`);
  process.kill(app.pid, 'SIGTERM');
  expect(await app.closed).toEqual({ code: null, signal: 'SIGTERM' });
  expect(app.stderr).toBe('');
  expect(readFileSync(`${file}.1`, 'utf8')).toMatch(reports('SIGHUP from pid '));
  expect(readFileSync(file, 'utf8')).toMatch(reports('SIGTERM from pid '));
  expect(readFileSync(join(folder, 'own'), 'utf8')).toBe('');
});

test('MINITALK_REPORT_FILE may be a FIFO that nobody reads, or a full device', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'minitalk-'));
  folders.push(folder);
  const fifo = join(folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
  for (const [file, warning] of [
    [fifo, /open ENXIO: cannot write into .*fifo: it is a FIFO that nobody reads/],
    ['/dev/full', reports('SIGTERM from pid ')],
  ] as const) {
    const app = await start(apps['a plain HTTP server'], required, { MINITALK_REPORT_FILE: file });
    if (file === fifo) await app.until(({ stderr }) => stderr.includes('ENXIO'));
    process.kill(app.pid, 'SIGTERM');
    await app.closed;
    expect(app.stderr).toMatch(warning);
    expect(app.stderr).toContain(': SIGTERM from pid ');
  }
});

test('a forged sender is reported as a claim, in both formats', async () => {
  for (const format of ['text', 'json']) {
    const app = await start(apps['an endless loop'], required, { MINITALK_REPORT: format });
    const sender = new Process('python3', [
      '-c',
      `
import ctypes, platform, sys
number = {'x86_64': 129, 'aarch64': 138}[platform.machine()]
info = (ctypes.c_int * 32)(15, 0, -1, 0, 1, 0, 7, 0)
sys.exit(ctypes.CDLL(None).syscall(number, ${app.pid}, 15, info))`,
    ]);
    await sender.closed;
    expect(await app.closed).toEqual({ code: null, signal: 'SIGTERM' });
    if (format === 'json') {
      expect(JSON.parse(app.stderr)).toMatchObject({
        pid: 1,
        attested: false,
        origin: 'claimed',
        value: '7',
      });
    } else {
      expect(app.stderr).toMatch(
        reports(
          'SIGTERM from a sender that claims pid 1 uid 0, not attested \\(SI_QUEUE\\), value 7; that pid is \\(.*\\), ',
        ),
      );
    }
  }
});

test("a sender's name cannot break the line or the JSON", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'minitalk-'));
  try {
    const evil = join(folder, 'a"\\\n\x1b[2J\u0085é');
    writeFileSync(evil, '#!/bin/sh\nkill -TERM "$1"; sleep 0.3\n', { mode: 0o755 });
    for (const format of ['text', 'json']) {
      const app = await start(apps['an endless loop'], required, { MINITALK_REPORT: format });
      const sender = new Process(evil, [String(app.pid)]);
      expect(await app.closed).toEqual({ code: null, signal: 'SIGTERM' });
      await sender.closed;
      expect(app.stderr.indexOf('\n')).toBe(app.stderr.length - 1);
      if (format === 'json') {
        expect(basename(JSON.parse(app.stderr).sender.commandLine[1])).toBe('a"\\??[2J?é');
      } else {
        expect(app.stderr).toMatch(/ \(\w+: sh \S+\/a"\\\?\?\[2J\?é \d+\) uid /);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a standard error that nobody reads delays the end, but does not prevent it', async () => {
  const filler =
    'const { writeSync } = require("node:fs"); try { for (;;) writeSync(2, "x".repeat(4096)); } catch {}';
  // Non-blocking, so that filling it comes to an end.
  const app = new Process('python3', [
    '-c',
    `
import fcntl, os, subprocess, sys
reader, writer = os.pipe()
fcntl.fcntl(writer, fcntl.F_SETFL, os.O_NONBLOCK)
app = subprocess.Popen(sys.argv[1:], stderr=writer)
print('status', app.wait())`,
    process.execPath,
    ...required,
    '-e',
    `${filler} const end = () => process.kill(process.pid, 'SIGTERM'); end(); for (;;);`,
  ]);
  await app.closed;
  expect(app.text).toBe('status -15\n');
});
