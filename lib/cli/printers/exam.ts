// What minitalk exam prints: a line for each check, and under it why a fault matters and what may be its cause.
import { catalogue } from '../../exam/catalogue.js';
import { markOf, type Result } from '../../exam/finding.js';
import { harmless } from '../../signals/internal/harmless.js';
import { jsonLine } from './json-line.js';

export interface ExamPrinter {
  result(result: Result): string;
  end(results: readonly Result[], isContained: boolean): string;
}

const parts = ['mandatory', 'bonus', 'beyond'] as const;

export function examPrinter(json: boolean): ExamPrinter {
  return json ? lines : table;
}

const lines: ExamPrinter = {
  result({ check, verdict, seen, cause, ms }) {
    const { part, what, why } = catalogue[check];
    return `${jsonLine({ event: 'check', check, part, what, verdict, seen, why, cause, ms })}\n`;
  },
  end(results, isContained) {
    const marks = Object.fromEntries(parts.map((part) => [part, markOf(results, part)]));
    return `${jsonLine({ event: 'mark', ...marks, contained: isContained })}\n`;
  },
};

const table: ExamPrinter = {
  result({ check, verdict, seen, cause }) {
    const { part, what, why } = catalogue[check];
    const head = `${verdict.padEnd(8)} ${part.padEnd(10)} ${check.padEnd(20)} ${what}`;
    const more =
      verdict === 'failed'
        ? [`seen: ${seen}`, `why it matters: ${why}`, ...(cause ? [`likely cause: ${cause}`] : [])]
        : [seen];
    return `${[head, ...more.map((line) => `    ${harmless(line)}`)].join('\n')}\n`;
  },
  end(results, isContained) {
    const marks = parts
      .map((part) => ({ part, ...markOf(results, part) }))
      .filter(({ of }) => of > 0)
      .map(({ part, passed, of }) => `${part} ${passed} of ${of}`);
    const where = isContained
      ? 'They ran in a pid namespace of their own.'
      : 'This kernel gives no pid namespace: what may signal others was left out.';
    return `\n${marks.join(', ') || 'nothing could be examined'}. ${where}\n`;
  },
};
