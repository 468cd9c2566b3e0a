// Plain objects that JSON.stringify takes although they hold bigints.

/** The prototype of such objects: bigints become decimal strings. */
export const jsonable: { toJSON(this: object): object } = Object.freeze({
  toJSON(this: object): object {
    return Object.fromEntries(
      Object.entries(this).map(([key, value]) => [
        key,
        typeof value === 'bigint' ? String(value) : (value as unknown),
      ]),
    );
  },
});
