// One graph before and after: both pictures, the rows below them, and what is pointed at lit up in all three.

const PATIENCE = 120; // nodes from which a person is told that a picture takes a moment
const LOWEST = 160;
const FRAME = 24;

/** Make what shows a graph's two texts, either of which may be null, by its rows. */
function makeGraph(rows, oldText, newText) {
  const sides = { old: oldText === null ? null : nodesOf(oldText), new: newText === null ? null : nodesOf(newText) };
  const table = makeGraphRows(rows, oldText, newText);
  const link = new GraphLink(rows, sides, table);
  const panes = make("div", { class: "panes" });
  const area = make("div", { class: "graph", "data-side": newText === null ? "old" : "new" });
  const shown = ["old", "new"].filter((side) => sides[side] && !(oldText === newText && side === "old"));
  panes.dataset.count = shown.length;
  panes.append(...shown.map((side) => makePane(side, sides[side], link, shown.length)));
  area.append(makeTools(area, shown), panes, make("div", { class: "scroller" }, table));
  return area;
}

function makeGraphRows(rows, oldText, newText) {
  const single = oldText === null || newText === null || oldText === newText;
  const [oldLines, newLines] = [oldText, newText].map((text) => (text === null ? [] : linesOf(text)));
  return makeRows(rows, oldLines, newLines, { shift: 1, single });
}

function makeTools(area, shown) {
  const signs = Object.entries(MARKS).filter(([change]) => change !== "same");
  const legend = signs.map(([change, sign]) =>
    make("li", {}, make("span", { class: "mark", "data-change": change, "aria-hidden": "true" }, sign), change),
  );
  return make(
    "div",
    { class: "tools" },
    shown.length > 1 ? makeSides(area, shown) : null,
    make("ul", { class: "marks", "aria-label": "Marks of nodes" }, legend),
    make("span", { class: "hint" }, "drag or arrows move · Ctrl and wheel, + or − scale · n, p: changes"),
  );
}

/** Make the switch between both pictures, which only a narrow screen shows. */
function makeSides(area, shown) {
  const buttons = shown.map((side) => makeButton(side, () => choose(side), { class: "quiet", "data-side": side }));
  const choose = (side) => {
    area.dataset.side = side;
    for (const button of buttons) button.setAttribute("aria-pressed", button.dataset.side === side);
    area.dispatchEvent(new CustomEvent("side"));
  };
  choose(area.dataset.side);
  return make("div", { class: "sides", role: "group", "aria-label": "Picture that is shown" }, buttons);
}

function makePane(side, nodes, link, count) {
  const place = make("div", { class: "place" }, make("p", { class: "quiet" }, "Laying out the graph …"));
  const pane = make("figure", { class: `pane ${side}` }, make("figcaption", {}), place);
  const title = count > 1 ? `${side}: ${many(nodes.length, "node")}` : many(nodes.length, "node");
  pane.firstChild.append(make("span", {}, title));
  const drawNow = () => {
    if (!pane.isConnected) return;
    drawPane(pane, place, new Picture(side, nodes, link.changes(side), link.lost(side), link.pointed(side)), link);
  };
  // The pane must stand in the page before its size is known; a large graph also lets the page be shown first.
  if (nodes.length < PATIENCE) queueMicrotask(() => requestAnimationFrame(drawNow));
  else requestAnimationFrame(() => setTimeout(drawNow));
  return pane;
}

function drawPane(pane, place, picture, link) {
  const { viewport, layout } = picture;
  place.style.height = `${Math.max(LOWEST, layout.height + FRAME)}px`; // the style sheet says how high at most
  place.replaceChildren(picture.svg);
  const buttons = [
    ["−", "Scale down", () => viewport.act("zoom", 0.8)],
    ["+", "Scale up", () => viewport.act("zoom", 1.25)],
    ["Fit", "Show all of the graph", () => viewport.act("fit")],
    ["Next change", "Go to the next changed node", () => picture.step(1)],
  ].map(([label, words, act]) => makeButton(label, act, { class: "quiet", "aria-label": words }));
  pane.firstChild.append(make("span", { class: "buttons" }, buttons));
  if (layout.left) {
    const words = `Too large to draw whole: changed nodes and their neighbours, ${many(layout.left, "node")} left out.`;
    pane.firstChild.after(make("p", { class: "left-out" }, words));
  }
  link.add(picture);
  // A pane that a narrow screen hid has no size yet.
  pane.closest(".graph").addEventListener("side", () => requestAnimationFrame(() => link.begin()));
}

