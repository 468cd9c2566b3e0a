// Who a process is, as /proc tells it: native/handler/signals/sender.h is the layout.
import { constants } from 'node:os';
import { binding, type NativeChannel } from '../binding/signals.js';
import { systemError } from './errors.js';
import { jsonable } from './internal/json.js';
import { GONE, type Look, seen, unknown } from './internal/look.js';

/** A process as it was when its signal came in, or was asked about; see proc(5). */
export interface SignalSender {
  /**
   * The program's: the base name of its executable, up to 64 bytes. Of another user's process,
   * whose executable is not shown, that of its first argument; of a zombie and a kernel thread
   * the thread's name, proc_pid_comm(5).
   */
  readonly name: string;
  /** The first 1,024 bytes of its arguments; empty for a zombie. */
  readonly commandLine: readonly string[];
  /** undefined when that is outside this pid namespace; its name where it could be read. */
  readonly parent: { readonly pid: number; readonly name: string | undefined } | undefined;
  /** The path in the unified hierarchy, else the first one's: cgroups(7). */
  readonly cgroup: string | undefined;
  /** The last part of that path that is a `.service` or a `.scope` of systemd. */
  readonly unit: string | undefined;
  /** The last 64 hexadecimal digits of that path: a container's id, as most runtimes write it. */
  readonly container: string | undefined;
  /** Whether this process was in the same cgroup. */
  readonly sharesCgroup: boolean;
  /** In clock ticks since boot: with the pid it names one process for ever. */
  readonly startTime: bigint;
  /** How long it had run by then, in ms; as exact as a clock tick of 10 ms. */
  readonly age: number;
  /** When this was read, in ns on the clock of process.hrtime.bigint(). */
  readonly takenAt: bigint;
}

const { ENOENT, ESRCH } = constants.errno;

const NAME = 48;
const PARENT_NAME = 112;
const COMMAND_LINE = 176;
const CGROUP = 1200;

/** What handlers and calls write a sender into. */
export class SenderBuffer {
  readonly buffer = new ArrayBuffer(binding.senderBytes);
  readonly #view = new DataView(this.buffer);

  /** The snapshot of a drained record, once; undefined where it has none: `index` is -1. */
  fetch(channel: NativeChannel, index: number): SignalSender | undefined {
    return index >= 0 && channel.fetchSnapshot(index, this.buffer) ? this.decode() : undefined;
  }

  decode(): SignalSender {
    const parent = this.#int(24);
    const arguments_ = this.#text(COMMAND_LINE, this.#short(32));
    return Object.freeze({
      __proto__: jsonable,
      name: this.#text(NAME, this.#short(28)),
      commandLine: Object.freeze(
        arguments_ === '' ? [] : arguments_.replace(/\0$/, '').split('\0'),
      ),
      parent:
        parent > 0
          ? Object.freeze({
              pid: parent,
              name: this.#text(PARENT_NAME, this.#short(30)) || undefined,
            })
          : undefined,
      cgroup: this.#text(CGROUP, this.#short(34)) || undefined,
      unit: this.#text(CGROUP + this.#short(36), this.#short(38)) || undefined,
      container: this.#text(CGROUP + this.#short(40), this.#short(42)) || undefined,
      sharesCgroup: this.#int(44) === 1,
      startTime: this.#view.getBigUint64(8, true),
      age: Number(this.#view.getBigUint64(16, true)),
      takenAt: this.#view.getBigUint64(0, true),
    });
  }

  #int(offset: number): number {
    return this.#view.getInt32(offset, true);
  }

  #short(offset: number): number {
    return this.#view.getUint16(offset, true);
  }

  #text(offset: number, length: number): string {
    return Buffer.from(this.buffer, offset, length).toString();
  }
}

/** Gone: there is no such process, or /proc does not show it. */
export function lookAtSender(pid: number): Look<SignalSender> {
  const sender = new SenderBuffer();
  const result = binding.readProcess(pid, sender.buffer);
  if (result === 0) return seen(sender.decode());
  if (result === -ENOENT || result === -ESRCH) return GONE;
  return unknown(systemError(result, 'open', `look at process ${pid} (/proc/${pid})`));
}
