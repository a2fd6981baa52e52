// One drift, or one record where nothing drifted: what changed in words, then every text of it.

const MOST_EDITS = 10;
const KINDS = ["graph", "code", "values", "signature", "guards"];

/** Make the view of a drift. */
function makeDriftView(drift) {
  const texts = { old: textsOf(drift.old), new: textsOf(drift.new) };
  const parts = makeParts(texts, drift.case, drift.edits, drift.graphs);
  return [
    makeHead(drift.case, drift.path, [
      make("p", { class: "facts" }, makeBadge(drift), make("b", {}, drift.label), ` ${drift.before} → ${drift.after} · `,
        linkTo(`cluster=${sectionOf(drift)}/${drift.cluster}`, {}, "its cluster ", make("code", {}, drift.cluster))),
      drift.source ? make("p", { class: "quiet" }, make("a", { href: drift.source }, "the two builds' commits")) : null,
      drift.evidence ? make("p", {}, "replayed: ", drift.evidence) : null,
      drift.because ? make("p", {}, "because: ", drift.because) : null,
      drift.golden ? make("p", { class: "quiet" }, make("code", {}, drift.golden)) : null,
    ]),
    makeNeighbours(drift),
    makeEdits(drift.edits, parts.open),
    parts.area,
  ];
}

/** Make the view of a record that is looked at for itself. */
function makeRecordView(row, record) {
  const words = make("p", { class: "quiet" }, "Nothing differs here: this is the newest record.");
  const texts = textsOf(record);
  return [makeHead(row.case, row.path, [words]), makeTimeline(row.key, null), makeParts({ old: texts, new: texts }, row.case, [], []).area];
}

/** Make what is shown where the address names nothing that this report holds. */
function makeNothingView() {
  const words = make("p", {}, "This report holds no such record. It may have been made from another run.");
  return [make("h2", { tabindex: -1 }, "Not found"), words, linkTo("clusters", {}, "All clusters")];
}

function sectionOf(drift) {
  return drift.name.slice("drift=".length, -drift.key.length - 1);
}

function makeHead(caseName, path, more) {
  const [view, name] = viewOf("") === "matrix" ? ["matrix", "← Matrix"] : ["clusters", "← Clusters"];
  const back = linkTo(view, { class: "back" }, name);
  const title = make("h2", { tabindex: -1 }, caseName, make("span", { class: "path" }, ` · ${path}`));
  return make("header", { class: "head" }, back, title, more);
}

/** Make the ways to other drifts: of this record at other versions, of this case, of this cluster. */
function makeNeighbours(drift) {
  const together = DRIFTS.filter((each) => each.section === drift.section && each.cluster === drift.cluster);
  const here = together.indexOf(drift);
  const siblings = DRIFTS.filter((each) => each.section === drift.section && each.case === drift.case && each !== drift);
  const [previous, next] = [together[here - 1], together[here + 1]];
  return make(
    "nav",
    { class: "neighbours", "aria-label": "Other drifts" },
    makeTimeline(drift.key, drift),
    make("p", {}, `${here + 1} of ${many(together.length, "golden")} in its cluster `,
      previous ? linkTo(previous.name, { rel: "prev" }, "previous") : null,
      next ? linkTo(next.name, { rel: "next" }, "next") : null),
    siblings.length ? makeSiblings(siblings) : null,
  );
}

function makeSiblings(siblings) {
  const links = siblings.map((each) => make("li", {}, linkTo(each.name, {}, makeBadge(each), each.path)));
  return make("details", {}, make("summary", {}, `${many(siblings.length, "other tracing path")} of this case drifted too`), make("ul", { class: "siblings" }, links));
}

/** Make a record's row of the matrix. */
function makeTimeline(key, drift) {
  const row = ROW_BY_KEY.get(key);
  if (!row) return null;
  const cells = row.cells.map((cell, place) => {
    const current = drift && cell.drift === drift.place ? "true" : null;
    const shown = [make("span", { class: "version" }, COLUMNS[place]), cellParts(cell)[0]];
    const words = cellWords(cell, COLUMNS[place]);
    if (cell.drift === NOTHING) return make("li", { title: words }, shown);
    return make("li", {}, linkTo(DRIFTS[cell.drift].name, { title: words, "aria-label": words, "aria-current": current }, shown));
  });
  return make("ol", { class: "timeline", "aria-label": "This record by version" }, cells);
}

function makeEdits(edits, open) {
  const line = (edit) =>
    make("li", {}, makeBadge(edit), makeButton(edit.where, () => open(edit.where), { class: "where" }), make("span", {}, sentenceParts(edit.sentence), edit.detail ? make("i", {}, ` ${edit.detail}`) : null));
  const rest = edits.slice(MOST_EDITS);
  return make(
    "section",
    { class: "said", "aria-label": "Edits" },
    make("ul", { class: "edits" }, edits.slice(0, MOST_EDITS).map(line)),
    rest.length ? make("details", {}, make("summary", {}, many(rest.length, "more edit")), make("ul", { class: "edits" }, rest.map(line))) : null,
  );
}

