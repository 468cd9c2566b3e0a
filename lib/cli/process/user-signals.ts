/**
 * Makes SIGUSR1 and SIGUSR2 harmless from now to the end of the process: before our
 * handlers stand and after they are gone the first would open Node's debugger, the
 * second would end us.
 */
export function keepUserSignals(): void {
  process.on('SIGUSR1', () => {}).on('SIGUSR2', () => {});
}
