// From a traced signal to what it meant: docs/recording.md.
import { constants } from 'node:os';
import { getSystemErrorName } from 'node:util';
import { decode, Kind, modeOf, type Word } from '../minitalk/wire/word.js';
import { codeName } from '../signals/info.js';
import { NO_PLACE, type TraceBatch, Traced } from '../signals/internal/trace.js';
import { signalName } from '../signals/names.js';
import { Conversation, forgetOldest, type Granted } from './conversation.js';
import type { SignalEvent } from './format.js';

const { SIGUSR1, SIGUSR2 } = constants.signals;
const SI_USER = 0;
const SI_QUEUE = -1;
const SI_TKILL = -6;
/** Of so many other processes it is known what was said; then the longest known is forgotten. */
const MOST_CONVERSATIONS = 1024;

const kindNames = new Map<number, string>(
  Object.entries(Kind).map(([name, kind]) => [kind, name.startsWith('offer') ? 'offer' : name]),
);

/** For what SIGUSR1 and SIGUSR2 are: conversations by docs/protocol.md, in a dialect, or none. */
export type Conversing = 'protocol' | 'dialect' | 'no';

type Fields = Record<string, unknown>;

/** Gives each traced signal its meaning. */
export class Interpreter {
  readonly #start: bigint;
  readonly #conversing: () => Conversing;
  /** By the other process's pid, and who of us sends. */
  readonly #conversations = new Map<string, Conversation>();
  #burstSignal = 0;

  /**
   * @param start the recording's, CLOCK_MONOTONIC, ns
   * @param conversing for what SIGUSR1 and SIGUSR2 are now
   */
  constructor(start: bigint, conversing: () => Conversing) {
    this.#start = start;
    this.#conversing = conversing;
  }

  /** The batch's i-th, of which all before it have been asked for. */
  event(batch: TraceBatch, i: number): SignalEvent {
    const kind = batch.kind(i);
    const isSent = kind >= Traced.sent;
    const fields: Fields = {
      t: batch.time(i, this.#start),
      way: isSent ? 'out' : 'in',
      signal: signalName(batch.signo(i)),
      code: codeName(batch.code(i)),
      pid: batch.pid(i),
    };
    const uid = batch.uid(i);
    if (!isSent && uid !== -1) fields['uid'] = uid;
    const thread = batch.thread(i);
    if (thread !== 0) fields['thread'] = thread;
    const errno = isSent ? batch.errno(i) : 0;
    if (errno !== 0) fields['error'] = getSystemErrorName(-errno);
    this.#addMeaning(fields, batch, i, kind);
    return fields as unknown as SignalEvent;
  }

  #addMeaning(fields: Fields, batch: TraceBatch, i: number, kind: number): void {
    switch (kind) {
      case Traced.data:
      case Traced.spare:
      case Traced.sentData:
        if (batch.code(i) === SI_QUEUE) this.#addDataWord(fields, batch, i, kind);
        else this.#addBit(fields, batch, i, kind);
        break;
      case Traced.step:
      case Traced.sentStep:
        fields['is'] = 'step';
        break;
      default:
        Object.assign(fields, this.#word(batch, i, kind) ?? this.#plain(batch, i, kind));
    }
  }

  // There are many of these: objects that are spread cost half of what a recording does.

  /** DataTag in native/handler/minitalk/grant.h. */
  #addBit(fields: Fields, batch: TraceBatch, i: number, kind: number): void {
    const tag = batch.data(i) - 1;
    const at = tag >>> 12;
    const granted = this.#addGrant(fields, 'bit', batch, i, kind, tag & 0xfff);
    fields['one'] = batch.signo(i) === SIGUSR2 ? 1 : 0;
    if (at !== NO_PLACE) {
      fields['at'] = at;
      if (granted !== undefined) {
        Object.assign(fields, granted.placeOf(at >> 3));
        fields['bit'] = at & 7;
      }
    }
    addFlags(fields, granted, kind, at);
  }

