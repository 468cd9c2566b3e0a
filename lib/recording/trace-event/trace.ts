// A recording in the Trace Event Format, which Perfetto and chrome://tracing show.
import { pairsOf } from '../pairs.js';
import type { ReadEvent, Recording } from '../read.js';
import { type Arrow, newArrows, type Spot } from './arrows.js';
import { newSlices, newTracks, type Slice } from './tracks.js';

const NS_PER_US = 1000;

/** Its text, in pieces. */
export function* trace(recording: Recording): Generator<string> {
  let separator = '{"displayTimeUnit":"ns","traceEvents":[\n';
  for (const entry of entriesOf(recording)) {
    yield separator + JSON.stringify(entry);
    separator = ',\n';
  }
  yield '\n]}\n';
}

function* entriesOf(recording: Recording): Generator<object> {
  for (const { pid, command } of recording.processes) {
    yield { ph: 'M', name: 'process_name', pid, args: { name: command } };
  }
  const pairs = pairsOf(recording);
  const tracks = newTracks();
  const slices = newSlices<ReadEvent>();
  const arrows = newArrows(pairs);
  let id = 0;
  for (const event of recording.events) {
    if (event.is === 'end') continue;
    const track = tracks.of(event);
    const { from, ended } = slices.begin(event, track, event.t);
    if (ended !== undefined) yield sliceOf(ended);
    const arrow = arrows.at(event, { track, t: from });
    if (arrow !== undefined) {
      id += 1;
      yield* endsOf(arrow, id);
    }
  }
  yield* slices.last().map(sliceOf);
  for (const { pid, tid, name } of tracks.all()) {
    yield { ph: 'M', name: 'thread_name', pid, tid, args: { name } };
  }
}

function sliceOf({ of, track: { pid, tid }, from, duration }: Slice<ReadEvent>): object {
  const { process, is, ...args } = of;
  const [ts, dur] = [from / NS_PER_US, duration / NS_PER_US];
  return { ph: 'X', name: nameOf(of), cat: is, pid, tid, ts, dur, args };
}

/** Where an arrow begins, and where it ends: in the slices that are there. */
function endsOf({ name, from, to }: Arrow, id: number): object[] {
  const at = ({ track: { pid, tid }, t }: Spot) => ({ pid, tid, ts: t / NS_PER_US });
  return [
    { ph: 's', name, cat: name, id, ...at(from) },
    { ph: 'f', bp: 'e', name, cat: name, id, ...at(to) },
  ];
}

function nameOf(event: ReadEvent): string {
  switch (event.is) {
    case 'bit':
      return `bit ${event.one}`;
    case 'ack':
    case 'answer':
      return `${event.is.toUpperCase()} ${event.count}`;
    case 'query':
      return `QUERY ${event.question}`;
    case 'frame':
      return `frame ${event.frame}`;
    case 'unrecorded':
      return `${event.count} unrecorded`;
    case 'step':
      return event.signal;
    case 'signal':
      return event.stray ? `${event.signal}, stray` : event.signal;
    case 'word':
    case 'end':
      return event.is;
    default:
      return event.is.toUpperCase();
  }
}
