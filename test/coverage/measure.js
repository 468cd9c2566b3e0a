// What V8 counted in many processes, as lines and branches of the TypeScript.
const fs = require('node:fs');
const { join } = require('node:path');
const { mergeProcessCovs } = require('@bcoe/v8-coverage');
const { allGeneratedPositionsFor, eachMapping, TraceMap } = require('@jridgewell/trace-mapping');
const ts = require('typescript');

/** So many processes are merged at once: all of them would fill the memory. */
const BATCH = 100;
/** Whether it runs is seen in the lines around it. */
const isPunctuation = (text) => /^[\s(){}[\];,]*$/.test(text);

/**
 * Merges the files that NODE_V8_COVERAGE names.
 * @param nameOf what a script's URL is called, undefined: it does not count
 */
function merge(folder, nameOf) {
  let merged = { result: [] };
  const names = fs.readdirSync(folder).filter((name) => name.startsWith('coverage-'));
  let broken = 0;
  for (let i = 0; i < names.length; i += BATCH) {
    const batch = [merged];
    for (const name of names.slice(i, i + BATCH)) {
      try {
        batch.push(JSON.parse(fs.readFileSync(join(folder, name), 'utf8')));
      } catch {
        broken += 1; // its process was ended while it wrote
        continue;
      }
      const last = batch.at(-1);
      last.result = last.result.flatMap((script) => {
        const url = nameOf(script.url);
        return url === undefined ? [] : [{ ...script, url }];
      });
    }
    merged = mergeProcessCovs(batch);
    for (const script of merged.result) {
      script.url = nameOf(script.url) ?? script.url;
    }
  }
  return { scripts: merged.result, reports: names.length - broken, broken };
}

/** How often the character at an offset ran: the innermost range tells. */
function countsOf(script, length) {
  const counts = new Float64Array(length);
  const ranges = script.functions.flatMap((each) => each.ranges);
  ranges.sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  for (const { startOffset, endOffset, count } of ranges)
    counts.fill(count, startOffset, endOffset);
  return (offset) => counts[offset] ?? 0;
}

/** Where each alternative of the source starts; for an `if` without `else` its own start, too. */
function alternatives(source) {
  const found = [];
  const add = (node, unless) =>
    found.push({ at: node.getStart(source), unless: unless?.getStart(source) });
  const visit = (node) => {
    if (ts.isIfStatement(node)) {
      add(node.thenStatement);
      if (node.elseStatement === undefined) add(node, node.thenStatement);
      else add(node.elseStatement);
    } else if (ts.isConditionalExpression(node)) {
      add(node.whenTrue);
      add(node.whenFalse);
    } else if (ts.isBinaryExpression(node)) {
      const { kind } = node.operatorToken;
      const isShort =
        kind === ts.SyntaxKind.AmpersandAmpersandToken ||
        kind === ts.SyntaxKind.BarBarToken ||
        kind === ts.SyntaxKind.QuestionQuestionToken;
      if (isShort) add(node.right);
    } else if (ts.isCaseOrDefaultClause(node)) {
      if (node.statements.length > 0) add(node.statements[0]);
    } else if (ts.isCatchClause(node)) {
      if (node.block.statements.length > 0) add(node.block.statements[0]);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function lineStarts(text) {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/**
 * Lines and branches of one file. A line counts if code came of it, and is covered if any of
 * that ran. A branch is an alternative: of if, ?:, &&, ||, ??, case and catch.
 * @param script undefined: nobody ever loaded it
 */
function measure(path, text, code, map, script) {
  const trace = new TraceMap(map);
  const generated = lineStarts(code);
  const count = script === undefined ? () => 0 : countsOf(script, code.length);
  const texts = text.split('\n');
  const lines = new Map();
  eachMapping(trace, ({ generatedLine, generatedColumn, originalLine, originalColumn }) => {
    if (originalLine === null) return;
    if (isPunctuation(texts[originalLine - 1].slice(originalColumn))) return;
    const ran = count(generated[generatedLine - 1] + generatedColumn) > 0;
    lines.set(originalLine, (lines.get(originalLine) ?? false) || ran);
  });
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const countAt = (position) => {
    const { line, character } = source.getLineAndCharacterOfPosition(position);
    const wanted = { source: trace.sources[0], line: line + 1, column: character };
    const places = allGeneratedPositionsFor(trace, wanted);
    if (places.length === 0) return undefined; // of a type
    return Math.max(...places.map((place) => count(generated[place.line - 1] + place.column)));
  };
  const branches = [];
  for (const { at, unless } of alternatives(source)) {
    const own = countAt(at);
    const other = unless === undefined ? 0 : countAt(unless);
    if (own === undefined || other === undefined) continue;
    const line = source.getLineAndCharacterOfPosition(at).line + 1;
    branches.push({ line, isCovered: own > other });
  }
  const numbers = [...lines.keys()].sort((a, b) => a - b);
  return {
    lines: numbers.map((line) => ({
      line,
      text: texts[line - 1].trim(),
      isCovered: lines.get(line),
    })),
    branches,
  };
}

module.exports = { measure, merge };
