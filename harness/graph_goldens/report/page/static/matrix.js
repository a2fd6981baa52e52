// The matrix: cases by versions. A case's row shows the worst of its tracing paths and opens to show each.

const MOST_OPENED = 40; // rows that a search finds, up to which their cases are opened

/** Give what a cell shows: its class in two letters, or the letter of its record where it is as before. */
function cellParts(cell, count = 0) {
  if (cell.kind === NOTHING) return [make("span", { class: "letter" }, cell.letter || "·")];
  return [makeBadge(cell), make("span", { class: "times" }, count > 1 ? count : "")];
}

/** Whether a drift is worse than another: what matters is, whatever its class. */
function isWorse(one, other) {
  return one.severity === other.severity ? one.kind > other.kind : one.severity > other.severity;
}

function cellWords(cell, column) {
  if (cell.kind !== NOTHING) return `${column}: ${CLASSES[cell.kind].name}`;
  if (!cell.outcome) return `${column}: no golden`;
  return `${column}: nothing changed (${cell.outcome}${cell.letter ? `, record ${cell.letter}` : ""})`;
}

class MatrixView {
  #cases = new Map();
  #opened = new Set();
  #focused = null;

  constructor(place) {
    for (const row of ROWS) this.#cases.set(row.case, [...(this.#cases.get(row.case) ?? []), row]);
    this.table = make("table", { class: "matrix", role: "treegrid", "aria-label": "Cases by versions" }, this.#makeHead());
    this.table.addEventListener("click", (event) => this.#click(event));
    this.table.addEventListener("keydown", (event) => this.#key(event));
    place.append(make("div", { class: "scroller tall" }, this.table));
  }

  /** Show the rows that a filter lets pass; gives how many cases that are, and of how many. */
  show(filter) {
    const found = new Map();
    for (const [name, rows] of this.#cases) {
      const passing = rows.filter((row) => filter.passesRow(row));
      if (passing.length) found.set(name, passing);
    }
    const count = [...found.values()].reduce((sum, rows) => sum + rows.length, 0);
    const openAll = filter.words.length > 0 && count <= MOST_OPENED;
    this.filter = filter;
    this.table.querySelectorAll("tbody").forEach((body) => body.remove());
    this.table.append(...[...found].map(([name, rows]) => this.#makeCase(name, rows, openAll || this.#opened.has(name))));
    this.#focus(this.#cells()[0]?.[0], false);
    return { shown: found.size, all: this.#cases.size };
  }

  /** Return to the cell that was left. */
  resume() {
    if (this.#focused?.isConnected) this.#focused.focus();
  }

  #makeHead() {
    const drifts = new Map();
    for (const drift of DRIFTS) drifts.set(drift.after, [...(drifts.get(drift.after) ?? []), drift]);
    const heads = COLUMNS.map((column) => {
      const section = REPORT.sections.find((each) => stringOf(each.after) === column);
      const count = make("span", { class: "count" }, section ? section.drifts.toLocaleString("en") : "·");
      const first = drifts.get(column)?.[0];
      const name = first ? linkTo(`section=${sectionOf(first)}`, { title: "its clusters" }, column) : column;
      return make("th", { scope: "col", role: "columnheader" }, name, count);
    });
    return make("thead", {}, make("tr", { role: "row" }, make("th", { scope: "col", role: "columnheader" }, "case", make("span", { class: "count" }, "drifts")), heads));
  }

  #makeCase(name, rows, open) {
    const body = make("tbody", { role: "rowgroup" });
    const changed = rows.flatMap((row) => row.cells).some((cell) => cell.kind !== NOTHING);
    const head = makeRowHead(make("span", { class: "turn", "aria-hidden": "true" }), name, many(rows.length, "path"));
    const cells = COLUMNS.map((column, place) => this.#makeCaseCell(name, column, rows.map((row) => row.cells[place])));
    const line = make("tr", { role: "row", class: changed ? "case" : "case quiet", "aria-level": 1, "data-case": name }, head, cells);
    body.append(line);
    body.rowsOf = rows;
    this.#open(body, open);
    return body;
  }

  #makeCaseCell(name, column, cells) {
    const drifted = cells.filter((cell) => cell.kind !== NOTHING && this.filter.passesCell(cell));
    const faded = cells.some((cell) => cell.kind !== NOTHING) && !drifted.length;
    if (!drifted.length) {
      const words = faded ? `${name}, ${column}: nothing that the filter lets pass` : `${name}, ${column}: nothing changed`;
      return makeCell({ "aria-label": words }, [make("span", { class: "letter" }, "·")]);
    }
    const worst = drifted.reduce((one, two) => (isWorse(two, one) ? two : one));
    const words = `${name}, ${column}: ${CLASSES[worst.kind].name}, ${many(drifted.length, "path")} changed`;
    return makeCell({ "aria-label": words, title: words, "data-drift": worst.drift, class: "changed" }, cellParts(worst, drifted.length));
  }

  #makePath(row) {
    const cells = row.cells.map((cell, place) => {
      const words = `${row.case}, ${row.path}, ${cellWords(cell, COLUMNS[place])}`;
      const faded = cell.kind !== NOTHING && !this.filter.passesCell(cell) ? "faded" : "";
      const opens = openedBy(row, place);
      return makeCell({ "aria-label": words, title: words, class: `${cell.kind === NOTHING ? "" : "changed"} ${faded}`, ...opens }, cellParts(cell));
    });
    return make("tr", { role: "row", class: "path", "aria-level": 2 }, makeRowHead(null, row.path, ""), cells);
  }

  #open(body, open) {
    const [line, ...paths] = body.children;
    line.setAttribute("aria-expanded", open);
    if (open && !paths.length) body.append(...body.rowsOf.map((row) => this.#makePath(row)));
    if (!open) paths.forEach((path) => path.remove());
    this.#opened[open ? "add" : "delete"](line.dataset.case);
  }

  #click(event) {
    const cell = event.target.closest("td, th[role=rowheader]");
    if (!cell || event.target.closest("a")) return;
    this.#focus(cell, false);
    this.#act(cell);
  }

  #act(cell) {
    const body = cell.closest("tbody");
    if (cell.dataset.drift) location.hash = fragment(DRIFTS[cell.dataset.drift].name);
    else if (cell.dataset.record) location.hash = fragment(`record=${cell.dataset.record}`);
    else if (cell.matches("th") && cell.parentElement.matches(".case")) this.#open(body, body.children.length === 1);
  }

  #cells() {
    return [...this.table.querySelectorAll("tbody tr")].map((line) => [...line.children]);
  }

  #focus(cell, really = true) {
    if (!cell) return;
    if (this.#focused) this.#focused.tabIndex = -1;
    this.#focused = cell;
    cell.tabIndex = 0;
    if (really) cell.focus();
  }

  #key(event) {
    const cell = event.target.closest("td, th[role=rowheader]");
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") this.#act(cell);
    else if (!this.#turn(cell, event.key) && !this.#move(cell, event.key)) return;
    event.preventDefault();
  }

  /** Open or close a case by the arrows, on its head. */
  #turn(cell, key) {
    const line = cell.parentElement;
    const open = line.getAttribute("aria-expanded") === "true";
    if (!cell.matches("th") || !line.matches(".case") || key !== (open ? "ArrowLeft" : "ArrowRight")) return false;
    this.#open(line.parentElement, !open);
    return true;
  }

  #move(cell, key) {
    const lines = [...this.table.querySelectorAll("tbody tr")];
    const [down, right] = [lines.indexOf(cell.parentElement), [...cell.parentElement.children].indexOf(cell)];
    const to = {
      ArrowUp: [down - 1, right],
      ArrowDown: [down + 1, right],
      ArrowLeft: [down, right - 1],
      ArrowRight: [down, right + 1],
      Home: [down, 0],
      End: [down, COLUMNS.length],
      PageUp: [Math.max(0, down - 10), right],
      PageDown: [Math.min(lines.length - 1, down + 10), right],
    }[key];
    if (!to) return false;
    this.#focus(lines[to[0]]?.children[to[1]]);
    return true;
  }
}

