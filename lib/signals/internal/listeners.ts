// Tells the handler for which watched signals nobody listens with process.on.
//
// While a signal is watched the addon is one of libuv's users of it, unseen by
// JavaScript, so that libuv leaves our handler alone whoever comes and goes. When
// nobody else listens the handler spares libuv, and knows what would have
// happened without us.
import { constants } from 'node:os';
import { binding } from '../../binding/signals.js';
import { isMainThread } from './main-thread.js';

const users = new Map<string, number>();
const tellers = new Set<(signo: number) => void>();

function onChange(name: string, isHeard: boolean): void {
  const signo = constants.signals[name as NodeJS.Signals];
  binding.setUnheard(signo, !isHeard);
  verify(signo);
}

function onNew(name: string | symbol): void {
  if (typeof name === 'string' && users.has(name)) onChange(name, true);
}

function onRemoved(name: string | symbol): void {
  if (typeof name === 'string' && users.has(name)) onChange(name, process.listenerCount(name) > 0);
}

/**
 * Follows the process listeners of a signal, until the returned function is called.
 * Node has none in Workers, and none for realtime signals.
 */
export function followListeners(name: string): () => void {
  if (!isMainThread || !(name in constants.signals)) return () => {};
  if (users.size === 0) {
    process.on('newListener', onNew);
    process.on('removeListener', onRemoved);
  }
  const count = users.get(name) ?? 0;
  users.set(name, count + 1);
  if (count === 0) {
    const signo = constants.signals[name as NodeJS.Signals];
    binding.setUnheard(signo, process.listenerCount(name) === 0);
  }
  return () => {
    const left = (users.get(name) ?? 1) - 1;
    if (left > 0) {
      users.set(name, left);
      return;
    }
    users.delete(name);
    if (users.size > 0) return;
    process.off('newListener', onNew);
    process.off('removeListener', onRemoved);
  };
}

/** Puts our handler back where another one displaced it. */
export function verify(signo: number): void {
  binding.reinstall(signo);
  // Whoever put it back: a Worker, or another copy of this module, may have been first.
  for (const tell of tellers) tell(signo);
}

/** Calls back when it is known that our handler stands; it may have been displaced until then. */
export function onVerified(tell: (signo: number) => void): () => void {
  tellers.add(tell);
  return () => tellers.delete(tell);
}
