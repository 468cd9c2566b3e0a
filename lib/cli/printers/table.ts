/** Rows of cells, each column as wide as its widest cell; the first row are the titles. */
export function table(rows: readonly (readonly string[])[]): string {
  const widthOf = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widthOf(column))));
  return lines.map((row) => row.join('  ').trimEnd()).join('\n');
}
