// One message's way through a client, without a server: grants and what the transmitter
// says of each slice are a script.
import { binding, type NativeTransmitter, TransmitStatus } from '../../lib/binding/minitalk.js';
import { createLanesCpu } from '../../lib/minitalk/client/lanes-cpu.js';
import { createMailbox } from '../../lib/minitalk/client/mailbox.js';
import type { RemoteServer } from '../../lib/minitalk/client/remote-server.js';
import { type Sending, sendMessage } from '../../lib/minitalk/client/send-message.js';
import type { Session } from '../../lib/minitalk/client/session.js';
import type { Endpoint, Granted } from '../../lib/minitalk/peer/endpoint.js';
import { FRAME_BYTES, outgoingMessage } from '../../lib/minitalk/wire/frame.js';
import { ANYWHERE, byLanes, encodePlace, onCpu } from '../../lib/minitalk/wire/place.js';
import { Kind, type Word } from '../../lib/minitalk/wire/word.js';

const { frameDone, mismatch, sliceOver, stalled } = TransmitStatus;
const ID = 9;
const NUMBER = 3;

interface Script {
  /** What each slice ends with; done when they are over. */
  statuses?: number[];
  /** Words that come at a slice, by its number from 1. */
  comes?: Record<number, Word>;
  bytes?: number;
  place?: boolean;
  /** The threads of the server's lanes, as its registration tells; none: undefined. */
  lanes?: readonly number[];
  taken?: number | (() => number);
  beginStatus?: number;
  lastReply?: number;
  signal?: AbortSignal;
  listened?: () => void;
  onSay?: () => void;
}

function grant(number: number, frame = 0, at = onCpu(1)): Word {
  const place = encodePlace(at);
  return { kind: Kind.grant, session: ID, message: NUMBER, grant: number, place, frame };
}
const delivered: Word = { kind: Kind.delivered, session: ID, message: NUMBER };
const never = new AbortController().signal;

/** A message that is sent, and what happens to it. */
function sending(script: Script = {}) {
  const { statuses = [], comes = {}, bytes = 5, place = true, taken = 5, signal = never } = script;
  const log: string[] = [];
  const begun: { grant: number; bytes: Uint8Array; lanes: number[]; cpu: number }[] = [];
  const askedLanes: number[] = [];
  const cpus: number[] = [];
  const progress: number[] = [];
  const mailbox = createMailbox();
  let slices = 0;
  const transmitter = {
    begin(frame) {
      const { grant, bytes, lanes, cpu } = frame;
      begun.push({ grant, bytes, lanes: [...lanes], cpu });
      log.push(`begin ${frame.grant}`);
      return script.beginStatus ?? 0;
    },
    transmit(cpu) {
      cpus.push(cpu);
      slices += 1;
      const word = comes[slices];
      if (word !== undefined) mailbox.put(word);
      return statuses.shift() ?? frameDone;
    },
    taken: () => (typeof taken === 'number' ? taken : taken()),
    lastReply: () => script.lastReply ?? 0,
  } as Partial<NativeTransmitter> as NativeTransmitter;
  const server = {
    pid: process.pid + 1,
    say(word: Word) {
      script.onSay?.();
      const name = Object.entries(Kind).find(([, kind]) => kind === word.kind)?.[0];
      log.push(`say ${name}${word.kind === Kind.restart ? ` ${word.grant}` : ''}`);
    },
    heard: (at?: number) => {
      if (at !== undefined) log.push(`heard at ${at}`);
    },
    look: () => log.push('look'),
    lookAfterSilence: () => log.push('lookAfterSilence'),
    errorOf: (errno: number) => new Error(`errno ${errno}`),
    listened() {
      script.listened?.();
      log.push('listened');
      return true;
    },
    checkClosing() {},
  } as unknown as RemoteServer;
  const endpoint = {
    transmitting: 0,
    server: { granted: (): Granted | undefined => undefined, schedule() {} },
  };
  const session = {
    id: ID,
    server,
    mailbox,
    endpoint: endpoint as unknown as Endpoint,
    transmitter,
    lanesCpu: createLanesCpu(),
    lanes(count: number) {
      askedLanes.push(count);
      return script.lanes;
    },
  } as Partial<Session> as Session;
  const options: Sending = {
    number: NUMBER,
    message: outgoingMessage(Buffer.alloc(bytes, 'x'), 'bit'),
    plan: { mode: 'bit', payload: 8, burstSignal: 0, window: 1 },
    place,
    signal,
    onProgress: ({ sent, total }) => {
      expect(total).toBe(bytes);
      progress.push(sent);
    },
  };
  const result = sendMessage(session, options);
  return { result, mailbox, log, begun, askedLanes, cpus, progress, endpoint };
}

