// A program that nobody knows: in a session of its own, with its output kept, and ended with us.
import { type ChildProcess, spawn } from 'node:child_process';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One that prints without end is ended. */
const MOST_OUTPUT_BYTES = 2 ** 25;

const CLOSE_MS = 200;

const alive = new Set<Stranger>();

/** Ends all of them; resolves when the kernel says so. */
export async function endStrangers(): Promise<void> {
  await Promise.all([...alive].map((stranger) => stranger.end()));
}

export class Stranger {
  output = Buffer.alloc(0);
  errors = '';
  ended: Exit | undefined;
  /** With all of its output. */
  readonly closed: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #changed = new Set<() => void>();

  constructor(command: string, args: readonly string[], cwd: string) {
    this.#child = spawn(command, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // its group is its own: kill(0, …) reaches nobody else
    });
    alive.add(this);
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.output = Buffer.concat([this.output, chunk]);
      if (this.output.length > MOST_OUTPUT_BYTES) void this.end();
      this.#change();
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.errors = `${this.errors}${chunk}`.slice(0, MOST_OUTPUT_BYTES);
      this.#change();
    });
    this.closed = new Promise((resolve) => {
      const end = (exit: Exit) => {
        if (this.ended !== undefined) return;
        alive.delete(this);
        this.ended = exit;
        resolve(exit);
        this.#change();
      };
      this.#child.once('error', (error) => {
        this.errors += error.message;
        end({ code: 127, signal: null });
      });
      this.#child.once('close', (code, signal) => end({ code, signal }));
      // A child of its own may hold its output open for ever.
      this.#child.once('exit', (code, signal) => setTimeout(end, CLOSE_MS, { code, signal }));
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Nothing once it has ended: its number may be somebody else's. */
  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  end(): Promise<Exit> {
    this.signal('SIGKILL');
    return this.closed;
  }

  /** How it ended; undefined when it runs still after `ms`. */
  async exitWithin(ms: number): Promise<Exit | undefined> {
    await this.until(() => this.ended !== undefined, ms);
    return this.ended;
  }

  /** Whether the condition, of its output or end, comes true within `ms`; false at once when it ends before. */
  until(condition: () => boolean, ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (result: boolean) => {
        clearTimeout(timer);
        this.#changed.delete(look);
        resolve(result);
      };
      const look = () => {
        if (condition()) settle(true);
        else if (this.ended !== undefined) settle(false);
      };
      const timer = setTimeout(() => settle(condition()), ms);
      this.#changed.add(look);
      look();
    });
  }

  #change(): void {
    for (const look of this.#changed) look();
  }
}

/** "exit code 1", "SIGSEGV". */
export function howEnded({ code, signal }: Exit): string {
  return signal ?? `exit code ${code}`;
}
