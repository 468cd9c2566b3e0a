export { type ExpectOptions, expectEnd, expectSignal } from './expect.js';
export { type ObservedSignal, spawnObserved, startTarget } from './observe.js';