test('a message is offered, sent under its grant, and over when it is delivered', async () => {
  const { result, mailbox, log, begun, progress } = sending();
  mailbox.put(grant(4));
  mailbox.put(delivered);
  await result;
  expect(log).toEqual(['say offer', 'lookAfterSilence', 'begin 4']);
  expect(begun.map(({ bytes }) => bytes.length)).toEqual([9]);
  expect(progress).toEqual([0, 5]);
});

test('a frame that was sent is not sent again when its GRANT is repeated', async () => {
  const { result, mailbox, begun } = sending();
  for (const word of [grant(4), grant(4), delivered]) mailbox.put(word);
  await result;
  expect(begun).toHaveLength(1);
});

test('a frame granted anew is sent anew', async () => {
  const { result, mailbox, begun } = sending();
  for (const word of [grant(4), grant(5), delivered]) mailbox.put(word);
  await result;
  expect(begun.map(({ grant: number }) => number)).toEqual([4, 5]);
  expect(begun[1]?.bytes).toEqual(begun[0]?.bytes);
});

test('words about another message are not its', async () => {
  const { result, mailbox, begun } = sending();
  mailbox.put({ ...delivered, message: NUMBER - 1 } as Word);
  mailbox.put({ ...grant(4), message: NUMBER - 1 } as Word);
  mailbox.put(grant(5));
  mailbox.put(delivered);
  await result;
  expect(begun.map(({ grant: number }) => number)).toEqual([5]);
});

test('each frame follows the one before, and its progress too, which never passes the end', async () => {
  const bytes = 2 * FRAME_BYTES.bit; // and a frame for its checksum
  const { result, mailbox, begun, progress } = sending({ bytes, taken: FRAME_BYTES.bit });
  for (const word of [grant(4, 0), grant(5, 1), grant(6, 2), delivered]) mailbox.put(word);
  await result;
  expect(begun.map(({ bytes: wire }) => wire.length)).toEqual([1028, 1028, 8]);
  expect(progress).toEqual([0, FRAME_BYTES.bit, bytes, bytes]);
});

test('frames are numbered modulo 256', async () => {
  const bytes = 256 * FRAME_BYTES.bit;
  const { result, mailbox, begun } = sending({ bytes });
  for (let frame = 0; frame <= 256; frame += 1) mailbox.put(grant(frame + 1, frame & 0xff));
  mailbox.put(delivered);
  await result;
  expect(begun).toHaveLength(257);
});

test.each([
  ['skips one', [grant(4, 0), grant(5, 2)], 2 * FRAME_BYTES.bit],
  ['is behind the last', [grant(4, 0), grant(5, 1)], 5],
])('a GRANT that %s is an error of the server', async (_what, words, bytes) => {
  const { result, mailbox } = sending({ bytes });
  for (const word of words) mailbox.put(word);
  await expect(result).rejects.toMatchObject({ code: 'EPROTO' });
});

describe('the CPU', () => {
  const cpusOf = async (script: Script, ...words: Word[]) => {
    const { result, mailbox, cpus } = sending(script);
    for (const word of [...words, delivered]) mailbox.put(word);
    await result;
    return cpus;
  };

  test('that the GRANT names is shared', async () => {
    expect(await cpusOf({}, grant(4, 0, onCpu(1)))).toEqual([1]);
  });
  test('4095 is none', async () => {
    expect(await cpusOf({}, grant(4, 0, ANYWHERE))).toEqual([-1]);
  });
  test('is not shared with place off', async () => {
    expect(await cpusOf({ place: false }, grant(4, 0, onCpu(1)))).toEqual([-1]);
  });
  test('may be moved by the same GRANT again, which does not end the frame', async () => {
    const script = { statuses: [sliceOver, sliceOver], comes: { 1: grant(4, 0, ANYWHERE) } };
    const { result, mailbox, cpus, begun } = sending(script);
    mailbox.put(grant(4, 0, onCpu(1)));
    setTimeout(() => mailbox.put(delivered), 20);
    await result;
    expect(cpus).toEqual([1, -1, -1]);
    expect(begun).toHaveLength(1);
  });
});

