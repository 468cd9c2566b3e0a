// Where a grant's data are taken: docs/protocol.md, sections 8 and 9.

export interface Place {
  /** The CPU that the server's thread shares with the client's; -1: none. */
  readonly cpu: number;
  /** By so many lanes; 0: by none. */
  readonly lanes: number;
  /** Whether the lanes go where the client says that it runs. */
  readonly together: boolean;
}

export const MAX_LANES = 64;
/** What a CPU is called, in GRANT. */
const NOWHERE = 4095;
const LANES = 3840;
const TOGETHER = 128;

/** Where the kernel puts both ends. */
export const ANYWHERE: Place = { cpu: -1, lanes: 0, together: false };

/** @param cpu -1: none */
export function onCpu(cpu: number): Place {
  return cpu < LANES ? { ...ANYWHERE, cpu } : ANYWHERE;
}

export function byLanes(lanes: number, together: boolean): Place {
  return { cpu: -1, lanes, together };
}

/** 12 bits. */
export function encodePlace({ cpu, lanes, together }: Place): number {
  if (lanes > 0) return LANES + (together ? TOGETHER : 0) + lanes;
  return cpu < 0 ? NOWHERE : cpu;
}

/** Of numbers that no server says of itself: anywhere. */
export function decodePlace(place: number): Place {
  if (place < LANES) return onCpu(place);
  const lanes = place & (TOGETHER - 1);
  return lanes >= 2 && lanes <= MAX_LANES ? byLanes(lanes, (place & TOGETHER) !== 0) : ANYWHERE;
}
