// The process of startTarget(): node target.js NUMBER…
import { watch } from '../signals/index.js';

watch(process.argv.slice(2).map(Number), { after: 'stop' });
// Its standard input ends with who started it.
process.stdin.on('end', () => process.exit()).resume();
process.stdout.write('ready\n');
