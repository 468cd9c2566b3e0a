// All that is public, by name: what is not on these lists is nobody's to use.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import ts from 'typescript';

const root = join(__dirname, '..', '..');
const dist = join(root, 'dist');

const MINITALK = {
  values: [
    'MinitalkError',
    'SignalError',
    'connect',
    'createServer',
    'kill',
    'listServers',
    'queue',
    'readRecording',
    'record',
  ],
  types: [
    'ConnectOptions',
    'Delivery',
    'AckEvent',
    'AnswerEvent',
    'BitEvent',
    'ControlEvent',
    'CutOffLine',
    'EndEvent',
    'FrameEvent',
    'PlainEvent',
    'QueryEvent',
    'ReadEvent',
    'RecordOptions',
    'RecordedData',
    'RecordedEvent',
    'RecordedProcess',
    'RecordedSignal',
    'Recorder',
    'RecorderEvents',
    'Recording',
    'SignalEvent',
    'StepEvent',
    'UnrecordedEvent',
    'WordEvent',
    'Acknowledgement',
    'Dialect',
    'Handshake',
    'LengthHeader',
    'Terminator',
    'UserSignal',
    'Message',
    'MinitalkClient',
    'MinitalkErrorCode',
    'MinitalkServer',
    'MinitalkServerEvents',
    'PartialMessage',
    'Progress',
    'RunningServer',
    'SendOptions',
    'Sender',
    'ServerOptions',
    'SignalDestination',
    'SignalErrorCode',
    'SignalInfo',
    'SignalName',
    'SignalSet',
  ],
};

const SIGNALS = {
  values: [
    'SignalError',
    'SignalWatcher',
    'childExit',
    'explain',
    'kill',
    'openProcess',
    'queue',
    'restrictSignals',
    'shutdown',
    'signalName',
    'signalNumber',
    'waitForSignal',
    'watch',
  ],
  types: [
    'ChildExit',
    'Gap',
    'ProcessHandle',
    'ProcessIdentity',
    'SenderPolicy',
    'Shutdown',
    'ShutdownHandler',
    'ShutdownOptions',
    'SenderRelation',
    'SenderSet',
    'SignalDestination',
    'SignalErrorCode',
    'SignalInfo',
    'SignalName',
    'SignalSet',
    'SignalOrigin',
    'SignalSender',
    'SignalWatcherEvents',
    'WaitOptions',
    'WatchOptions',
  ],
};

const TESTING = {
  values: ['expectEnd', 'expectSignal', 'spawnObserved', 'startTarget'],
  types: ['ExpectOptions', 'ObservedSignal'],
};

function typesOf(path: string): string[] {
  const program = ts.createProgram([path], { skipLibCheck: true });
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(path) as ts.SourceFile);
  return checker
    .getExportsOfModule(module as ts.Symbol)
    .map(({ name }) => name)
    .sort();
}

/** By an import of Node's own, to which a CommonJS module says what it is, too. */
function imported(module: string): string[] {
  const print = `console.log(JSON.stringify(Object.keys(await import(${JSON.stringify(module)})).sort()))`;
  const args = ['--input-type=module', '-e', print];
  const names = JSON.parse(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' }));
  return names.filter((name: string) => !['__esModule', 'module.exports'].includes(name));
}

test.each([
  ['minitalk', join(dist, 'index'), MINITALK],
  ['minitalk/signals', join(dist, 'signals', 'index'), SIGNALS],
  ['minitalk/testing', join(dist, 'testing', 'index'), TESTING],
])('%s exports these names and no others', (name, path, { values, types }) => {
  expect(Object.keys(require(`${path}.js`)).sort()).toEqual(values);
  expect(imported(name)).toEqual(values);
  expect(typesOf(`${path}.d.ts`)).toEqual([...values, ...types].sort());
});
