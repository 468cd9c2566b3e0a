// Recordings as docs/recording.md has them, written by hand: what a reader must understand, whoever writes them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  CRC_BYTES,
  FRAME_BYTES,
  frameCount,
  outgoingMessage,
} from '../../lib/minitalk/wire/frame.js';
import type { Mode } from '../../lib/minitalk/wire/word.js';
import type {
  BitEvent,
  ControlEvent,
  Header,
  RecordedEvent,
  WordEvent,
} from '../../lib/recording/format.js';

export const BOOT = '5f4dcc3b-5aa7-65d6-1d83-27deb882cf99';

export function header(given: Partial<Header> = {}): Header {
  return {
    minitalk: 'recording',
    version: 1,
    pid: 4242,
    command: 'minitalk server',
    started: '2026-01-31T12:00:00.000Z',
    clock: '1000000000',
    boot: BOOT,
    part: 0,
    ...given,
  };
}

/** The text of a file. */
export function recordingOf(first: Header, events: readonly RecordedEvent[]): string {
  return [first, ...events].map((each) => `${JSON.stringify(each)}\n`).join('');
}

/** A folder that is gone after the tests; writes a file, and returns its path. Call it where tests are declared. */
export function recordingFolder(): (name: string, content: string | Uint8Array) => string {
  const folder = mkdtempSync(join(tmpdir(), 'minitalk-test-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return (name, content) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
}

const number = fc.oneof(fc.nat(300), fc.nat());
const pid = fc.integer({ min: 0, max: 4_194_304 });
/** Any of these fields, or none. */
const some = <Fields extends object>(
  fields: { [Name in keyof Fields]: fc.Arbitrary<Fields[Name]> },
) => fc.record(fields, { requiredKeys: [] });
const yes = fc.constant(true as const);

const signal = fc
  .tuple(
    fc.record({
      t: fc.nat(),
      way: fc.constantFrom('in' as const, 'out' as const),
      signal: fc.constantFrom('SIGUSR1', 'SIGUSR2', 'SIGTERM', 'SIGRTMIN+7'),
      code: fc.constantFrom('SI_TKILL', 'SI_QUEUE', 'SI_USER'),
      pid,
    }),
    some({
      uid: number,
      thread: pid,
      value: fc
        .bigInt(0n, 2n ** 64n - 1n)
        .map((value) => `0x${value.toString(16).padStart(16, '0')}`),
      error: fc.constantFrom('EAGAIN', 'ESRCH'),
    }),
  )
  .map(([must, may]) => ({ ...must, ...may }));

const data = fc
  .tuple(
    signal,
    fc.record({ grant: number, at: number }),
    some({
      session: number,
      message: number,
      frame: number,
      lane: number,
      again: yes,
      spare: yes,
      byte: number,
    }),
  )
  .map(([first, must, may]) => ({ ...first, ...must, ...may }));

function kind<Is extends string, Base extends object, Fields extends object>(
  is: Is,
  base: fc.Arbitrary<Base>,
  fields: { [Name in keyof Fields]: fc.Arbitrary<Fields[Name]> },
): fc.Arbitrary<{ is: Is } & Base & Fields> {
  return fc
    .tuple(base, fc.record(fields))
    .map(([first, more]) => ({ is, ...first, ...more }) as { is: Is } & Base & Fields);
}

const t = fc.record({ t: fc.nat() });
const grantOf = { session: number, grant: number };

/** Of every kind. */
export const anyEvent: fc.Arbitrary<RecordedEvent> = fc.oneof(
  kind('bit', data, { one: fc.constantFrom(0 as const, 1 as const) }),
  kind('word', data, {
    data: fc
      .uint8Array({ minLength: 1, maxLength: 24 })
      .map((bytes) => Buffer.from(bytes).toString('hex')),
  }),
  kind('ack', signal, { ...grantOf, count: number }),
  kind('query', signal, { ...grantOf, question: number }),
  kind('answer', signal, { ...grantOf, question: number, count: number }),
  kind('offer', signal, {
    session: number,
    message: number,
    length: number,
    mode: fc.constantFrom('bit' as const, 'word' as const, 'burst' as const),
  }),
  ...(
    [
      'open',
      'welcome',
      'grant',
      'wait',
      'delivered',
      'refused',
      'restart',
      'close',
      'closed',
    ] as const
  ).map((is) => kind(is, signal, grantOf)),
  kind('step', signal, {}),
  kind('signal', signal, {}),
  kind('signal', signal, { stray: yes }),
  kind('frame', t, { pid, session: number, message: number, frame: number }),
  kind('unrecorded', t, { count: number }),
  kind('end', t, {}),
);

export interface Sent {
  readonly session: number;
  readonly message: number;
  readonly mode: Mode;
  readonly data: Uint8Array;
}

const SERVER = 4242;
export const CLIENT = 4243;

/** What a server captures of a message, as it comes: the offer, and all data signals. `t` counts up from 0. */
export function captured({
  session,
  message,
  mode,
  data,
}: Sent): (ControlEvent | BitEvent | WordEvent)[] {
  const outgoing = outgoingMessage(data, mode);
  const from = { way: 'in', pid: CLIENT, uid: 1000, thread: SERVER, session, message } as const;
  const offer: ControlEvent = {
    t: 0,
    is: 'offer',
    signal: 'SIGUSR2',
    code: 'SI_QUEUE',
    ...from,
    length: data.length,
    mode,
  };
  const events: (ControlEvent | BitEvent | WordEvent)[] = [offer];
  for (let frame = 0; frame < frameCount(data.length, mode); frame += 1) {
    const wire = outgoing.wireFrame({ session, message, frame });
    const start = frame * FRAME_BYTES[mode];
    const base = { ...from, grant: frame + 1, frame };
    const body = wire.length - CRC_BYTES;
    /** Bytes of the message in the frame; checksums stand behind them. */
    const own = Math.max(0, Math.min(body, data.length - start));
    if (mode === 'bit') {
      for (let at = 0; at < 8 * wire.length; at += 1) {
        const one = (((wire[at >> 3] as number) >> (7 - (at & 7))) & 1) as 0 | 1;
        const atByte = at >> 3;
        const place = {
          ...(atByte < own ? { byte: start + atByte } : { check: atByte - own }),
          bit: at & 7,
        };
        const signal = one === 1 ? 'SIGUSR2' : 'SIGUSR1';
        const t = events.length;
        events.push({ t, is: 'bit', signal, code: 'SI_TKILL', ...base, one, at, ...place });
      }
    } else {
      for (let at = 0; at < wire.length; at += 24) {
        const bytes = Math.min(24, own - at);
        const place = bytes > 0 ? { byte: start + at, bytes } : {};
        const signal = mode === 'word' ? 'SIGUSR1' : 'SIGRTMIN+7';
        const word = wire.subarray(at, at + 24).toString('hex');
        const t = events.length;
        events.push({ t, is: 'word', signal, code: 'SI_QUEUE', ...base, data: word, at, ...place });
      }
    }
  }
  return events;
}

/** The same, as the client's recording has it. */
export function sent(message: Sent): (ControlEvent | BitEvent | WordEvent)[] {
  return captured(message).map(({ uid, ...event }) => ({ ...event, way: 'out', pid: SERVER }));
}

/** Both sides of a message in bit mode, from OPEN to DELIVERED: each signal was sent and captured. */
export function conversation(data: Uint8Array): {
  server: RecordedEvent[];
  client: RecordedEvent[];
} {
  const server: RecordedEvent[] = [];
  const client: RecordedEvent[] = [];
  let t = 0;
  const signal = (sender: 'client' | 'server', event: object) => {
    t += 5000;
    const [from, to] = sender === 'client' ? [client, server] : [server, client];
    const [self, other] = sender === 'client' ? [CLIENT, SERVER] : [SERVER, CLIENT];
    const both = { thread: other, ...event };
    from.push({ t, way: 'out', pid: other, ...both } as RecordedEvent);
    to.push({ t: t + 700, way: 'in', pid: self, uid: 1000, ...both } as RecordedEvent);
  };
  const word = { signal: 'SIGUSR2', code: 'SI_QUEUE', session: 77 };
  const ack = { ...word, signal: 'SIGUSR1' };
  const message = { ...word, message: 1 };
  signal('client', { is: 'open', ...word, session: 5 });
  signal('server', { is: 'welcome', ...word, session: 5 });
  signal('client', { is: 'offer', ...message, length: data.length, mode: 'bit' });
  signal('server', { is: 'grant', ...message, grant: 1, frame: 0 });
  signal('client', { is: 'query', ...word, grant: 1, question: 1 });
  signal('server', { is: 'answer', ...word, grant: 1, question: 1, count: 0 });
  const bits = captured({ session: 77, message: 1, mode: 'bit', data });
  for (const event of bits) {
    if (event.is !== 'bit') continue;
    const { t: _, way, pid, uid, ...bit } = event;
    signal('client', bit);
    signal('server', { is: 'ack', ...ack, grant: 1, count: (event.at as number) + 1 });
  }
  t += 3000;
  server.push({ t, is: 'frame', pid: CLIENT, session: 77, message: 1, frame: 0 });
  signal('server', { is: 'delivered', ...message });
  server.push({ t: t + 1, is: 'end' });
  return { server, client };
}
