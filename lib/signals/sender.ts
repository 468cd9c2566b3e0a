// Who a process is, as /proc tells it: native/handler/signals/sender.h is the layout.
import { binding } from '../binding.js';
import { jsonable } from './internal/json.js';

/** A process as it was when its signal came in, or was asked about; see proc(5). */
export interface SignalSender {
  /** The command's name, up to 15 bytes: proc_pid_comm(5). */
  readonly name: string;
  /** The first 1,024 bytes of its arguments; empty for a zombie. */
  readonly commandLine: readonly string[];
  /** undefined when that is outside this pid namespace; its name where it could be read. */
  readonly parent: { readonly pid: number; readonly name: string | undefined } | undefined;
  /** The path in the unified hierarchy, else the first one's: cgroups(7). */
  readonly cgroup: string | undefined;
  /** In clock ticks since boot: with the pid it names one process for ever. */
  readonly startTime: bigint;
  /** When this was read, in ns on the clock of process.hrtime.bigint(). */
  readonly takenAt: bigint;
}

const NAME = 32;
const PARENT_NAME = 96;
const COMMAND_LINE = 160;
const CGROUP = 1184;

/** What handlers and calls write a sender into. */
export class SenderBuffer {
  readonly buffer = new ArrayBuffer(binding.senderBytes);
  readonly #view = new DataView(this.buffer);

  decode(): SignalSender {
    const parent = this.#int(16);
    const arguments_ = this.#text(COMMAND_LINE, this.#length(24));
    return Object.freeze({
      __proto__: jsonable,
      name: this.#text(NAME, this.#length(20)),
      commandLine: Object.freeze(
        arguments_ === '' ? [] : arguments_.replace(/\0$/, '').split('\0'),
      ),
      parent:
        parent > 0
          ? Object.freeze({
              pid: parent,
              name: this.#text(PARENT_NAME, this.#length(22)) || undefined,
            })
          : undefined,
      cgroup: this.#text(CGROUP, this.#length(26)) || undefined,
      startTime: this.#view.getBigUint64(8, true),
      takenAt: this.#view.getBigUint64(0, true),
    });
  }

  #int(offset: number): number {
    return this.#view.getInt32(offset, true);
  }

  #length(offset: number): number {
    return this.#view.getUint16(offset, true);
  }

  #text(offset: number, length: number): string {
    return Buffer.from(this.buffer, offset, length).toString();
  }
}

/** undefined when there is no such process, or /proc does not show it. */
export function readSender(pid: number): SignalSender | undefined {
  const sender = new SenderBuffer();
  return binding.readProcess(pid, sender.buffer) ? sender.decode() : undefined;
}
