// Minitalks in C, of any dialect and with any fault: test/peers/. Compiled once each.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Process, root } from './processes.js';

/** Client's and server's; what each does: test/peers/dialect.h. A number is the macro's value. */
export type Fault =
  | 'hasty'
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
  | 'defaults'
  | 'spins'
  | 'one_state';

export interface Peer {
  readonly folder: string;
  readonly server: string;
  readonly client: string;
}

/** The dialects that were seen. */
export const specs = {
  seed: 'order=msb,one=usr1,end=newline,gap=50',
  'seed-bonus': 'order=msb,one=usr1,end=newline,ack=bit:usr2,byte=usr1',
  classic: 'order=msb,one=usr2,end=nul,ack=bit:usr1',
  'classic-byte': 'order=msb,one=usr2,end=nul,ack=bit:usr1,byte=usr2',
  'classic-final': 'order=msb,one=usr2,end=nul,ack=bit:usr1,final=usr2',
  'classic-lsb': 'order=lsb,one=usr2,end=nul,ack=bit:usr1',
  'lsb-final': 'order=lsb,one=usr1,end=nul,ack=bit:usr1,final=usr2',
  'final-instead': 'order=msb,one=usr1,end=nul,ack=bit:usr2:notlast,final=usr1',
  handshake:
    'order=msb,one=usr2,handshake=usr1:usr1,length=32,end=none,ack=bit:usr2,final=usr1+usr2,busy=usr2',
  'length-nul': 'order=msb,one=usr2,length=32,end=nul,ack=bit:usr1,final=usr2+usr1',
  'length-64': 'order=msb,one=usr2,length=64,end=none,ack=bit:usr1,busy=usr2',
  'length-repeats': 'order=lsb,one=usr1,length=64:repeats,end=nul,ack=bit:usr1',
  'length-counts-nul':
    'order=msb,one=usr2,handshake=usr1:usr1,length=32:nul,end=nul,ack=bit:usr1:notlast,busy=usr2',
  'length-typed':
    'order=lsb,one=usr1,handshake=usr1:usr1,length=32:nul:typed,end=nul,ack=bit:usr1:notlast,final=usr2,busy=usr2',
  echo: 'order=msb,one=usr2,end=nul,ack=bit:echo',
  'silent-end': 'order=msb,one=usr2,end=nul,ack=bit:usr2:notlast,busy=usr1',
  probe: 'order=msb,one=usr2,handshake=nul,end=newline+nul,ack=bit:usr1,final=usr2,busy=usr2',
  paced: 'order=msb,one=usr2,end=nul,gap=100',
  'paced-lsb': 'order=lsb,one=usr2,end=nul,gap=100',
  'paced-length': 'order=msb,one=usr2,length=32,end=none,gap=100',
  'paced-endless': 'order=msb,one=usr2,end=none,gap=100',
  'paced-usr1': 'order=msb,one=usr1,end=nul,gap=100',
  'paced-byte': 'order=msb,one=usr1,end=nul,ack=byte:usr1,gap=100',
  'paced-message': 'order=msb,one=usr2,end=nul,ack=message:usr1,gap=100',
} as const;

const sources = join(root, 'test', 'peers');
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
  const macros = [
    ...macrosOf(spec),
    ...Object.entries(faults).map(([fault, value]) => `${fault.toUpperCase()}=${value}`),
  ];
  const folder = join(cache, createHash('sha1').update(macros.join(' ')).digest('hex'));
  const peer = { folder, server: join(folder, 'server'), client: join(folder, 'client') };
  if (existsSync(folder)) return peer;
  const unfinished = `${folder}.new`;
  mkdirSync(unfinished, { recursive: true });
  for (const program of ['server', 'client']) {
    execFileSync('cc', [
      // A dialect's macros are often 0: comparisons with them, too.
      ...['-std=gnu11', '-O1', '-Wall', '-Wextra', '-Werror', '-Wno-type-limits'],
      ...macros.map((macro) => `-D${macro}`),
      ...['-o', join(unfinished, program), join(sources, `${program}.c`)],
    ]);
  }
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

function macrosOf(spec: string): string[] {
  return spec.split(',').flatMap((pair) => {
    const [key = '', value = ''] = pair.split('=');
    const words = value.split(':');
    const [first = ''] = words;
    switch (key) {
      case 'order':
        return [`LSB=${Number(value === 'lsb')}`];
      case 'one':
        return [`ONE=${signal(value)}`];
      case 'handshake':
        return value === 'nul'
          ? ['OPENING_NUL=1']
          : [`HANDSHAKE=${signal(first)}`, `HANDSHAKE_ANSWER=${signal(words[1])}`];
      case 'length':
        return [
          `LENGTH=${first}`,
          ...(words.includes('nul') ? ['LENGTH_COUNTS_NUL=1'] : []),
          ...(words.includes('repeats') ? ['LENGTH_REPEATS=1'] : []),
          ...(words.includes('typed') ? ['LENGTH_TYPED=1'] : []),
          ...(words.includes('lsb') ? ['LENGTH_LSB=1'] : []),
          ...(words.includes('msb') ? ['LENGTH_LSB=0'] : []),
        ];
      case 'end':
        return ends[value] ?? [`END_IS_UNKNOWN_${value}`];
      case 'ack':
        return [
          `ACK_${first.toUpperCase()}=${signal(words[1])}`,
          ...(words.includes('notlast') ? ['ACK_LAST=0'] : []),
        ];
      case 'byte':
        return [`BYTE_SIGNAL=${signal(value)}`];
      case 'final':
        return value
          .split('+')
          .map((name, i) => (i === 0 ? `FINAL=${signal(name)}` : `FINAL_2=${signal(name)}`));
      case 'busy':
        return [`BUSY=${signal(value)}`];
      case 'gap':
        return [`GAP=${value}`];
      default:
        throw new Error(`a peer has no ${key}`);
    }
  });
}

const ends: Readonly<Record<string, string[]>> = {
  nul: ['END="\\0"', 'END_BYTES=1'],
  newline: ['END="\\n"', 'END_BYTES=1'],
  'newline+nul': ['END="\\n\\0"', 'END_BYTES=2'],
  none: ['END=""', 'END_BYTES=0'],
};

function signal(name = ''): string {
  if (name === 'echo') return 'ECHO';
  if (name === 'usr1' || name === 'usr2') return `SIG${name.toUpperCase()}`;
  throw new Error(`no signal: ${name}`);
}
