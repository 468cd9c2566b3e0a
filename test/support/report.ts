/** How a report's line begins, as a pattern: when, and who was signalled. */
export const HEAD = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z pid \d+ \([^\n]*?\): `;

/** What matches lines of reports, whole, that go on so. */
export function reports(...sentences: string[]): RegExp {
  return new RegExp(`^${sentences.map((each) => `${HEAD}${each}.*\\n`).join('')}$`);
}
