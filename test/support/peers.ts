// Minitalks in C, of any dialect and with any fault: test/peers/. Compiled once each.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile, specs } from '../peers/compile.js';
import { Process } from './processes.js';

export { specs };

/** Client's and server's; what each does: test/peers/dialect.h. A number is the macro's value. */
export type Fault =
  | 'drops'
  | 'blind'
  | 'races'
  | 'resends'
  | 'lax'
  | 'unchecked'
  | 'endless'
  | 'crashes'
  | 'late'
  | 'ignores'
  | 'kills_group'
  | 'answers_zero'
  | 'defaults'
  | 'spins'
  | 'one_state'
  | 'buffered'
  | 'allocates'
  | 'prints'
  | 'leaks'
  | 'exits'
  | 'goes_on';

export interface Peer {
  readonly folder: string;
  readonly server: string;
  readonly client: string;
}

let cache: string | undefined;

afterAll(() => {
  if (cache !== undefined) rmSync(cache, { recursive: true, force: true });
  cache = undefined;
});

/** Compiles the two programs; `faults` with the value 1, or their own. */
export function compilePeer(
  spec: string,
  faults: Readonly<Partial<Record<Fault, number>>> = {},
): Peer {
  cache ??= mkdtempSync(join(tmpdir(), 'minitalk-peers-'));
  const key = JSON.stringify([spec, faults]);
  const folder = join(cache, createHash('sha1').update(key).digest('hex'));
  const peer = { folder, server: join(folder, 'server'), client: join(folder, 'client') };
  if (existsSync(folder)) return peer;
  const unfinished = `${folder}.new`;
  mkdirSync(unfinished, { recursive: true });
  compile(unfinished, spec, faults);
  renameSync(unfinished, folder);
  return peer;
}

/** Resolves once it has printed its pid. */
export async function startPeerServer({ server }: Peer): Promise<Process> {
  const process = new Process(server, []);
  await process.until(({ stdout }) => stdout.includes('\n'));
  return process;
}

export function startPeerClient({ client }: Peer, pid: number, text: string): Process {
  return new Process(client, [String(pid), text]);
}
