import { connect, createServer, type Message, type MinitalkClient } from 'minitalk';
import { explain, type SignalInfo, watch } from 'minitalk/signals';
import { expectSignal, startTarget } from 'minitalk/testing';
import 'minitalk/register';

export async function use(): Promise<string[]> {
  const seen: string[] = [];
  const server = createServer({ name: 'typed' });
  server.on('message', (message: Message) => seen.push(message.text ?? `${message.sender.pid}`));
  await server.listen();
  const client: MinitalkClient = await connect(process.pid, { timeout: 1000 });
  await client.send('typed', { mode: 'auto' });
  // @ts-expect-error: there is no such mode
  await client.send('typed', { mode: 'bits' });
  await client.close();
  const watcher = watch(['SIGHUP']);
  watcher.on('signal', (info: SignalInfo) => seen.push(explain(info)));
  // @ts-expect-error: there is no such signal
  watch(['SIGNONE']);
  const target = await startTarget('SIGTERM');
  await expectSignal(target, 'SIGTERM', { from: process });
  return seen;
}
