/**
 * For tests with real signals between real processes: {@link spawnObserved} and {@link startTarget}
 * start one, {@link expectSignal} and {@link expectEnd} wait for what comes to it. All times are in ms.
 * @module minitalk/testing
 */
export { type ExpectOptions, expectEnd, expectSignal } from './expect.js';
export { type ObservedSignal, spawnObserved, startTarget } from './observe.js';
