import { readFileSync } from 'node:fs';
import { saysGone } from './look.js';

const DEFAULT_OVERFLOW_UID = 65_534;

/**
 * The uid that the kernel shows for every user whom this user namespace does not map
 * (65534, see user_namespaces(7)); undefined where that can be a user's own.
 */
export const unmappedUid: number | undefined = findUnmappedUid();

function findUnmappedUid(): number | undefined {
  const map = readMap();
  if (map === undefined) return undefined;
  const overflow = readOverflowUid();
  const isMapped = map.split('\n').some((line) => {
    const [inside = 0, , count = 0] = line.trim().split(/\s+/).map(Number);
    return overflow >= inside && overflow < inside + count;
  });
  return isMapped ? undefined : overflow;
}

/** undefined: this kernel has no user namespaces. Empty where that is not known: nothing is believed then. */
function readMap(): string | undefined {
  try {
    return readFileSync('/proc/self/uid_map', 'latin1').trim();
  } catch (error) {
    return saysGone(error) ? undefined : '';
  }
}

function readOverflowUid(): number {
  try {
    return Number(readFileSync('/proc/sys/kernel/overflowuid', 'latin1'));
  } catch {
    return DEFAULT_OVERFLOW_UID;
  }
}
