// A client's session with its server: its opening, its words and its end.
import { binding, type NativeTransmitter } from '../../binding/minitalk.js';
import { check } from '../../signals/errors.js';
import { sayGoodbye } from '../endings/goodbye.js';
import { MinitalkError } from '../errors.js';
import { acquireEndpoint, type Endpoint, type WordPort } from '../peer/endpoint.js';
import type { Target } from '../peer/target.js';
import { Kind, NO_MESSAGE, VERSION, type Word } from '../wire/word.js';
import { type Asked, ask } from './ask.js';
import type { DataOffer } from './data-plan.js';
import { createLanesCpu } from './lanes-cpu.js';
import { createMailbox } from './mailbox.js';
import { createNumbers, type Numbers } from './numbers.js';
import type { RemoteServer } from './remote-server.js';

const LAST_MESSAGE = 255;
/** This environment's. */
const sharedNumbers = createNumbers();

export class Session implements Asked {
  readonly server: RemoteServer;
  readonly mailbox = createMailbox();
  readonly endpoint: Endpoint;
  readonly transmitter: NativeTransmitter = new binding.Transmitter();
  readonly lanesCpu = createLanesCpu();
  readonly #target: Target;
  readonly #numbers: Numbers;
  readonly #port: WordPort = { accept: (word, from) => this.#accept(word, from) };
  /** 0: not opening. */
  #nonce = 0;
  #id = 0;
  #burstSignal = 0;
  #message = NO_MESSAGE;
  /** Somebody reads the mailbox. */
  #isRead = false;
  /** Sessions whose end the server has not confirmed yet. */
  readonly #goodbyes = new Set<Promise<void>>();

  /**
   * Sends nothing yet. The target becomes the session's, also when this throws.
   * @throws SignalError ENOSPC (all lines or channels of this process are open), EMFILE, ENOSYS
   */
  constructor(target: Target, server: RemoteServer, numbers = sharedNumbers) {
    this.#numbers = numbers;
    this.server = server;
    this.#target = target;
    try {
      this.endpoint = acquireEndpoint();
    } catch (error) {
      target.close();
      throw error;
    }
    const { pid, pidfd } = target.process;
    const opened = this.transmitter.open(pid, target.thread, pidfd);
    if (opened < 0) {
      this.free();
      check(opened, 'open', () => `open a line to server ${pid}`);
    }
    this.endpoint.clients.add(this.#port);
  }

  /** 0: not open. */
  get id(): number {
    return this.#id;
  }

  /** What the server takes, as WELCOME and a look at it say. */
  get dataOffer(): DataOffer {
    const { pendingLimit, catches } = this.#target;
    return { pid: this.server.pid, burstSignal: this.#burstSignal, pendingLimit, catches };
  }

  /** The threads of so many of the server's lanes; undefined where they are not to be known. */
  lanes(count: number): readonly number[] | undefined {
    return this.#target.lanes(count);
  }

  /** The number of the next message, 1 to 255. */
  nextMessage(): number {
    this.#message = (this.#message % LAST_MESSAGE) + 1;
    return this.#message;
  }

  /**
   * Opens a session with the server, unless there is one.
   * @throws MinitalkError as ask, EPROTO
   */
  async open(signal: AbortSignal): Promise<void> {
    while (this.#id === 0) await this.#openAnew(signal);
  }

  async #openAnew(signal: AbortSignal): Promise<void> {
    const { pid } = this.server;
    const nonce = this.#numbers.newNonce(pid);
    this.#nonce = nonce;
    this.#message = NO_MESSAGE;
    const open = {
      kind: Kind.open,
      session: nonce,
      version: VERSION,
      thread: binding.currentThread(),
    };
    try {
      await ask(this, open, 'connecting', signal, (word) => {
        if (word.kind !== Kind.welcome) return undefined;
        if (word.version !== VERSION)
          throw new MinitalkError(
            'EPROTO',
            `server ${pid} speaks version ${word.version}, not ${VERSION}`,
          );
        // Another conversation's number: an old answer, or that of a server that began anew.
        if (!this.#numbers.claim(pid, word.newSession)) return true;
        this.#id = word.newSession;
        this.#burstSignal = word.burstSignal;
        return true;
      });
    } finally {
      // What still answers that nonce is nobody's.
      this.#nonce = 0;
      this.#numbers.release(pid, nonce);
      this.mailbox.skip((word) => word.session === nonce);
    }
  }

  /** Keeps words for who reads the mailbox, until the returned function is called. */
  read(): () => void {
    this.#isRead = true;
    return () => {
      this.#isRead = false;
    };
  }

  /** Takes leave of the server, which `ended` waits for; safe to repeat. */
  end(): void {
    if (this.#id === 0) return;
    const id = this.#id;
    const goodbye = sayGoodbye(this.#target, id).then(() => {
      this.#numbers.release(this.server.pid, id);
      this.#goodbyes.delete(goodbye);
    });
    this.#goodbyes.add(goodbye);
    this.#id = 0;
    this.mailbox.skip(() => true);
  }

  /** Resolves when the server has confirmed the end of each session, or is gone. */
  async ended(): Promise<void> {
    await Promise.all(this.#goodbyes);
  }

  /** Gives all back; nothing may be used afterwards. */
  free(): void {
    this.endpoint.clients.delete(this.#port);
    this.transmitter.close();
    this.endpoint.release();
    this.#target.close();
  }

  #accept(word: Word, from: number): boolean {
    if (from !== this.server.pid || !this.#isOurs(word)) return false;
    if (this.#isRead) this.mailbox.put(word);
    else if (word.kind === Kind.refused) this.end(); // the server is closing
    return true;
  }

  #isOurs({ kind, session }: Word): boolean {
    if (kind === Kind.welcome) return session === this.#nonce;
    return session === this.#id || (kind === Kind.refused && session === this.#nonce);
  }
}
