// What several hold at once, each made once: kept from the first who asks to the last who
// gives it back.

/** One holder's share. */
export interface Lease<Value> {
  readonly value: Value;
  /** Safe to repeat. */
  release(): void;
}

export interface Pooled<Value> {
  /** What had this key has ended: whoever asks now is given another. */
  isStale(value: Value): boolean;
  end(value: Value): void;
}

interface Entry<Value> {
  readonly value: Value;
  holders: number;
}

/** The returned function gives a holder its lease; what `make` throws passes through. */
export function createPool<Key extends number | string, Value>({
  isStale,
  end,
}: Pooled<Value>): (key: Key, make: () => Value) => Lease<Value> {
  const entries = new Map<Key, Entry<Value>>();

  function entryOf(key: Key, make: () => Value): Entry<Value> {
    const known = entries.get(key);
    if (known !== undefined && !isStale(known.value)) return known;
    // The stale one stays its holders' until they give it back.
    const entry = { value: make(), holders: 0 };
    entries.set(key, entry);
    return entry;
  }

  return (key, make) => {
    const entry = entryOf(key, make);
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
