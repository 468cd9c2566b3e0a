// Real processes for tests: each is remembered and ended with its test.
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(__dirname, '..', '..');
export const bin = (name: string) => join(root, 'dist', 'bin', `${name}.js`);

const running = new Set<ChildProcess>();

afterEach(async () => {
  for (const child of running) {
    child.kill('SIGCONT');
    child.kill('SIGKILL');
    await exitOf(child);
  }
  running.clear();
});

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export function exitOf(child: ChildProcess): Promise<Exit> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return Promise.resolve({ code: child.exitCode, signal: child.signalCode });
  }
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
}

/** A child whose output is kept. */
export class Process {
  readonly child: ChildProcess;
  stdout = Buffer.alloc(0);
  stderr = '';
  /** Resolves when it has ended and its output is complete. */
  readonly closed: Promise<Exit>;
  readonly #changed = new Set<() => void>();

  constructor(
    command: string,
    args: readonly string[],
    options: {
      input?: Uint8Array | string;
      env?: NodeJS.ProcessEnv;
      cwd?: string;
      stdin?: 'pipe';
      stdout?: 'pipe' | number;
      ipc?: boolean;
    } = {},
  ) {
    this.child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...options.env },
      stdio: [
        options.stdin ?? (options.input === undefined ? 'ignore' : 'pipe'),
        options.stdout ?? 'pipe',
        'pipe',
        ...(options.ipc ? (['ipc'] as const) : []),
      ],
    });
    running.add(this.child);
    this.child.stdout?.on('data', (chunk: Buffer) => {
      this.stdout = Buffer.concat([this.stdout, chunk]);
      this.#change();
    });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
      this.#change();
    });
    if (options.input !== undefined) this.child.stdin?.end(options.input);
    this.closed = new Promise((resolve) =>
      this.child.once('close', (code, signal) => {
        running.delete(this.child);
        resolve({ code, signal });
        this.#change();
      }),
    );
  }

  get pid(): number {
    return this.child.pid as number;
  }

  get text(): string {
    return this.stdout.toString();
  }

  /** Resolves as soon as the output satisfies `condition`; rejects when the process ends first. */
  async until(condition: (process: this) => boolean): Promise<void> {
    let ended = false;
    void this.closed.then(() => {
      ended = true;
    });
    while (!condition(this)) {
      if (ended)
        throw new Error(`ended first; stdout: ${this.text.slice(0, 500)} stderr: ${this.stderr}`);
      await new Promise<void>((resolve) => {
        const settle = () => {
          this.#changed.delete(settle);
          resolve();
        };
        this.#changed.add(settle);
      });
    }
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    this.child.kill(signal);
    return this.closed;
  }

  /** Ends one that no signal may have ended: how it ended tells, however late we hear of it. */
  async endUnhurt(): Promise<void> {
    expect(await this.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
  }

  #change(): void {
    for (const tell of this.#changed) tell();
  }
}

export async function startServer(
  args: readonly string[] = [],
  options: ConstructorParameters<typeof Process>[2] = {},
): Promise<Process> {
  const server = new Process(process.execPath, [bin('minitalk-server'), ...args], options);
  if (options.stdout === undefined) {
    await server.until(
      ({ stdout, stderr }) => stdout.includes('\n') || stderr.includes('Server PID'),
    );
  }
  return server;
}

/** What the server printed after its first line. */
export function printed(server: Process): Buffer {
  return server.stdout.subarray(server.stdout.indexOf('\n') + 1);
}

export interface JsonEvent {
  event: string;
  [field: string]: unknown;
}

export function events(server: Process): JsonEvent[] {
  return server.text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JsonEvent);
}

/** The bytes of a `message` event. */
export function bytesOf(event: JsonEvent): Buffer {
  return typeof event['base64'] === 'string'
    ? Buffer.from(event['base64'], 'base64')
    : Buffer.from(event['text'] as string);
}

