// A message on its way in: its frames so far, and where it stands.
import { frameCount, frameWireBytes, openFrame, openStream } from '../wire/frame.js';
import type { Mode } from '../wire/word.js';

/** The beginning of a frame, from a grant that was withdrawn. */
export interface FramePart {
  /** Data signals. */
  readonly count: number;
  /** What they carried; bits behind the last are 0. */
  readonly bytes: Buffer;
}

/**
 * queued → granted → (queued | withdrawn | delivering), withdrawn → queued: docs/protocol.md,
 * "The server". 'withdrawn': it had the grant and made nothing of it.
 */
export type MessageState = 'queued' | 'granted' | 'withdrawn' | 'delivering';

export class IncomingMessage {
  readonly number: number;
  /** Bytes. */
  readonly length: number;
  readonly mode: Mode;
  readonly #frames: number;
  readonly #bodies: Buffer[] = [];
  #state: MessageState = 'queued';
  #part: FramePart | undefined;
  #firstTime: bigint | undefined;
  #lastTime = 0n;
  #uid: number | undefined;

  constructor(number: number, length: number, mode: Mode) {
    this.number = number;
    this.length = length;
    this.mode = mode;
    this.#frames = frameCount(length, mode);
  }

  get state(): MessageState {
    return this.#state;
  }

  /** It waits for its turn. */
  queue(): void {
    this.#state = 'queued';
  }

  /** Its awaited frame may be sent now. */
  grant(): void {
    this.#state = 'granted';
  }

  /** It waits for its next OFFER. */
  withdraw(): void {
    this.#state = 'withdrawn';
  }

  /** The consumer has it. */
  deliver(): void {
    this.#state = 'delivering';
  }

  /** What there is of the frame awaited. */
  get part(): FramePart | undefined {
    return this.#part;
  }

  /** Keeps the beginning of the frame awaited, or drops it: undefined. */
  keep(part: FramePart | undefined): void {
    this.#part = part;
  }

  /** The number of the frame awaited. */
  get frame(): number {
    return this.#bodies.length;
  }

  /** Bytes on the wire of the frame awaited. */
  get awaitedBytes(): number {
    return frameWireBytes(this.length, this.mode, this.frame);
  }

  get isWhole(): boolean {
    return this.frame === this.#frames;
  }

  /** Takes the awaited frame of its session's message. One whose checksum fails stays awaited: false. */
  takeFrame(session: number, wire: Buffer): boolean {
    const body = openFrame({ session, message: this.number, frame: this.frame }, wire);
    if (body !== undefined) this.#bodies.push(body);
    this.#part = undefined;
    return body !== undefined;
  }

  /** The verified bytes of a whole one; undefined when their checksum fails. */
  data(): Buffer | undefined {
    return openStream(Buffer.concat(this.#bodies), this.length);
  }

  /** Bytes of the message in verified frames. */
  get verifiedBytes(): number {
    const total = this.#bodies.reduce((sum, body) => sum + body.length, 0);
    return Math.min(total, this.length);
  }

  /** The uid that the kernel vouched for with the first bit; for data words it does not. */
  get uid(): number | undefined {
    return this.#uid;
  }

  /** Notes the first bit, or the first grant for data words: monotonic ns, and the attested uid. */
  begins(time: bigint, uid?: number): void {
    if (this.#firstTime !== undefined) return;
    this.#firstTime = time;
    this.#uid = uid;
  }

  /** Notes a frame's last data signal, monotonic ns. */
  ends(time: bigint): void {
    this.#lastTime = time;
  }

  /** From the first data signal to the last, ms. */
  get durationMs(): number {
    return this.#firstTime === undefined ? 0 : Number(this.#lastTime - this.#firstTime) / 1e6;
  }
}
