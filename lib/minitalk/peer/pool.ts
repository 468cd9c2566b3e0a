// What several hold at once, each made once: kept from the first who asks to the last who
// gives it back.

/** One holder's share. */
export interface Lease<Value> {
  readonly value: Value;
  /** Safe to repeat. */
  release(): void;
}

export interface Maker<Key, Value> {
  /** What it throws passes through. */
  make(key: Key): Value;
  /** What had this key has ended: whoever asks now is given another. */
  isStale(value: Value): boolean;
  end(value: Value): void;
}

interface Entry<Value> {
  readonly value: Value;
  holders: number;
}

/** The returned function gives the holder its lease. */
export function createPool<Key extends number | string, Value>({
  make,
  isStale,
  end,
}: Maker<Key, Value>): (key: Key) => Lease<Value> {
  const entries = new Map<Key, Entry<Value>>();

  function entryOf(key: Key): Entry<Value> {
    const known = entries.get(key);
    if (known !== undefined && !isStale(known.value)) return known;
    // The stale one stays its holders' until they give it back.
    const entry = { value: make(key), holders: 0 };
    entries.set(key, entry);
    return entry;
  }

  return (key) => {
    const entry = entryOf(key);
    entry.holders += 1;
    let isHeld = true;
    return {
      value: entry.value,
      release() {
        if (!isHeld) return;
        isHeld = false;
        entry.holders -= 1;
        if (entry.holders > 0) return;
        if (entries.get(key) === entry) entries.delete(key);
        end(entry.value);
      },
    };
  };
}
