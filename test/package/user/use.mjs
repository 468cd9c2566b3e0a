import * as minitalk from 'minitalk';
import { connect, createServer } from 'minitalk';
import * as signals from 'minitalk/signals';
import { explain, watch } from 'minitalk/signals';
import * as testing from 'minitalk/testing';
import { expectEnd, expectSignal, startTarget } from 'minitalk/testing';

for (const each of [createServer, connect, watch, explain, expectSignal, startTarget]) {
  if (typeof each !== 'function') throw new Error('not all that the package has is there');
}
const target = await startTarget('SIGTERM');
process.kill(target.pid, 'SIGTERM');
await expectSignal(target, 'SIGTERM', { from: process });
target.kill('SIGKILL');
await expectEnd(target, 'SIGKILL');
// Not a module's default and its marks, which the other form can not have.
const names = (each) =>
  Object.keys(each).filter((name) => !/^(default|module\.exports|__esModule)$/.test(name));
console.log(JSON.stringify([minitalk, signals, testing].map((each) => names(each).sort())));
