import type { Acknowledgement, Dialect, LengthHeader } from './dialect.js';

/** The spec that says it, with the keys in one order and without those that say nothing. */
export function formatDialect(dialect: Dialect): string {
  const { order, one, handshake, length, end, ack, byte, final, busy, gap } = dialect;
  const values: Record<string, string | undefined> = {
    order,
    one,
    handshake:
      typeof handshake === 'object' ? `${handshake.sends}:${handshake.answers}` : handshake,
    length: length && formatLength(length, order),
    end,
    ack: ack === undefined ? 'none' : formatAck(ack),
    byte,
    final: final.length > 0 ? final.join('+') : undefined,
    busy,
    gap: gap === undefined ? undefined : String(gap),
  };
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

function formatLength(
  { bits, order, countsNul, repeats, typed }: LengthHeader,
  textOrder: Dialect['order'],
): string {
  const words = [
    String(bits),
    ...(order === textOrder ? [] : [order]),
    ...(countsNul ? ['nul'] : []),
    ...(repeats ? ['repeats'] : []),
    ...(typed ? ['typed'] : []),
  ];
  return words.join(':');
}

function formatAck({ of, by, last }: Acknowledgement): string {
  return `${of}:${by}${last ? '' : ':notlast'}`;
}
