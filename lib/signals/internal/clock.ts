/** CLOCK_MONOTONIC in ms: the clock of the records and of Transmitter.lastReply. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
