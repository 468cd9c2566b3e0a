// Compiles a minitalk in C, of any dialect and with any fault: for the tests, and for npm run bench.
const { execFileSync } = require('node:child_process');
const { join } = require('node:path');

/** The dialects that were seen. */
const specs = {
  seed: 'order=msb,one=usr1,end=newline,gap=50',
  'seed-bonus': 'order=msb,one=usr1,end=newline,ack=bit:usr2,byte=usr1',
  classic: 'order=msb,one=usr2,end=nul,ack=bit:usr1',
  'classic-byte': 'order=msb,one=usr2,end=nul,ack=bit:usr1,byte=usr2',
  'classic-final': 'order=msb,one=usr2,end=nul,ack=bit:usr1,final=usr2',
  'classic-lsb': 'order=lsb,one=usr2,end=nul,ack=bit:usr1',
  'lsb-final': 'order=lsb,one=usr1,end=nul,ack=bit:usr1,final=usr2',
  'final-instead': 'order=msb,one=usr1,end=nul,ack=bit:usr2:notlast,final=usr1',
  handshake:
    'order=msb,one=usr2,handshake=usr1:usr1,length=32,end=none,ack=bit:usr2,final=usr1+usr2,busy=usr2',
  'length-nul': 'order=msb,one=usr2,length=32,end=nul,ack=bit:usr1,final=usr2+usr1',
  'length-64': 'order=msb,one=usr2,length=64,end=none,ack=bit:usr1,busy=usr2',
  'length-repeats': 'order=lsb,one=usr1,length=64:repeats,end=nul,ack=bit:usr1',
  'length-counts-nul':
    'order=msb,one=usr2,handshake=usr1:usr1,length=32:nul,end=nul,ack=bit:usr1:notlast,busy=usr2',
  'length-typed':
    'order=lsb,one=usr1,handshake=usr1:usr1,length=32:nul:typed,end=nul,ack=bit:usr1:notlast,final=usr2,busy=usr2',
  echo: 'order=msb,one=usr2,end=nul,ack=bit:echo',
  'silent-end': 'order=msb,one=usr2,end=nul,ack=bit:usr2:notlast,busy=usr1',
  probe: 'order=msb,one=usr2,handshake=nul,end=newline+nul,ack=bit:usr1,final=usr2,busy=usr2',
  paced: 'order=msb,one=usr2,end=nul,gap=100',
  'paced-lsb': 'order=lsb,one=usr2,end=nul,gap=100',
  'paced-length': 'order=msb,one=usr2,length=32,end=none,gap=100',
  'paced-endless': 'order=msb,one=usr2,end=none,gap=100',
  'paced-usr1': 'order=msb,one=usr1,end=nul,gap=100',
  'paced-byte': 'order=msb,one=usr1,end=nul,ack=byte:usr1,gap=100',
  'paced-message': 'order=msb,one=usr2,end=nul,ack=message:usr1,gap=100',
};

/**
 * Compiles `server` and `client` into a folder.
 * @param faults values of the macros in dialect.h, by their names in lower case
 */
function compile(folder, spec, faults = {}) {
  for (const program of ['server', 'client']) {
    execFileSync('cc', [
      // A dialect's macros are often 0: comparisons with them, too.
      ...['-std=gnu11', '-O1', '-Wall', '-Wextra', '-Werror', '-Wno-type-limits'],
      ...macrosOf(spec).map((macro) => `-D${macro}`),
      ...Object.entries(faults).map(([fault, value]) => `-D${fault.toUpperCase()}=${value}`),
      ...['-o', join(folder, program), join(__dirname, `${program}.c`)],
    ]);
  }
}

/** What sets a spec in dialect.h. */
function macrosOf(spec) {
  return spec.split(',').flatMap((pair) => {
    const [key = '', value = ''] = pair.split('=');
    const words = value.split(':');
    const [first = ''] = words;
    switch (key) {
      case 'order':
        return [`LSB=${Number(value === 'lsb')}`];
      case 'one':
        return [`ONE=${signal(value)}`];
      case 'handshake':
        return value === 'nul'
          ? ['OPENING_NUL=1']
          : [`HANDSHAKE=${signal(first)}`, `HANDSHAKE_ANSWER=${signal(words[1])}`];
      case 'length':
        return [
          `LENGTH=${first}`,
          ...(words.includes('nul') ? ['LENGTH_COUNTS_NUL=1'] : []),
          ...(words.includes('repeats') ? ['LENGTH_REPEATS=1'] : []),
          ...(words.includes('typed') ? ['LENGTH_TYPED=1'] : []),
          ...(words.includes('lsb') ? ['LENGTH_LSB=1'] : []),
          ...(words.includes('msb') ? ['LENGTH_LSB=0'] : []),
        ];
      case 'end':
        return ends[value] ?? [`END_IS_UNKNOWN_${value}`];
      case 'ack':
        return [
          `ACK_${first.toUpperCase()}=${signal(words[1])}`,
          ...(words.includes('notlast') ? ['ACK_LAST=0'] : []),
        ];
      case 'byte':
        return [`BYTE_SIGNAL=${signal(value)}`];
      case 'final':
        return value
          .split('+')
          .map((name, i) => (i === 0 ? `FINAL=${signal(name)}` : `FINAL_2=${signal(name)}`));
      case 'busy':
        return [`BUSY=${signal(value)}`];
      case 'gap':
        return [`GAP=${value}`];
      default:
        throw new Error(`a peer has no ${key}`);
    }
  });
}

const ends = {
  nul: ['END="\\0"', 'END_BYTES=1'],
  newline: ['END="\\n"', 'END_BYTES=1'],
  'newline+nul': ['END="\\n\\0"', 'END_BYTES=2'],
  none: ['END=""', 'END_BYTES=0'],
};

function signal(name = '') {
  if (name === 'echo') return 'ECHO';
  if (name === 'usr1' || name === 'usr2') return `SIG${name.toUpperCase()}`;
  throw new Error(`no signal: ${name}`);
}

module.exports = { compile, specs };
