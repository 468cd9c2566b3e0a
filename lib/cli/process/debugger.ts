// Until our own handler stands, a SIGUSR1 opens Node's debugger: a port on which any
// user of this machine could tell us what to do.

/** What Node tells its cluster by, when the debugger has been opened; internal/cluster listens to it too. */
interface InternalMessage {
  readonly cmd?: string;
}

/** Closes a debugger that nobody asked for on the command line, now or when a signal that has come already opens it. */
export function closeDebugger(): void {
  if (isWanted()) return;
  // The signal is handled on a thread of Node's own, at any time after it came.
  process.on('internalMessage' as 'message', (message: InternalMessage) => {
    if (message.cmd === 'NODE_DEBUG_ENABLED') setImmediate(close);
  });
  close();
}

function isWanted(): boolean {
  const options = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''];
  return options.some((option) => /(^|\s)--(inspect|debug)/.test(option));
}

/** inspector.close() is this function; but loading it takes 2 ms, and a short message 40. */
function close(): void {
  const { _debugEnd } = process as { _debugEnd?: () => void };
  if (_debugEnd !== undefined) _debugEnd.call(process);
  else (require('node:inspector') as typeof import('node:inspector')).close();
}
