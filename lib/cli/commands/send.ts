// minitalk send
import { harmless } from '../../signals/internal/harmless.js';
import type { Response } from '../../signals/internal/response.js';
import { type SendOptions, sendWithOptions } from '../arguments/send.js';
import { ExitCode } from '../exit-codes.js';
import { jsonLine } from '../printers/json-line.js';
import { standardOutput } from '../printers/output.js';

export function sendCommand(args: readonly string[], name = 'minitalk send'): Promise<number> {
  return sendWithOptions(args, name, send);
}

async function send(
  pid: number,
  signo: number,
  { value, thread, json }: SendOptions,
): Promise<number> {
  // Loaded here, as they load the addon: the help needs none.
  const { responseTo } =
    require('../../signals/internal/response.js') as typeof import('../../signals/internal/response.js');
  const { signalName } =
    require('../../signals/names.js') as typeof import('../../signals/names.js');
  const { openProcess } =
    require('../../signals/process-handle.js') as typeof import('../../signals/process-handle.js');
  const { kill, queue } =
    require('../../signals/send.js') as typeof import('../../signals/send.js');
  const target = openProcess(pid);
  try {
    const process = target.identity()?.name;
    const response = responseTo(signo, pid);
    if (thread !== undefined) {
      if (value === undefined) kill(pid, signo, { thread });
      else queue(pid, signo, value, { thread });
    } else if (value === undefined) target.kill(signo);
    else target.queue(signo, value);

    const signal = signalName(signo);
    const line = json
      ? jsonLine({
          event: 'sent',
          signal,
          number: signo,
          pid,
          thread,
          process,
          value: value?.toString(),
          response,
        })
      : `${signal} sent to pid ${pid}${process === undefined ? '' : ` (${harmless(process)})`}${text(response)}`;
    await standardOutput().write(Buffer.from(`${line}\n`));
    return ExitCode.ok;
  } finally {
    target.close();
  }
}

const texts: Readonly<Record<Response, string>> = {
  handler: ', which catches it',
  ignore: ', which ignores it',
  end: ', which does not catch it: it ends',
  stop: ', which does not catch it: it stops',
  continue: ', which does not catch it: it continues if it was stopped',
};

function text(response: Response | undefined): string {
  return response === undefined ? '; whether it catches it cannot be seen' : texts[response];
}
