// The report's tables. Numbers in them stand for strings, texts and records.

const NOTHING = -1;
let REPORT, TEXTS, CLASSES, SEVERITIES, COLUMNS, ROWS, DRIFTS, DRIFT_BY_NAME, ROW_BY_KEY, NEWEST, PROGRAMS;

/** Let the page show a report; what was shown of another is made anew by whoever calls this. */
function takeReport(tables) {
  REPORT = tables;
  TEXTS = tables.texts ?? null; // an offline page unpacks them later
  CLASSES = REPORT.classes;
  SEVERITIES = REPORT.severities;
  COLUMNS = REPORT.matrix.columns.map(stringOf);
  ROWS = REPORT.matrix.rows.map(readRow);
  DRIFTS = REPORT.drifts.map(readDrift);
  DRIFT_BY_NAME = new Map(DRIFTS.map((drift) => [drift.name, drift]));
  ROW_BY_KEY = new Map(ROWS.map((row) => [row.key, row]));
  NEWEST = new Map(REPORT.newest.map(([one, two, record]) => [keyOf(stringOf(one), stringOf(two)), record]));
  PROGRAMS = new Map(REPORT.programs.map(([name, source]) => [stringOf(name), source]));
}

function stringOf(number) {
  return REPORT.strings[number];
}

function partOf(number) {
  return TEXTS.parts[number];
}

function linesOf(text) {
  return TEXTS.texts[text].map(partOf);
}

function keyOf(caseName, path) {
  return `${caseName}/${path}`;
}

function readRow([caseName, path, cells]) {
  const [name, way] = [stringOf(caseName), stringOf(path)];
  return {
    case: name,
    path: way,
    key: keyOf(name, way),
    cells: cells.map(([letter, outcome, kind, severity, drift]) => ({
      letter: stringOf(letter),
      outcome: stringOf(outcome),
      kind,
      severity,
      drift,
    })),
  };
}

function readDrift(fields, place) {
  const section = REPORT.sections[fields.section];
  const [name, path] = [stringOf(fields.case), stringOf(fields.path)];
  return {
    place,
    name: stringOf(fields.name),
    case: name,
    path,
    key: keyOf(name, path),
    section: fields.section,
    before: stringOf(section.before),
    source: stringOf(section.source),
    after: stringOf(section.after),
    kind: fields.kind,
    severity: fields.severity,
    label: stringOf(fields.label),
    cluster: stringOf(fields.cluster),
    golden: stringOf(fields.golden),
    because: stringOf(fields.because),
    evidence: stringOf(fields.evidence),
    old: fields.old,
    new: fields.new,
    graphs: fields.graphs.map(([before, after, aligned]) => ({ old: stringOf(before), new: stringOf(after), aligned })),
    edits: fields.edits.map(([kind, severity, where, sentence, detail]) => ({
      kind,
      severity,
      where: stringOf(where),
      sentence: stringOf(sentence),
      detail: stringOf(detail),
    })),
  };
}

/** Give a record's texts by their names; that of no record holds none. */
function textsOf(record) {
  if (record === null) return new Map();
  return new Map(TEXTS.records[record].map(([name, text]) => [partOf(name), text]));
}

/** Give a graph's nodes; null where the text cannot be read as a graph. */
function nodesOf(text) {
  const nodes = TEXTS.graphs[text];
  if (!nodes) return null;
  return nodes.map(([name, op, target, inputs], place) => ({
    place,
    name: partOf(name),
    op: partOf(op),
    target: partOf(target),
    inputs,
  }));
}

/** Make the mark of what has a class and a severity: two letters, and a shape and colour from the style sheet. */
function makeBadge({ kind, severity }) {
  const { name, code } = CLASSES[kind];
  return make("span", { class: "badge", "data-kind": name, "data-severity": SEVERITIES[severity], "aria-hidden": "true" }, code);
}
