// Whether the kernel below the tests gives processes a pid namespace of their own.
import { namespacePrefix } from '../../lib/exam/containment.js';

/** Tests that need one; skipped, and the reason said, where there is none. */
export function whereNamespacesAre(tests: () => void): void {
  const title = 'where the kernel gives a pid namespace';
  if (namespacePrefix() !== undefined) describe(title, tests);
  else describe.skip(`${title}; here unshare(1) may not`, tests);
}