describe('lanes', () => {
  const OWN = 5;
  const threads = [11, 12, 13];
  beforeEach(() => {
    jest.spyOn(binding, 'holdableCpu').mockReturnValue(OWN);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  const sent = async (script: Script, ...words: Word[]) => {
    const { result, mailbox, begun, askedLanes, cpus } = sending(script);
    for (const word of [...words, delivered]) mailbox.put(word);
    await result;
    const [{ lanes, cpu } = { lanes: [], cpu: 0 }] = begun;
    return { lanes, cpu, cpus, askedLanes };
  };

  test('carry the frame where the GRANT names some and their threads are known', async () => {
    const { lanes, askedLanes } = await sent({ lanes: threads }, grant(4, 0, byLanes(3, false)));
    expect(askedLanes).toEqual([3]);
    expect(lanes).toEqual(threads);
  });

  test('do not where they are not known', async () => {
    const known = await sent({}, grant(4, 0, byLanes(3, true)));
    expect(known).toEqual({ lanes: [], cpu: -1, cpus: [-1], askedLanes: [3] });
  });

  test('are not looked for where the GRANT names none', async () => {
    const known = await sent({ lanes: threads }, grant(4, 0, onCpu(1)));
    expect(known).toEqual({ lanes: [], cpu: -1, cpus: [1], askedLanes: [] });
  });

  test('are told on which CPU we are, where we stay while they come there', async () => {
    const { cpu, cpus } = await sent({ lanes: threads }, grant(4, 0, byLanes(3, true)));
    expect([cpu, cpus]).toEqual([OWN, [OWN]]);
  });

  test('apart leave us where we are, and may come later', async () => {
    const { cpu, cpus } = await sent({ lanes: threads }, grant(4, 0, byLanes(3, false)));
    expect([cpu, cpus]).toEqual([OWN, [-1]]);
  });

  test('come and go by the same GRANT again, which does not end the frame', async () => {
    const script = {
      lanes: threads,
      statuses: [sliceOver, sliceOver, sliceOver],
      comes: { 1: grant(4, 0, byLanes(3, false)), 2: grant(4, 0, byLanes(3, true)) },
    };
    const { result, mailbox, cpus, begun } = sending(script);
    mailbox.put(grant(4, 0, byLanes(3, true)));
    setTimeout(() => mailbox.put(delivered), 20);
    await result;
    expect(cpus).toEqual([OWN, -1, OWN, OWN]);
    expect(begun).toHaveLength(1);
  });

  test('stay where they are with place off, as we do', async () => {
    const script = { lanes: threads, place: false };
    const { lanes, cpu, cpus } = await sent(script, grant(4, 0, byLanes(3, true)));
    expect([lanes, cpu, cpus]).toEqual([threads, -1, [-1]]);
  });
});

describe('a frame', () => {
  test('ends with another GRANT, and is sent under that', async () => {
    const script = { statuses: [sliceOver], comes: { 1: grant(5, 0) } };
    const { result, mailbox, begun, log } = sending(script);
    mailbox.put(grant(4, 0));
    setTimeout(() => mailbox.put(delivered), 20);
    await result;
    expect(begun.map(({ grant: number }) => number)).toEqual([4, 5]);
    expect(log.filter((line) => line === 'listened').length).toBeGreaterThan(0);
  });

  test('that ended early may be granted again with the same number', async () => {
    const wait: Word = { kind: Kind.wait, session: ID, message: NUMBER };
    const script = { statuses: [sliceOver], comes: { 1: wait } };
    const { result, mailbox, begun } = sending(script);
    mailbox.put(grant(4, 0));
    setTimeout(() => mailbox.put(grant(4, 0)), 20);
    setTimeout(() => mailbox.put(delivered), 60);
    await result;
    expect(begun.map(({ grant: number }) => number)).toEqual([4, 4]);
  });

  test('whose count is none is begun anew by the server', async () => {
    const { result, mailbox, log } = sending({ statuses: [mismatch] });
    for (const word of [grant(4), grant(5), delivered]) mailbox.put(word);
    await result;
    expect(log).toEqual([
      ...['say offer', 'lookAfterSilence', 'begin 4', 'say restart 4'],
      ...['lookAfterSilence', 'begin 5'],
    ]);
  });

  test('waits for the one that our own server has granted', async () => {
    const { result, mailbox, endpoint, log } = sending();
    let left = 20;
    endpoint.server.granted = () => {
      left -= 1;
      if (left === 0) log.push('granted no more');
      return left > 0 ? { pid: 1, count: left } : undefined;
    };
    mailbox.put(grant(4));
    mailbox.put(delivered);
    await result;
    expect(log).toEqual(['say offer', 'granted no more', 'lookAfterSilence', 'begin 4']);
  });

  test('that cannot be sent is an error, and no turn any more', async () => {
    const { result, mailbox, endpoint } = sending({ statuses: [-3] });
    mailbox.put(grant(4));
    await expect(result).rejects.toThrow('errno -3');
    expect(endpoint.transmitting).toBe(0);
  });

  test('that cannot begin is an error', async () => {
    const { result, mailbox } = sending({ beginStatus: -22 });
    mailbox.put(grant(4));
    await expect(result).rejects.toMatchObject({ code: 'EINVAL' });
  });

  test('ends when it is given up', async () => {
    const abort = new AbortController();
    const { result, mailbox, cpus } = sending({
      statuses: Array(1000).fill(sliceOver),
      signal: abort.signal,
    });
    mailbox.put(grant(4));
    setTimeout(() => abort.abort(), 10);
    await expect(result).rejects.toMatchObject({ code: 'ABORT_ERR' });
    expect(cpus.length).toBeLessThan(1000);
  });

  test('gives the loop its turn between slices, and after the last', async () => {
    const turns: number[] = [];
    let turn = 0;
    const count = () => {
      turn += 1;
      immediate = setImmediate(count);
    };
    let immediate = setImmediate(count);
    const { result, mailbox } = sending({
      statuses: Array(5).fill(sliceOver),
      comes: { 6: delivered },
      taken: () => turns.push(turn),
    });
    mailbox.put(grant(4));
    await result;
    clearImmediate(immediate);
    expect(new Set(turns).size).toBe(6);
    expect(turn).toBeGreaterThan(turns.at(-1) as number);
  });

  test('that stalls lets others have their turn, offers again, and looks before it goes on', async () => {
    const turns: number[] = [];
    const statuses = Array(8).fill(stalled);
    /** How often it had been offered at each slice. */
    const offered: number[] = [];
    const transmitting: number[] = [];
    const script: Script = {
      statuses,
      taken() {
        transmitting.push(endpoint.transmitting);
        return offered.push(log.filter((line) => line === 'say offer').length);
      },
    };
    const { result, mailbox, log, endpoint } = sending(script);
    mailbox.put(grant(4));
    const watch = setInterval(() => turns.push(endpoint.transmitting), 1);
    setTimeout(() => mailbox.put(delivered), 200);
    await result;
    clearInterval(watch);
    expect(turns).toContain(0);
    expect(new Set(transmitting)).toEqual(new Set([1]));
    expect(offered[0]).toBe(1);
    expect(offered.at(-1)).toBeGreaterThan(1); // for 20 ms of silence
    expect(log.filter((line) => line === 'look')).toHaveLength(8);
  });

  test('that stalls is offered more and more seldom', async () => {
    const times: number[] = [];
    const script: Script = {
      statuses: Array(100).fill(stalled),
      onSay: () => times.push(performance.now()),
    };
    const { result, mailbox } = sending(script);
    mailbox.put(grant(4));
    while (times.length < 5) await new Promise((resolve) => setTimeout(resolve, 5));
    mailbox.put(delivered);
    await result;
    const gaps = times.slice(1, 5).map((at, i) => at - (times[i] as number));
    // A timer may come a little early; on a busy machine all are late.
    [20, 40, 80, 160].forEach((ms, i) => {
      expect(gaps[i]).toBeGreaterThan(ms - 5);
    });
  });

  test('is a sign of life when something of it was acknowledged', async () => {
    const { result, mailbox, log } = sending({ lastReply: 77 });
    mailbox.put(grant(4));
    mailbox.put(delivered);
    await result;
    expect(log).toContain('heard at 77');
  });

  test('has an end when nothing is heard', async () => {
    const { result, mailbox } = sending({
      statuses: Array(1000).fill(stalled),
      listened() {
        throw new Error('silent for too long');
      },
    });
    mailbox.put(grant(4));
    await expect(result).rejects.toThrow('silent for too long');
  });
});
