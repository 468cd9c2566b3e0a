// The graceful end of a service: the first signal starts the cleanup, and the process then ends
// by that signal, so that its parent sees it.
import { binding, DefaultAction } from '../binding/signals.js';
import { SignalError } from './errors.js';
import { explain } from './explain.js';
import type { SignalInfo } from './info.js';
import { checkRange } from './internal/checks.js';
import { SENT_TWICE_MS } from './internal/sent-twice.js';
import { type SignalName, type SignalSet, signalList, signalName, signalNumber } from './names.js';
import { MAX_GRACE_MS, watch } from './watcher.js';

/** Which signals end the service, how long that may take, and who is told. */
export interface ShutdownOptions {
  /** Those of which a process ends by default; SIGTERM, SIGINT and SIGHUP unless told. */
  signals?: SignalSet;
  /**
   * How long the cleanup may take, in ms since the first signal, 1 to 3,600,000. 9,000 unless
   * told: `docker stop` sends SIGKILL after 10,000. It holds while the event loop is blocked, too.
   */
  deadline?: number;
  /**
   * Called with each signal, but not with the first one sent twice: of the first one before the
   * cleanup, of others before the end.
   */
  onSignal?: (info: SignalInfo) => void;
  /**
   * Called with what a handler or `onSignal` throws, and with an `ETIMEDOUT` at the deadline,
   * unless the event loop is blocked then. Unless told it goes to console.error().
   */
  onError?: (error: unknown) => void;
}

/** A graceful end that has been prepared. */
export interface Shutdown extends Disposable {
  /** Aborted by the first signal, before the handlers run: for what is to stop at once. */
  readonly signal: AbortSignal;
  /**
   * Runs a handler at the end, those deferred last first, each when the one before it is done.
   * What it throws or rejects with keeps none of the others from running. Returns what takes
   * it out again.
   * @throws SignalError ERR_INVALID_ARG_VALUE
   */
  defer(handler: ShutdownHandler): () => void;
  /** Lets signals do again what they did before. Once the first one has come it does nothing. */
  close(): void;
}

/** Cleans up; a promise is awaited. */
export type ShutdownHandler = (info: SignalInfo) => unknown;

const DEFAULT_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
const DEFAULT_DEADLINE_MS = 9000;
// The handler's own deadline comes later, so that a loop that runs can say that it is over.
const MARGIN_MS = 250;
// systemd and a terminal signal a whole group, and npm in it passes the same signal on.
const PASSED_ON_NS = 500_000_000n;
const SENT_TWICE_NS = BigInt(SENT_TWICE_MS) * 1_000_000n;

/**
 * Ends the process gracefully on the first of the signals: it aborts `signal`, runs the handlers,
 * and then ends by the signal that has come, see wait(2). A second signal, or the deadline, ends
 * it at once; not the same signal from another sender within half a second, which is the first
 * one passed on, nor from the same one within a tenth, which is the first one sent twice. `exit`
 * listeners run, `process.on` listeners of these signals do not. The first process of a pid
 * namespace, which no signal of its own ends, exits with 128 + the number. It does not keep the
 * process alive. A process has one: of several, the first that is done ends it.
 * @throws SignalError as watch(); ERR_INVALID_ARG_VALUE for a signal that ends no process
 */
export function shutdown(options: ShutdownOptions = {}): Shutdown {
  const { signals = DEFAULT_SIGNALS, deadline = DEFAULT_DEADLINE_MS, onSignal } = options;
  const { onError = (error) => console.error('shutdown:', error) } = options;
  for (const each of signalList(signals)) checkEndsProcess(each);
  checkRange('deadline', deadline, 1, MAX_GRACE_MS);
  const latest = Math.min(deadline + MARGIN_MS, MAX_GRACE_MS);
  const controller = new AbortController();
  const handlers: { run: ShutdownHandler }[] = [];
  let first: SignalInfo | undefined;

  function report(error: unknown): void {
    try {
      onError(error);
    } catch (failure) {
      console.error('shutdown: onError failed:', failure, 'with:', error);
    }
  }

  async function attempt(run: () => unknown): Promise<void> {
    try {
      await run();
    } catch (error) {
      report(error);
    }
  }

  function take(info: SignalInfo): void {
    const again = first !== undefined && isAgain(info, first);
    if (again && info.pid === first?.pid) return;
    void attempt(() => onSignal?.(info));
    if (first === undefined) {
      first = info;
      void cleanUp(info);
    } else if (!again) {
      endBy(info);
    }
  }

  async function cleanUp(info: SignalInfo): Promise<void> {
    watcher.ref(); // a handler may wait for what does not keep the process alive
    setTimeout(giveUp, Math.max(0, deadline - info.delay), info);
    controller.abort(abortReason(info));
    for (let last = handlers.pop(); last !== undefined; last = handlers.pop()) {
      const { run } = last;
      await attempt(() => run(info));
    }
    endBy(info);
  }

  function giveUp(info: SignalInfo): void {
    report(
      new SignalError(
        'ETIMEDOUT',
        `the cleanup was not done ${deadline} ms after ${info.signal}; handlers that had not begun: ${handlers.length}`,
      ),
    );
    endBy(info);
  }

  const watcher = watch(signals, {
    after: 'default',
    grace: latest,
    deadline: latest,
    snapshot: true,
  });
  // While somebody iterates the default action waits: it follows when endBy() says so.
  watcher[Symbol.asyncIterator]();
  watcher.on('signal', take).unref();

  function close(): void {
    if (first === undefined) watcher.close();
  }

  return {
    signal: controller.signal,
    defer(handler) {
      if (typeof handler !== 'function') {
        throw new SignalError(
          'ERR_INVALID_ARG_VALUE',
          `invalid handler ${String(handler)}: expected a function`,
        );
      }
      const entry = { run: handler };
      handlers.push(entry);
      return () => {
        const at = handlers.indexOf(entry);
        if (at >= 0) handlers.splice(at, 1);
      };
    },
    close,
    [Symbol.dispose]: close,
  };
}

/** Whether it is the first signal once more, and nobody's wish that it be over now. */
function isAgain(info: SignalInfo, first: SignalInfo): boolean {
  const within = info.pid === first.pid ? SENT_TWICE_NS : PASSED_ON_NS;
  return info.number === first.number && info.time - first.time < within;
}

function abortReason(info: SignalInfo): SignalError {
  const message = `the process ends: ${explain(info)}`;
  const reason = new SignalError('ABORT_ERR', message, { cause: info });
  reason.name = 'AbortError';
  return reason;
}

/** @throws SignalError ERR_INVALID_ARG_VALUE */
export function checkEndsProcess(signal: SignalName | number): void {
  const number = signalNumber(signal);
  const facts = binding.signals.find((each) => each.number === number);
  if (facts === undefined || facts.action === DefaultAction.end) return; // realtime ones end
  throw new SignalError(
    'ERR_INVALID_ARG_VALUE',
    `invalid signal ${signalName(number)}: its default action does not end a process`,
  );
}

// exit() for its listeners, of which loggers are some that write what they hold back.
function endBy({ number }: SignalInfo): void {
  process.once('exit', () => binding.doDueAction(number));
  // The status where the kernel spares the first process of a pid namespace.
  process.exit(128 + number);
}
