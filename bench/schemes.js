// How minitalk's modes carry data, and about half a second of each where a bit or a word costs
// 5 us.
const byLanes = { signals: 96_000, byLanes: true };
const word = { mode: 'word', ...byLanes };
const burst = { mode: 'burst', signals: 192_000, byLanes: false };

/** `floor`: what the C programs call it; `payload` in bits. */
const schemes = [
  { name: 'bit', floor: 'bit', payload: 1, mode: 'bit', ...byLanes },
  { name: 'word 64', floor: 'word-64', payload: 64, ...word },
  { name: 'word 192', floor: 'word-192', payload: 192, ...word },
  { name: 'burst 64', floor: 'burst-64', payload: 64, ...burst },
  { name: 'burst 192', floor: 'burst-192', payload: 192, ...burst },
];

const modes = ['bit', 'word', 'burst'];

/** The most that minitalk has. */
const LANES = 64;

/** What they are called among the results: the C programs on one CPU, unless told. */
const pingPong = (name, placement = 'one CPU') => `C ${name}, ${placement}`;
const withLanes = (name) => `C ${name}, ${LANES} lanes, one CPU`;
const unplaced = (name) => `unplaced ${name}`;
const unplacedPingPong = (name) => `unplaced C ${name}`;
const unplacedWithLanes = (name) => `unplaced C ${name}, ${LANES} lanes`;

module.exports = {
  LANES,
  modes,
  pingPong,
  schemes,
  unplaced,
  unplacedPingPong,
  unplacedWithLanes,
  withLanes,
};
