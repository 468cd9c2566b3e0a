// How minitalk's modes carry data, and about half a second of each where a signal and its
// acknowledgement cost 10 us.
const word = { mode: 'word', signals: 48_000, atLeast: 0.85 };
const burst = { mode: 'burst', signals: 192_000, atLeast: 0.85 };

/** `floor`: what floor.c calls it; `payload` in bits; `atLeast`: of the C program's rate. */
const schemes = [
  { name: 'bit', floor: 'bit', payload: 1, mode: 'bit', signals: 48_000, atLeast: 0.9 },
  { name: 'word 64', floor: 'word-64', payload: 64, ...word },
  { name: 'word 192', floor: 'word-192', payload: 192, ...word },
  { name: 'burst 64', floor: 'burst-64', payload: 64, ...burst },
  { name: 'burst 192', floor: 'burst-192', payload: 192, ...burst },
];

const modes = ['bit', 'word', 'burst'];

module.exports = { modes, schemes };
