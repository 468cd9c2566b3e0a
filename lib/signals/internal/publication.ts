import { channel } from 'node:diagnostics_channel';

/** Where each signal goes that a watcher of this thread gets or refuses, and the preload's. */
export const publication = channel('minitalk:signal');
