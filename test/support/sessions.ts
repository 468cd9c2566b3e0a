// Recordings made after docs/recording.md: what a server and its clients would have written, and when.
import type { Header, RecordedEvent } from '../../lib/recording/format.js';
import type { Recording as ReadRecording } from '../../lib/recording/read.js';

/** One process's. */
export interface Recording {
  readonly header: Header;
  readonly events: RecordedEvent[];
}

export const SERVER = 4242;

export interface Session {
  readonly recordings: Recording[];
  /** ns */
  now: number;
  /** A word from one to the other: as both write it down. */
  say(from: number, to: number, event: object, options?: SayOptions): void;
}

interface SayOptions {
  /** ns until it is handled */
  readonly takes?: number;
  /** Not what the sender writes; false: never handled. */
  readonly handled?: object | false;
}

/** @param recorded pids of whose recordings there are */
export function session(recorded: readonly number[]): Session {
  const recordings = recorded.map((pid) => ({ header: headerOf(pid), events: [] }));
  const of = (pid: number): RecordedEvent[] | undefined =>
    recordings.find(({ header }) => header.pid === pid)?.events;
  const made: Session = {
    recordings,
    now: 0,
    say(from, to, event, { takes = 9_000, handled = {} } = {}) {
      of(from)?.push({ t: made.now, way: 'out', pid: to, ...event } as RecordedEvent);
      if (handled === false) return;
      made.now += takes;
      const own = { t: made.now, way: 'in', pid: from, uid: 1000, ...event, ...handled };
      of(to)?.push(own as RecordedEvent);
    },
  };
  return made;
}

function headerOf(pid: number): Header {
  return {
    minitalk: 'recording',
    version: 1,
    pid,
    command: pid === SERVER ? 'minitalk server' : 'minitalk client',
    started: '2026-11-28T12:00:00.000Z',
    clock: '5000000000',
    boot: '8c2ce3f5-7b0a-4f0e-9d55-0d9a3f0b6b1e',
    part: 0,
  };
}

export interface Sending {
  readonly number?: number;
  readonly session?: number;
  readonly grant?: number;
  /** Bits that are lost, by their place. */
  readonly lost?: readonly number[];
  readonly lanes?: number;
  readonly mode?: 'bit' | 'word';
  /** Of the server's, where its words go. */
  readonly lane?: number;
}

const word = { signal: 'SIGUSR2', code: 'SI_QUEUE' };
const ACK = { signal: 'SIGUSR1', code: 'SI_QUEUE', is: 'ack' };

/** A message from OFFER to DELIVERED. */
export function sendMessage(
  on: Session,
  client: number,
  bytes: Uint8Array,
  {
    number = 1,
    session: id = 77,
    grant = 3,
    lost = [],
    lanes = 0,
    mode = 'bit',
    lane,
  }: Sending = {},
): void {
  const about = { session: id, message: number };
  const data = { ...about, frame: 0, grant };
  const pause = (ns: number): void => {
    on.now += ns;
  };
  on.say(client, SERVER, { ...word, is: 'offer', ...about, length: bytes.length, mode });
  pause(40_000);
  on.say(SERVER, client, { ...word, is: 'grant', ...about, grant, frame: 0 });
  pause(20_000);
  ask(on, client, id, grant, 1, 0);
  pause(8_000);
  const stream = Uint8Array.from([...bytes, 0xde, 0xad, 0xbe, 0xef]);
  if (mode === 'word')
    words(on, client, stream, bytes.length, { ...data, ...(lane !== undefined && { lane }) });
  else if (lanes > 0) byLanes(on, client, stream, bytes.length, lanes, data);
  else bits(on, client, stream, bytes.length, lost, data);
  const t = on.now + 5_000;
  const own = on.recordings.find(({ header }) => header.pid === SERVER);
  own?.events.push({ t, is: 'frame', pid: client, ...about, frame: 0 });
  pause(60_000);
  on.say(SERVER, client, { ...word, is: 'delivered', ...about });
  pause(20_000);
}

function ask(
  on: Session,
  client: number,
  id: number,
  grant: number,
  question: number,
  count: number,
): void {
  on.say(client, SERVER, { ...word, is: 'query', session: id, grant, question });
  on.now += 2_000;
  const answer = { ...word, is: 'answer', session: id, grant, question, count };
  on.say(SERVER, client, answer);
}