  /** DataHeader in native/handler/minitalk/data_word.h. */
  #addDataWord(fields: Fields, batch: TraceBatch, i: number, kind: number): void {
    const header = batch.data(i);
    const bytes = (header >>> 29) * 8;
    const before = (header & 0xffff) - 1;
    const at = before * bytes;
    const granted = this.#addGrant(fields, 'word', batch, i, kind, (header >>> 16) & 0xfff);
    const left = granted === undefined ? bytes : granted.wireBytes - at;
    const payload = Buffer.from(batch.payload(i, Math.max(0, Math.min(bytes, left))));
    fields['data'] = payload.toString('hex');
    fields['at'] = at;
    const ofMessage = granted?.bytesOfMessage(at, payload.length) ?? 0;
    if (ofMessage > 0) Object.assign(fields, granted?.placeOf(at), { bytes: ofMessage });
    if ((header >>> 28) & 1) fields['ask'] = true;
    addFlags(fields, granted, kind, before);
  }

  #addGrant(
    fields: Fields,
    is: 'bit' | 'word',
    batch: TraceBatch,
    i: number,
    kind: number,
    grant: number,
  ): Granted | undefined {
    const granted = this.#conversation(batch, i, kind === Traced.sentData).granted(grant);
    fields['is'] = is;
    if (granted !== undefined) {
      fields['session'] = granted.session;
      fields['message'] = granted.message;
      fields['frame'] = granted.frame;
    }
    fields['grant'] = grant;
    const lane = batch.lane(i);
    if (lane >= 0) fields['lane'] = lane;
    return granted;
  }

  /** A word of the protocol. */
  #word(batch: TraceBatch, i: number, traced: number): Fields | undefined {
    if (batch.code(i) !== SI_QUEUE || batch.data(i) !== 0) return undefined;
    const signo = batch.signo(i);
    const high = batch.valueHigh(i);
    const low = batch.valueLow(i);
    const kind = high >>> 28;
    const session = (high >>> 8) & 0xfffff;
    if (session === 0) return undefined;
    const value = `0x${hex(high)}${hex(low)}`;
    const question = ((high & 0xff) << 4) | (low >>> 28);
    const grant = (low >>> 16) & 0xfff;
    // Nothing in the handler waited for it.
    const late = traced === Traced.signal ? { late: true } : {};
    if (kind === Kind.ack && signo === SIGUSR1) {
      return { is: 'ack', session, grant, count: low & 0xffff, value, ...late };
    }
    if (kind === Kind.answer && signo === SIGUSR2) {
      return { is: 'answer', session, grant, question, count: low & 0xffff, value, ...late };
    }
    if (kind === Kind.query && (signo === SIGUSR2 || signo === this.#burstSignal)) {
      const lanes = low & 0xffff ? { lanes: true } : {};
      return { is: 'query', session, grant, question, ...lanes, value, ...late };
    }
    const word = signo === SIGUSR2 ? decode(high, low) : undefined;
    if (word === undefined) return undefined;
    return { ...this.#control(batch, i, word, traced === Traced.sent), value };
  }

  #control(batch: TraceBatch, i: number, word: Word, isSent: boolean): Fields {
    const isClients = word.kind < Kind.welcome;
    const conversation = this.#conversation(batch, i, isClients === isSent);
    const { kind, thread, ...fields } = { thread: undefined, ...word };
    // `thread` is the receiver's in each event.
    const of = thread === undefined ? fields : { ...fields, clientThread: thread };
    const is = kindNames.get(kind) as string;
    switch (word.kind) {
      case Kind.offer:
      case Kind.offerWords:
      case Kind.offerBurst: {
        const mode = modeOf(word.kind);
        conversation.offer(word.session, word.message, word.length, mode);
        return { is, ...of, mode };
      }
      case Kind.grant: {
        const frame = conversation.grant(word.session, word.message, word.grant, word.frame);
        return { is, ...of, frame: frame ?? word.frame };
      }
      case Kind.welcome:
        // Which signal takes bursts only a server says.
        if (!isSent || word.burstSignal !== 0) this.#burstSignal = word.burstSignal;
        return { is, ...of };
      case Kind.delivered:
      case Kind.refused:
      case Kind.closed:
        conversation.finish(word.session);
        return { is, ...of };
      default:
        return { is, ...of };
    }
  }

  #plain(batch: TraceBatch, i: number, kind: number): Fields {
    const code = batch.code(i);
    const signo = batch.signo(i);
    const high = batch.valueHigh(i);
    const low = batch.valueLow(i);
    const value = code < 0 && code !== SI_TKILL ? { value: `0x${hex(high)}${hex(low)}` } : {};
    const carries = signo === SIGUSR1 || signo === SIGUSR2 || signo === this.#burstSignal;
    const conversing = carries ? this.#conversing() : 'no';
    if (conversing === 'no') return { is: 'signal', ...value };
    // A dialect's client is not known before its first.
    if (conversing === 'dialect' && code === SI_USER && batch.pid(i) > 0) return { is: 'step' };
    if (kind === Traced.sent) return { is: 'signal', ...value };
    const isLikeData = code === SI_TKILL || (code === SI_QUEUE && batch.data(i) !== 0);
    const isLate = isLikeData && this.#conversations.has(keyOf(batch.pid(i), false));
    return { is: 'signal', ...value, ...(isLate ? { late: true } : { stray: true }) };
  }

  /** @param isOurs whether this process is the client */
  #conversation(batch: TraceBatch, i: number, isOurs: boolean): Conversation {
    const key = keyOf(batch.pid(i), isOurs);
    const known = this.#conversations.get(key);
    if (known !== undefined) return known;
    forgetOldest(this.#conversations, MOST_CONVERSATIONS);
    const conversation = new Conversation();
    this.#conversations.set(key, conversation);
    return conversation;
  }
}

function keyOf(pid: number, isOurs: boolean): string {
  return `${pid} ${isOurs}`;
}

function hex(half: number): string {
  return half.toString(16).padStart(8, '0');
}

/** What is said of data besides their place. */
function addFlags(fields: Fields, granted: Granted | undefined, kind: number, place: number): void {
  if (kind === Traced.spare) fields['spare'] = true;
  else if (granted?.isAgain(place)) fields['again'] = true;
}
