/** Of the dialects that were seen. */
export const specs: Readonly<
  Record<
    | 'seed'
    | 'seed-bonus'
    | 'classic'
    | 'classic-byte'
    | 'classic-final'
    | 'classic-lsb'
    | 'lsb-final'
    | 'final-instead'
    | 'handshake'
    | 'length-nul'
    | 'length-64'
    | 'length-repeats'
    | 'length-counts-nul'
    | 'length-typed'
    | 'echo'
    | 'silent-end'
    | 'probe'
    | 'paced'
    | 'paced-lsb'
    | 'paced-length'
    | 'paced-endless'
    | 'paced-usr1'
    | 'paced-byte'
    | 'paced-message',
    string
  >
>;

export function compile(
  folder: string,
  spec: string,
  faults?: Readonly<Partial<Record<string, number>>>,
): void;