/** Knows which node of the one graph is which of the other, and lights both up with their row. */
class GraphLink {
  constructor(rows, sides, table) {
    Object.assign(this, { rows, sides, table, pictures: {}, chosen: null, lit: null });
    this.partners = { old: new Map(), new: new Map() };
    for (const row of rows) {
      if (row.old !== NOTHING) this.partners.old.set(row.old, row);
      if (row.new !== NOTHING) this.partners.new.set(row.new, row);
    }
    table.addEventListener("pointermove", (event) => moves(event) && this.#pointedRow(event, false));
    table.addEventListener("pointerleave", () => this.#light(null));
    table.addEventListener("click", (event) => this.#pointedRow(event, true));
  }

  /** Give the changed nodes of a side, each with its change. */
  changes(side) {
    const changed = [...this.partners[side]].filter(([, row]) => row.change !== "same");
    return new Map(changed.map(([place, row]) => [place, row.change]));
  }

  /** Add a picture: it begins where the one beside it does, and they move together. */
  add(picture) {
    this.pictures[picture.side] = picture;
    const { old, new: now } = this.pictures;
    if (old && now) [old.viewport.beside, now.viewport.beside] = [now.viewport, old.viewport];
    this.begin();
  }

  /** Show both pictures whole where both can be read so, else the first change in both. */
  begin() {
    const shown = Object.values(this.pictures);
    const whole = shown.every((picture) => picture.viewport.readable);
    const first = Math.max(0, this.rows.findIndex((row) => row.change !== "same"));
    for (const picture of shown) picture.begin(this.#nearest(first, picture.side), whole);
  }

  /** Give where a side shows a row: its node, else the one before it, else the one behind it. */
  #nearest(at, side) {
    const has = (row) => row[side] !== NOTHING;
    return (this.rows.slice(0, at + 1).findLast(has) ?? this.rows.slice(at).find(has))?.[side];
  }

  #seek(row, side) {
    this.pictures[side]?.seek(this.#nearest(this.rows.indexOf(row), side));
  }

  /** Give a function that tells whether an edge of a side has no like on the other side. */
  lost(side) {
    const other = side === "old" ? "new" : "old";
    if (!this.sides[other] || this.rows.every((row) => row.change === "same")) return () => false;
    const known = new Set([...edgesOf(this.sides[other])].map((edge) => edge.join()));
    const partner = (place) => this.partners[side].get(place)?.[other] ?? NOTHING;
    return ({ from, to }) => !known.has([partner(from), partner(to)].join());
  }

  /** Give what a picture of a side calls as one of its nodes is pointed at or chosen. */
  pointed(side) {
    const other = side === "old" ? "new" : "old";
    return (place, chosen) => {
      const row = place === null ? null : (this.partners[side].get(place) ?? null);
      if (!row || !chosen) return this.#light(row);
      this.chosen = row;
      this.#unfold(row);
      this.lit = null; // the row may have been folded as it was lit up
      this.#light(row);
      this.#seek(row, other);
      this.#rowElement(row)?.scrollIntoView({ block: "nearest" });
    };
  }

  #pointedRow(event, chosen) {
    const element = event.target.closest("tr[data-change]");
    if (!element) return;
    const [old, now] = [Number(element.dataset.old), Number(element.dataset.new)];
    const row = this.rows.find((each) => each.old === old && each.new === now);
    if (!row) return;
    this.#light(row);
    if (!chosen) return;
    this.chosen = row;
    for (const side of ["old", "new"]) this.#seek(row, side);
  }

  /** Light up a row's nodes and the row; what was chosen last where none is pointed at. */
  #light(pointed) {
    const row = pointed ?? this.chosen;
    if (row === this.lit) return;
    this.lit = row;
    for (const lit of this.table.querySelectorAll("tr.hot")) lit.classList.remove("hot");
    for (const side of ["old", "new"]) this.pictures[side]?.light(row ? row[side] : null);
    if (row) this.#rowElement(row)?.classList.add("hot");
  }

  #rowElement(row) {
    return this.table.querySelector(`tr[data-old="${row.old}"][data-new="${row.new}"]`);
  }

  #unfold(row) {
    while (!this.#rowElement(row)) {
      const fold = [...this.table.querySelectorAll("tr.fold")].find((each) => each.places.includes(row));
      if (!fold) return;
      fold.open();
    }
  }
}