function makeRowHead(turn, name, note) {
  return make("th", { scope: "row", role: "rowheader", tabindex: -1, title: name }, turn, make("span", { class: "name" }, nameParts(name)), note ? make("span", { class: "note" }, note) : null);
}

/** Set a case's pack apart, which a narrow screen leaves out. */
function nameParts(name) {
  const at = name.lastIndexOf("/") + 1;
  return [make("span", { class: "pack" }, name.slice(0, at)), name.slice(at)];
}

function makeCell(attributes, parts) {
  return make("td", { role: "gridcell", tabindex: -1, ...attributes }, parts);
}

/** Give what a cell opens: its drift, else the drift that made or ended its record, else the record. */
function openedBy(row, place) {
  const { drift, letter } = row.cells[place];
  if (drift !== NOTHING) return { "data-drift": drift };
  const same = (at) => letter && row.cells[at].letter === letter;
  let at = place;
  while (at > 0 && row.cells[at].drift === NOTHING && same(at - 1)) at--;
  if (row.cells[at].drift !== NOTHING) return { "data-drift": row.cells[at].drift };
  at = place + 1;
  while (at < row.cells.length && same(at) && row.cells[at].drift === NOTHING) at++;
  const after = row.cells[at]?.drift ?? NOTHING;
  if (letter && after !== NOTHING) return { "data-drift": after };
  return NEWEST.has(row.key) ? { "data-record": row.key } : {};
}
