// Keeps libuv's hands off a signal that we handle.
//
// An empty process listener, placed before our sigaction(2), makes libuv's handler
// our predecessor, so a later process.on() finds libuv already set up and changes
// nothing. Taking that listener away would make libuv install the default action
// over our handler: we notice at once and put both back.

import { constants } from 'node:os';
import { isMainThread } from 'node:worker_threads';
import { binding } from '../binding.js';

interface Held {
  users: number;
  readonly saved: Uint8Array;
}

const held = new Map<NodeJS.Signals, Held>();
const displacedListeners = new Set<(signo: number) => void>();

// One function of our own, told apart from the user's.
function keepHandler(): void {}

function onRemoved(name: string | symbol, listener: unknown): void {
  if (listener !== keepHandler || !held.has(name as NodeJS.Signals)) return;
  const signo = constants.signals[name as NodeJS.Signals];
  process.on(name as NodeJS.Signals, keepHandler);
  if (binding.reinstall(signo)) for (const tell of displacedListeners) tell(signo);
}

/**
 * Holds the signal; returns what undoes it. To be called before the native
 * subscription, and undone after that is gone. Node has no process listeners in
 * Workers and none for realtime signals: nothing to hold there.
 */
export function holdSignal(name: string): () => void {
  if (!isMainThread || !(name in constants.signals)) return () => {};
  const signal = name as NodeJS.Signals;
  const signo = constants.signals[signal];
  let entry = held.get(signal);
  if (entry === undefined) {
    entry = { users: 0, saved: binding.saveDisposition(signo) };
    if (held.size === 0) process.on('removeListener', onRemoved);
    process.on(signal, keepHandler);
    held.set(signal, entry);
  }
  entry.users += 1;
  const { saved } = entry;
  return () => {
    const current = held.get(signal);
    if (current === undefined) return;
    current.users -= 1;
    if (current.users > 0) return;
    held.delete(signal);
    process.off(signal, keepHandler);
    if (held.size === 0) process.off('removeListener', onRemoved);
    // Without listeners libuv leaves the default action behind; Node itself had
    // something else there (SIGUSR1: the inspector; SIGTERM: its own cleanup).
    binding.restoreDisposition(signo, saved);
  };
}

/** Calls back when somebody displaced our handler and it was put back. */
export function onDisplaced(tell: (signo: number) => void): () => void {
  displacedListeners.add(tell);
  return () => displacedListeners.delete(tell);
}
