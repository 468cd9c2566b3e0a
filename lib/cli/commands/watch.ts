// minitalk watch
import { type WatchCommandOptions, watchWithOptions } from '../arguments/watch.js';
import { ExitCode } from '../exit-codes.js';
import { jsonLine } from '../printers/json-line.js';
import { standardOutput } from '../printers/output.js';
import { say } from '../printers/standard-error.js';
import { ENDING_SIGNALS, wasIgnored } from '../process/ignored-signals.js';
import { nameProcess } from '../process/name.js';
import { startRecording } from '../process/recording.js';

export function watchCommand(args: readonly string[], name = 'minitalk watch'): Promise<number> {
  nameProcess('minitalk-watch');
  return watchWithOptions(args, name, (signals, options) => show(name, signals, options));
}

async function show(
  program: string,
  named: readonly number[],
  options: WatchCommandOptions,
): Promise<number> {
  const { json } = options;
  // Loaded here, as they load the addon: the help needs none.
  const { explain } =
    require('../../signals/explain.js') as typeof import('../../signals/explain.js');
  const { harmlessSignals } =
    require('../../signals/internal/watchable.js') as typeof import('../../signals/internal/watchable.js');
  const { watch } =
    require('../../signals/watcher.js') as typeof import('../../signals/watcher.js');
  const tell = (event: object, text: string) => say(json ? jsonLine(event) : `${program}: ${text}`);
  const ending: readonly string[] = ENDING_SIGNALS.filter((signal) => !wasIgnored(signal));
  const output = standardOutput();
  const signals = named.length === 0 ? harmlessSignals() : named;
  const endRecording = startRecording(program, { ...options, isConversing: false });
  const watcher = watch([...signals, ...ENDING_SIGNALS], { snapshot: true });
  try {
    watcher.on('gap', ({ lost, bySignal }) =>
      tell({ event: 'gap', lost, bySignal }, `${lost} signals came too fast to be recorded`),
    );
    const { pid } = process;
    tell(
      { event: 'watching', pid },
      `pid ${pid}; try in another shell: kill -USR1 ${pid}, or minitalk send ${pid} USR2 --value 7; Ctrl-C ends it`,
    );
    for await (const info of watcher) {
      const line = json ? jsonLine(info) : explain(info);
      await output.write(Buffer.from(`${line}\n`));
      if (ending.includes(info.signal)) break;
    }
    return ExitCode.ok;
  } finally {
    watcher.close();
    endRecording();
  }
}
