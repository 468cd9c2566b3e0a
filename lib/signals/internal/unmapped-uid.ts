import { readFileSync } from 'node:fs';

/**
 * The uid that the kernel shows for every user whom this user namespace does not map
 * (65534, see user_namespaces(7)); undefined where that can be a user's own.
 */
export const unmappedUid: number | undefined = findUnmappedUid();

function findUnmappedUid(): number | undefined {
  try {
    const overflow = Number(readFileSync('/proc/sys/kernel/overflowuid', 'latin1'));
    const map = readFileSync('/proc/self/uid_map', 'latin1').trim();
    const isMapped = map.split('\n').some((line) => {
      const [inside = 0, , count = 0] = line.trim().split(/\s+/).map(Number);
      return overflow >= inside && overflow < inside + count;
    });
    return isMapped ? undefined : overflow;
  } catch {
    return undefined;
  }
}