/** Make the tabs over all texts: graphs, then facts, the outcome and the program; `open` shows an edit's place. */
function makeParts(texts, caseName, edits, pairs) {
  const parts = partsOf(texts, caseName, pairs);
  const first = placeOf(edits.map((edit) => edit.where), parts) ?? parts[0].value;
  const tabs = makeTabs("Parts of the record", parts, first, (value) => showPart(parts.find((part) => part.value === value), texts));
  const open = (where) => {
    const part = placeOf([where], parts);
    if (!part) return;
    tabs.select(part);
    const kind = splitName(where)[1];
    tabs.panel.querySelector(`[data-tab="${CSS.escape(kind)}"]`)?.click();
    tabs.list.scrollIntoView({ block: "start" });
  };
  const area = make("section", { class: "parts", "aria-label": "Texts and pictures" }, tabs.list, tabs.panel);
  return { area, open };
}

/** Give the first part that one of some places lies in: an artifact's name, a graph's, a fact's, `outcome`. */
function placeOf(places, parts) {
  for (const place of places) {
    const found = parts.filter((part) => place === part.value || place.startsWith(`${part.value}.`));
    if (found.length) return found.sort((one, two) => two.value.length - one.value.length)[0].value;
  }
  return null;
}

function partsOf(texts, caseName, pairs) {
  const own = ["outcome", "facts"].map((name) => ({ value: name, label: name, changed: texts.old.get(name) !== texts.new.get(name) }));
  const program = PROGRAMS.has(caseName) ? [{ value: "case", label: "case source", program: PROGRAMS.get(caseName) }] : [];
  return [...graphParts(texts, pairs), ...own, ...program];
}

/** Give the graphs of either record, each with its texts by kind; a graph may have got another name. */
function graphParts(texts, pairs) {
  const [old, now] = [graphsOf(texts.old), graphsOf(texts.new)];
  const before = new Map(pairs.map((pair) => [pair.new, pair]));
  const gone = new Set(old.keys());
  const parts = [...now].map(([name, kinds]) => {
    const pair = before.get(name) ?? { old: name, aligned: NOTHING };
    gone.delete(pair.old);
    const label = pair.old === name || !old.has(pair.old) ? name : `${pair.old} → ${name}`;
    return makePart(name, label, old.get(pair.old), kinds, pair.aligned);
  });
  return [...parts, ...[...gone].map((name) => makePart(name, name, old.get(name), undefined, NOTHING))];
}

function graphsOf(texts) {
  const graphs = new Map();
  for (const [name, text] of texts) {
    const [graph, kind] = splitName(name);
    if (graph) graphs.set(graph, (graphs.get(graph) ?? new Map()).set(kind, text));
  }
  return graphs;
}

function makePart(value, label, old = new Map(), now = new Map(), aligned) {
  const kinds = [...new Set([...now.keys(), ...old.keys()])].sort((one, two) => rankOf(one) - rankOf(two));
  const texts = kinds.map((kind) => ({ value: kind, label: kind, old: old.get(kind) ?? null, new: now.get(kind) ?? null }));
  for (const text of texts) text.changed = text.old !== text.new;
  return { value, label, kinds: texts, changed: texts.some((text) => text.changed), aligned };
}

/** Split an artifact's name into its graph's, which may be empty, and its kind. */
function splitName(name) {
  const at = name.lastIndexOf(".");
  return [name.slice(0, Math.max(at, 0)), name.slice(at + 1)];
}

function rankOf(kind) {
  return KINDS.includes(kind) ? KINDS.indexOf(kind) : KINDS.length;
}

function showPart(part, texts) {
  if (part.program !== undefined) return showLines(part.program, part.program);
  if (!part.kinds) return showLines(texts.old.get(part.value) ?? null, texts.new.get(part.value) ?? null);
  const first = part.kinds.find((kind) => kind.changed) ?? part.kinds[0];
  const open = (value) => showText(part.kinds.find((kind) => kind.value === value), part.aligned);
  const { list, panel } = makeTabs(`Texts of ${part.label}`, part.kinds, first.value, open);
  return [list, panel];
}

function showText({ value, old, new: now }, aligned) {
  const drawable = value === "graph" && [old, now].every((text) => text === null || nodesOf(text));
  const rows = drawable ? graphRows(old, now, aligned) : null;
  return rows ? makeGraph(rows, old, now) : showLines(old, now);
}

function showLines(oldText, newText) {
  const single = oldText === null || newText === null || oldText === newText;
  const [oldLines, newLines] = [oldText, newText].map((text) => (text === null ? [] : linesOf(text)));
  const table = makeRows(lineRows(oldText, newText), oldLines, newLines, { single });
  return make("div", { class: "scroller" }, table);
}
