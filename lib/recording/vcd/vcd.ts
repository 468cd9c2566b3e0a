// A recording as a value change dump (IEEE 1364), which GTKWave, Surfer and others show.
import type { ReadEvent, RecordedProcess, Recording } from '../read.js';
import { effectsOf, type PartialBytes, scopeOf } from './effects.js';
import { type ChangeQueue, changeQueue, identifierLike, newWire, type Wire } from './wire.js';

interface Scope {
  /** By what they show: a bus has another name than a pulse. */
  readonly wires: Map<string, Wire>;
  readonly bytes: PartialBytes;
}

type Scopes = ReadonlyMap<RecordedProcess, Map<string, Scope>>;

/** Its text, in pieces. */
export function* vcd({ processes, events }: Recording): Generator<string> {
  const changes = changeQueue();
  const scopes = scopesOf(processes, events, changes);
  yield `$date ${(processes[0]?.started ?? '').replace(/[^\w.:+-]/g, '')} $end
$version minitalk $end
$timescale 1 ns $end
${declarationsOf(scopes)}$enddefinitions $end
#0
$dumpvars
${initialValuesOf(scopes)}$end
`;
  for (const event of events) {
    yield changes.before(event.t);
    const { wires, bytes } = scopeIn(scopes, event);
    for (const effect of effectsOf(event, bytes)) {
      wires.get(wireKey(effect))?.drive(event.t, effect);
    }
  }
  yield changes.before(Number.POSITIVE_INFINITY);
}

/** With each wire that has a change. */
function scopesOf(
  processes: readonly RecordedProcess[],
  events: readonly ReadEvent[],
  changes: ChangeQueue,
): Scopes {
  const scopes: Scopes = new Map(processes.map((process) => [process, new Map()]));
  let count = 0;
  for (const event of events) {
    const { wires, bytes } = scopeIn(scopes, event);
    for (const effect of effectsOf(event, bytes)) {
      const key = wireKey(effect);
      if (wires.has(key)) continue;
      wires.set(key, newWire(count, effect, changes));
      count += 1;
    }
  }
  for (const inside of scopes.values()) for (const { bytes } of inside.values()) bytes.clear();
  return scopes;
}

function wireKey({ wire, bus }: { wire: string; bus?: unknown }): string {
  return bus === undefined ? wire : `${wire}[]`;
}

function scopeIn(scopes: Scopes, event: ReadEvent): Scope {
  const inside = scopes.get(event.process) as Map<string, Scope>;
  const name = scopeOf(event);
  let scope = inside.get(name);
  if (scope === undefined) {
    scope = { wires: new Map(), bytes: new Map() };
    inside.set(name, scope);
  }
  return scope;
}

function declarationsOf(scopes: Scopes): string {
  const taken = new Map<string, number>();
  return [...scopes]
    .map(([{ command, pid }, inside]) => {
      const name = identifierLike(`${command}_${pid}`);
      const before = taken.get(name) ?? 0;
      taken.set(name, before + 1);
      const content = [...inside].map(([scope, { wires }]) => {
        const lines = [...wires.values()].map((wire) => wire.declaration).join('');
        return scope === '' || lines === '' ? lines : module(scope, lines);
      });
      return module(before === 0 ? name : `${name}_${before + 1}`, content.join(''));
    })
    .join('');
}

function module(name: string, content: string): string {
  return `$scope module ${name} $end\n${content}$upscope $end\n`;
}

function initialValuesOf(scopes: Scopes): string {
  return [...scopes.values()]
    .flatMap((inside) => [...inside.values()])
    .flatMap(({ wires }) => [...wires.values()])
    .map((wire) => wire.initial)
    .join('');
}
