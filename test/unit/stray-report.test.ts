import { strayReport } from '../../lib/cli/printers/stray-report.js';
import type { SignalInfo } from '../../lib/signals/info.js';

const stray = (pid: number) => ({ origin: 'process', pid, uid: 0, attested: false }) as SignalInfo;

test('strays of ever new pids end in one line for all that are too many', () => {
  const lines: string[] = [];
  const report = strayReport((line) => lines.push(line));
  for (let pid = 2; pid < 1002; pid += 1) report.add(stray(pid));
  report.add(stray(2));
  report.flush();
  expect(lines).toHaveLength(17);
  expect(lines[0]).toBe('2 stray signals from pid 2 (uid 0, not attested)');
  expect(lines[16]).toBe('984 stray signals from others');
});