interface DataFields {
  readonly session: number;
  readonly message: number;
  readonly frame: number;
  readonly grant: number;
}

function bitOf(stream: Uint8Array, length: number, at: number): object {
  const byte = at >> 3;
  const one = ((stream[byte] ?? 0) >> (7 - (at & 7))) & 1;
  const place = byte < length ? { byte } : { check: byte - length };
  return {
    signal: one === 1 ? 'SIGUSR2' : 'SIGUSR1',
    code: 'SI_TKILL',
    is: 'bit',
    one,
    at,
    ...place,
    bit: at & 7,
  };
}

function bits(
  on: Session,
  client: number,
  stream: Uint8Array,
  length: number,
  lost: readonly number[],
  data: DataFields,
): void {
  const { session: id, grant } = data;
  for (let at = 0; at < stream.length * 8; at++) {
    const bit = { ...bitOf(stream, length, at), ...data };
    const isLost = lost.includes(at);
    if (isLost) {
      on.say(client, SERVER, bit, { handled: false });
      on.now += 180_000;
      ask(on, client, id, grant, 2, at);
      on.now += 6_000;
    }
    const again = isLost ? { again: true } : {};
    on.say(
      client,
      SERVER,
      { ...bit, ...again },
      { takes: 8_000 + ((at * 37) % 5) * 700, handled: { again: undefined } },
    );
    on.now += 2_500;
    on.say(SERVER, client, { ...ACK, session: id, grant, count: at + 1 }, { takes: 7_000 });
    on.now += 5_000 + ((at * 53) % 7) * 600;
  }
}

function byLanes(
  on: Session,
  client: number,
  stream: Uint8Array,
  length: number,
  lanes: number,
  data: DataFields,
): void {
  const all = stream.length * 8;
  for (let first = 0, round = 1; first < all; first += lanes, round++) {
    const start = on.now;
    let end = start;
    for (let lane = 0; lane < lanes && first + lane < all; lane++) {
      on.now = start + lane * 900;
      const bit = { ...bitOf(stream, length, first + lane), ...data, lane };
      on.say(client, SERVER, bit, { takes: 14_000 + ((lane * 29) % 11) * 1_300 });
      end = Math.max(end, on.now);
    }
    on.now = end + 2_000;
    on.say(SERVER, client, { ...ACK, session: data.session, grant: data.grant, count: round });
    on.now += 9_000;
  }
}

function words(
  on: Session,
  client: number,
  stream: Uint8Array,
  length: number,
  data: DataFields,
): void {
  for (let at = 0; at < stream.length; at += 24) {
    const hex = Buffer.from(stream.subarray(at, at + 24)).toString('hex');
    const place = at < length ? { byte: at } : {};
    const event = { signal: 'SIGUSR1', code: 'SI_QUEUE', is: 'word', data: hex, at, ...place };
    on.say(client, SERVER, { ...event, ...data, ask: true });
    on.now += 2_000;
    const { session: id, grant } = data;
    on.say(SERVER, client, { ...ACK, session: id, grant, count: at / 24 + 1 });
    on.now += 5_000;
  }
}

/** A signal of somebody who takes no part. */
export function stray(
  on: Session,
  pid: number,
  signal: string,
  more: object = { stray: true },
): void {
  on.say(pid, SERVER, { signal, code: 'SI_USER', is: 'signal', ...more });
}

/** What readRecording makes of them. */
export function read(...given: readonly Recording[]): ReadRecording {
  const all = given.map(({ header: { pid, command, started }, events }) => ({
    process: { pid, command, started, files: [] },
    events,
  }));
  const events = all.flatMap(({ process, events }) => events.map((each) => ({ ...each, process })));
  return {
    processes: all.map(({ process }) => process),
    events: events.sort((a, b) => a.t - b.t),
    clock: 5_000_000_000n,
    cutOff: [],
  };
}

/** As a file has it. */
export function ndjson({ header, events }: Recording): string {
  return [header, ...events].map((line) => `${JSON.stringify(line)}\n`).join('');
}
