// Two texts side by side, row by row: changed words marked, unchanged stretches folded.

const CONTEXT = 3;
const MOST_AT_ONCE = 300;
const MOST_PAIRED = 90_000; // words of one line times words of the other, beyond which none are marked
const WORD = /%?[\p{L}\p{N}_]+|\s+|[^\s]/gu;
const MARKS = { same: "", renamed: "≈", moved: "↕", changed: "~", removed: "−", added: "+" };

/** Give the rows of two graphs, places of nodes, as the report aligned them; null where it did not. */
function graphRows(oldText, newText, aligned) {
  const runs = TEXTS.aligned[aligned];
  if (runs) return runs.flatMap(([change, left, right, count]) => runRows(REPORT.changes[change], left, right, count));
  if (oldText === null || newText === null || oldText === newText) return plainRows(oldText, newText, nodesOf);
  return null;
}

/** Give the rows of two texts by line. */
function lineRows(oldText, newText) {
  const blocks = TEXTS.blocks[`${oldText},${newText}`];
  if (!blocks) return plainRows(oldText, newText, linesOf);
  const rows = [];
  let [left, right] = [0, 0];
  for (const [oldStart, oldEnd, newStart, newEnd] of [...blocks, endOf(oldText, newText)]) {
    rows.push(...runRows("same", left, right, oldStart - left));
    const both = Math.min(oldEnd - oldStart, newEnd - newStart);
    rows.push(...runRows("changed", oldStart, newStart, both));
    rows.push(...runRows("removed", oldStart + both, NOTHING, oldEnd - oldStart - both));
    rows.push(...runRows("added", NOTHING, newStart + both, newEnd - newStart - both));
    [left, right] = [oldEnd, newEnd];
  }
  return rows;
}

function endOf(oldText, newText) {
  const [left, right] = [TEXTS.texts[oldText].length, TEXTS.texts[newText].length];
  return [left, left, right, right];
}

function plainRows(oldText, newText, parts) {
  if (oldText === null) return runRows("added", NOTHING, 0, parts(newText).length);
  if (newText === null) return runRows("removed", 0, NOTHING, parts(oldText).length);
  return runRows("same", 0, 0, parts(newText).length);
}

function runRows(change, left, right, count) {
  return Array.from({ length: count }, (_, step) => ({
    change,
    old: left === NOTHING ? NOTHING : left + step,
    new: right === NOTHING ? NOTHING : right + step,
  }));
}

/**
 * Make the table of rows.
 * `shift` is how many lines of the texts come before the first row's: a graph string has a head, and is indented.
 */
function makeRows(rows, oldLines, newLines, { shift = 0, single = false } = {}) {
  const body = make("tbody");
  const table = make("table", { class: single ? "rows single" : "rows" }, makeColumns(single), makeRowsHead(single), body);
  const lineOf = (lines, place) => (place === NOTHING ? "" : shift ? lines[place + shift].trim() : lines[place]);
  const showRow = (row) => makeRow(row, lineOf(oldLines, row.old), lineOf(newLines, row.new), shift, single);
  for (const stretch of stretches(rows, single)) {
    body.append(...(stretch.folded ? [makeFold(stretch.rows, showRow)] : stretch.rows.map(showRow)));
  }
  return table;
}

function makeColumns(single) {
  const widths = single ? ["change", "line", "text"] : ["change", "line", "text", "line", "text"];
  return make("colgroup", {}, widths.map((width) => make("col", { class: width })));
}

function makeRowsHead(single) {
  const heads = single ? ["change", "line", "text"] : ["change", "old line", "old", "new line", "new"];
  return make("thead", {}, make("tr", {}, heads.map((head) => make("th", { scope: "col" }, head))));
}