export function startClient(
  args: readonly (string | number)[],
  options: ConstructorParameters<typeof Process>[2] = {},
): Process {
  return new Process(process.execPath, [bin('minitalk-client'), ...args.map(String)], options);
}

export async function runClient(
  args: readonly (string | number)[],
  options: ConstructorParameters<typeof Process>[2] = {},
): Promise<Exit & { stdout: string; stderr: string; ms: number }> {
  const start = performance.now();
  const client = startClient(args, options);
  const exit = await client.closed;
  return { ...exit, stdout: client.text, stderr: client.stderr, ms: performance.now() - start };
}

/**
 * Runs a function of (minitalk, ...args) in a process of its own; its source is all
 * that it sees. With `bare` that process does not load the addon: minitalk is undefined.
 * `descriptors` is its limit of open ones.
 */
export function runScript(
  script: (minitalk: typeof import('../../lib/index.js'), ...args: never[]) => unknown,
  args: readonly unknown[] = [],
  options: ConstructorParameters<typeof Process>[2] & {
    bare?: boolean;
    descriptors?: number;
    /** A command that runs it. */
    prefix?: readonly string[];
  } = {},
): Process {
  const source = `
    const minitalk = ${options.bare ? 'undefined' : `require(${JSON.stringify(join(root, 'dist', 'index.js'))})`};
    Promise.resolve((${script.toString()})(minitalk, ...${JSON.stringify(args)}));`;
  const command = [...(options.prefix ?? []), process.execPath, '-e', source];
  if (options.descriptors === undefined) {
    return new Process(command[0] as string, command.slice(1), options);
  }
  const limited = ['-c', 'ulimit -n "$0" && exec "$@"', String(options.descriptors), ...command];
  return new Process('sh', limited, options);
}

function cpuMs(pid: number): number {
  const ofThread = (thread: string) =>
    Number(readFileSync(`${thread}/schedstat`, 'latin1').split(' ')[0]) / 1e6;
  return ofEach(pid, 'task', ofThread).reduce((sum, ms) => sum + ms, 0);
}

/** Resolves when the process has computed for `ms`: a server then is in the middle of a long message. */
export async function untilBusy({ pid }: Process, ms = 50): Promise<void> {
  const end = cpuMs(pid) + ms;
  while (cpuMs(pid) < end) await sleep(2);
}

/** What `read` gets of each thread or descriptor of a process; one that goes meanwhile is left out. */
export function ofEach<Value>(
  pid: number,
  kind: 'task' | 'fd',
  read: (path: string) => Value,
): Value[] {
  return readdirSync(`/proc/${pid}/${kind}`).flatMap((name) => {
    try {
      return [read(`/proc/${pid}/${kind}/${name}`)];
    } catch (error) {
      if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      return [];
    }
  });
}

/** Resolves when all of it is stopped: SIGSTOP is no sooner followed than the kernel says so. */
export async function untilStopped({ pid }: Process): Promise<void> {
  const isStopped = (thread: string) =>
    /^State:\s*T/m.test(readFileSync(`${thread}/status`, 'latin1'));
  while (ofEach(pid, 'task', isStopped).includes(false)) await sleep(2);
}

/**
 * What makes root run a command as a user who may not signal us. It may read all the same: the
 * package, and Node, may lie in a folder that is private to us.
 */
export const asAnotherUser = asUser(65_534);

/** What makes root run a command as this user, with these capabilities. */
export function asUser(
  uid: number,
  capabilities = '+dac_override',
): readonly [string, ...string[]] {
  const [inherited, ambient] = ['inh', 'ambient'].map(
    (set) => `--${set}-caps=-all,${capabilities}`,
  );
  const id = [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
  return ['setpriv', ...id, `${inherited}`, `${ambient}`];
}

/** Waits until a client has looked at its server, and so reads its input. */
export async function untilReads({ pid }: Process): Promise<void> {
  const isPidfd = (fd: string) => readlinkSync(fd).includes('[pidfd]');
  while (!ofEach(pid, 'fd', isPidfd).includes(true)) await sleep(5);
}

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
