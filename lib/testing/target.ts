// The process of startTarget(): node target.js NUMBER…
import { watch } from '../signals/index.js';

watch(process.argv.slice(2).map(Number), { after: 'stop' });
process.stdout.write('ready\n');