/** Split rows into those that are shown and those that are folded. */
function* stretches(rows, single) {
  const unchanged = single || rows.every((row) => row.change === "same");
  let start = 0;
  while (start < rows.length) {
    let end = start;
    while (end < rows.length && (rows[end].change === "same") === (rows[start].change === "same")) end++;
    const head = unchanged || rows[start].change !== "same" ? MOST_AT_ONCE : start ? CONTEXT : 0;
    const tail = unchanged || rows[start].change !== "same" || end === rows.length ? 0 : CONTEXT;
    const run = rows.slice(start, end);
    if (run.length > head + tail + 1) {
      yield { folded: false, rows: run.slice(0, head) };
      yield { folded: true, rows: run.slice(head, run.length - tail) };
      yield { folded: false, rows: tail ? run.slice(-tail) : [] };
    } else {
      yield { folded: false, rows: run };
    }
    start = end;
  }
}

function makeFold(rows, showRow) {
  const fold = make("tr", { class: "fold" });
  const same = rows[0].change === "same";
  const open = () => {
    const shown = rows.slice(0, MOST_AT_ONCE).map(showRow);
    const rest = rows.slice(MOST_AT_ONCE);
    fold.replaceWith(...shown, ...(rest.length ? [makeFold(rest, showRow)] : []));
  };
  const label = `⋯ ${many(rows.length, same ? "unchanged row" : "more row")}`;
  fold.append(make("td", { colspan: 5 }, makeButton(label, open)));
  fold.open = open;
  fold.places = rows;
  return fold;
}

function makeRow(row, oldLine, newLine, shift, single) {
  const [left, right] = markWords(row, oldLine, newLine);
  const number = (place) => (place === NOTHING ? "" : String(place + shift + 1));
  const change = make("td", { class: "change" }, MARKS[row.change], hiddenWord(row.change));
  const oldCells = [make("td", { class: "line old" }, number(row.old)), make("td", { class: "text old" }, left)];
  const newCells = [make("td", { class: "line new" }, number(row.new)), make("td", { class: "text new" }, right)];
  const cells = single ? (row.new === NOTHING ? oldCells : newCells) : [...oldCells, ...newCells];
  return make("tr", { "data-change": row.change, "data-old": row.old, "data-new": row.new }, change, cells);
}

function hiddenWord(change) {
  return make("span", { class: "unseen" }, change === "same" ? "" : change);
}

/** Give both lines as texts, the words that the other line lacks marked. */
function markWords(row, oldLine, newLine) {
  if (row.old === NOTHING || row.new === NOTHING || oldLine === newLine) {
    return [row.old === NOTHING ? [] : [oldLine], row.new === NOTHING ? [] : [newLine]];
  }
  const [left, right] = [oldLine.match(WORD) ?? [], newLine.match(WORD) ?? []];
  if (left.length * right.length > MOST_PAIRED) return [[oldLine], [newLine]];
  const [keptLeft, keptRight] = commonWords(left, right);
  return [markedWords(left, keptLeft, "del"), markedWords(right, keptRight, "ins")];
}

function markedWords(words, kept, tag) {
  const parts = [];
  let at = 0;
  while (at < words.length) {
    let end = at;
    while (end < words.length && kept.has(end) === kept.has(at)) end++;
    const text = words.slice(at, end).join("");
    parts.push(kept.has(at) ? text : make(tag, {}, text));
    at = end;
  }
  return parts;
}

/** Give the places of a longest common run of words, in either list. */
function commonWords(left, right) {
  const wide = right.length + 1;
  const lengths = new Uint16Array((left.length + 1) * wide);
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      lengths[i * wide + j] =
        left[i] === right[j]
          ? lengths[(i + 1) * wide + j + 1] + 1
          : Math.max(lengths[(i + 1) * wide + j], lengths[i * wide + j + 1]);
    }
  }
  const kept = [new Set(), new Set()];
  let [i, j] = [0, 0];
  while (i < left.length && j < right.length) {
    if (left[i] === right[j]) {
      kept[0].add(i++);
      kept[1].add(j++);
    } else if (lengths[(i + 1) * wide + j] >= lengths[i * wide + j + 1]) i++;
    else j++;
  }
  return kept;
}
