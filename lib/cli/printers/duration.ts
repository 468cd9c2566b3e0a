const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
] as const;

/** A time in its two largest units: `5s`, `12m03s`, `3h00m`, `2d04h`. */
export function shortDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const first = UNITS.findIndex(([, length]) => seconds >= length);
  if (first < 0) return '0s';
  const [unit, length] = UNITS[first] as (typeof UNITS)[number];
  const next = UNITS[first + 1];
  const whole = `${Math.floor(seconds / length)}${unit}`;
  if (next === undefined) return whole;
  const [nextUnit, nextLength] = next;
  const rest = Math.floor((seconds % length) / nextLength);
  return `${whole}${String(rest).padStart(2, '0')}${nextUnit}`;
}
