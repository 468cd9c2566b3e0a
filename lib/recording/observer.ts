// The events of this process, as they come: what a recording and a live trace stand on.
import { hasEndpoint } from '../minitalk/peer/endpoint.js';
import { onFrame, type TakenFrame } from '../minitalk/server/frames.js';
import { Tracer } from '../signals/internal/trace.js';
import type { RecordedEvent } from './format.js';
import { type Conversing, Interpreter } from './interpret.js';

export interface ObserverOptions {
  /** 'no': unless a server or a client is open, which is looked at then. */
  readonly conversing: Conversing;
  /** Called each 10 ms with what has come since, if something has. */
  take(events: readonly RecordedEvent[]): void;
}

export class Observer {
  /** CLOCK_MONOTONIC, ns: all `t` count from it. */
  readonly start = process.hrtime.bigint();
  readonly #options: ObserverOptions;
  readonly #tracer: Tracer;
  readonly #offFrame: () => void;
  #isOpen = true;

  /** @throws SignalError EBUSY (this process is observed already), ENOMEM */
  constructor(options: ObserverOptions) {
    this.#options = options;
    const { conversing } = options;
    const interpreter = new Interpreter(this.start, () =>
      conversing === 'no' && hasEndpoint() ? 'protocol' : conversing,
    );
    this.#tracer = new Tracer({
      onBatch: (batch, order) => this.#take(Array.from(order, (i) => interpreter.event(batch, i))),
      onLost: (count) => this.#take([{ t: this.#now(), is: 'unrecorded', count }]),
    });
    this.#offFrame = onFrame((frame) => this.#takeFrame(frame));
  }

  /** Hands over what is there, and ends. Does nothing the second time. */
  close(): void {
    if (!this.#isOpen) return;
    this.#offFrame();
    this.#tracer.close();
    this.#take([{ t: this.#now(), is: 'end' }]);
    this.#isOpen = false;
  }

  #takeFrame({ pid, session, message, frame }: TakenFrame): void {
    const t = this.#now();
    this.#tracer.drain(); // what it is made of
    this.#take([{ t, is: 'frame', pid, session, message, frame }]);
  }

  #now(): number {
    return Number(process.hrtime.bigint() - this.start);
  }

  #take(events: readonly RecordedEvent[]): void {
    if (this.#isOpen) this.#options.take(events);
  }
}
