// Times in ns, as they are written.

const units = [
  ['s', 1e9],
  ['ms', 1e6],
  ['µs', 1e3],
  ['ns', 1],
] as const;

/** A duration with three digits: `45.2 ms`. */
export function duration(ns: number): string {
  const [unit, size] = unitOf(ns);
  const value = ns / size;
  return `${value >= 100 ? Math.round(value) : Number(value.toPrecision(3))} ${unit}`;
}

/** Moments `step` apart, so that each differs from the next: `3.20042 s`. */
export function moment(ns: number, step: number, largest: number): string {
  const [unit, size] = unitOf(largest);
  return `${digits(ns / size, step / size)} ${unit}`;
}

/** As --from and --to take it, to a `step`: `3.20042s`. */
export function argument(ns: number, step: number): string {
  const [unit, size] = unitOf(Math.max(ns, 1000));
  return `${digits(ns / size, step / size)}${unit.replace('µ', 'u')}`;
}

function digits(value: number, step: number): string {
  return value.toFixed(Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)));
}

function unitOf(ns: number): (typeof units)[number] {
  return units.find(([, size]) => ns >= size) ?? units[3];
}
