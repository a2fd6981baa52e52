// The picture of one graph: its nodes and edges, the changed ones marked by colour, dash and sign.

let pictures = 0;

/**
 * Draw one side's graph into a pane.
 * `changes` maps a changed node's place to its change; `lost` tells of an edge that the other side lacks it.
 * `pointed(place, chosen)` is called as a node is pointed at (null: no longer) or chosen.
 */
class Picture {
  constructor(side, nodes, changes, lost, pointed) {
    Object.assign(this, { side, nodes, changes, pointed, groups: new Map() });
    this.layout = layOut(nodes, new Set(changes.keys()));
    this.order = [...this.layout.boxes.keys()].sort((one, two) => one - two);
    const inside = draw("g", {});
    const arrow = `arrow-${++pictures}`;
    inside.append(...this.layout.edges.map((edge) => drawEdge(edge, lost(edge), side, arrow)));
    for (const place of this.order) inside.append(this.#drawNode(place));
    this.svg = draw("svg", this.#description(), makeArrow(arrow), inside);
    this.viewport = new Viewport(this.svg, inside, this.layout.width, this.layout.height);
    this.#listen();
  }

  /** Show it for the first time: all, or what surrounds a node. */
  begin(place, whole) {
    this.viewport.begin(this.layout.boxes.get(place), whole);
  }

  /** Light up one node, or none. */
  light(place) {
    for (const group of this.svg.querySelectorAll(".hot")) group.classList.remove("hot");
    this.groups.get(place)?.classList.add("hot");
  }

  /** Bring a node into the middle, as large as in the picture beside. */
  seek(place) {
    const box = this.layout.boxes.get(place);
    if (!box) return;
    this.viewport.scale = this.viewport.beside?.scale ?? this.viewport.scale;
    this.viewport.centre(box);
  }

  /** Go to the next changed node, or to the one before; to any node where none changed. */
  step(by) {
    const stops = this.#changed().length ? this.#changed() : this.order;
    const here = [...this.groups].find(([, group]) => group === document.activeElement)?.[0];
    const at = here === undefined ? (by > 0 ? -1 : 0) : stops.indexOf(here);
    const place = stops[(at + by + stops.length) % stops.length];
    if (place === undefined) return;
    this.viewport.scale = Math.max(this.viewport.scale, SCALE.readable);
    this.viewport.centre(this.layout.boxes.get(place));
    this.groups.get(place).focus({ preventScroll: true });
  }

  #changed() {
    return this.order.filter((place) => this.changes.has(place));
  }

  #description() {
    const counts = `${many(this.nodes.length, "node")}, ${this.changes.size} marked`;
    return {
      role: "application",
      tabindex: 0,
      "aria-roledescription": "graph picture",
      "aria-label": `${this.side} graph: ${counts}. Arrows move, plus and minus scale, 0 fits, n and p go to the next and previous change.`,
    };
  }

  #drawNode(place) {
    const node = this.nodes[place];
    const { x, y, width, height, label } = this.layout.boxes.get(place);
    const change = this.changes.get(place) ?? "same";
    const round = node.op === "placeholder" || node.op === "output" ? height / 2 : 4;
    const words = `${node.name}: ${node.op} ${node.target}${change === "same" ? "" : `, ${change}`}`;
    const sign = change === "same" ? [] : [drawSign(MARKS[change], width)];
    const group = draw(
      "g",
      { class: "node", transform: `translate(${x - width / 2} ${y - height / 2})`, "data-change": change },
      draw("title", {}, words),
      draw("rect", { width, height, rx: round }),
      draw("text", { x: width / 2, y: 16, class: "name" }, label[0]),
      draw("text", { x: width / 2, y: 30, class: "target" }, label[1]),
      sign,
    );
    fill(group, { tabindex: -1, role: "img", "aria-label": words, "data-place": place }, []);
    this.groups.set(place, group);
    return group;
  }

  #listen() {
    const placeOf = (event) => {
      const group = event.target.closest(".node");
      return group ? Number(group.dataset.place) : null;
    };
    this.svg.addEventListener("pointermove", (event) => moves(event) && this.pointed(placeOf(event), false));
    this.svg.addEventListener("pointerleave", () => this.pointed(null, false));
    this.svg.addEventListener("focusin", (event) => this.pointed(placeOf(event), true));
    this.svg.addEventListener("click", (event) => {
      const place = placeOf(event);
      if (place !== null && !this.viewport.dragged) this.pointed(place, true);
    });
    this.svg.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const steps = { n: 1, p: -1 };
      if (Object.hasOwn(steps, event.key)) this.step(steps[event.key]);
      else if (!this.viewport.press(event.key)) return;
      event.preventDefault();
    });
  }
}

function drawEdge({ from, to, points }, lost, side, arrow) {
  const change = lost ? (side === "old" ? "removed" : "added") : "same";
  return draw("path", {
    class: "edge",
    d: curve(points),
    "data-from": from,
    "data-to": to,
    "data-change": change,
    "marker-end": `url(#${arrow})`,
  });
}

/** Give a path that is straight at its ends and rounds the points between. */
function curve(points) {
  const at = ({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  const bends = points.slice(1, -1).map((point, place) => {
    const next = points[place + 2];
    return `Q${at(point)} ${at({ x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 })}`;
  });
  return `M${at(points[0])}${bends.join("")}L${at(points.at(-1))}`;
}

function drawSign(sign, width) {
  return draw(
    "g",
    { class: "sign", transform: `translate(${width} 0)` },
    draw("circle", { r: 8 }),
    draw("text", { y: 4 }, sign),
  );
}

function makeArrow(id) {
  const size = { viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 8, markerHeight: 8 };
  const shape = { id, ...size, markerUnits: "userSpaceOnUse", orient: "auto" };
  return draw("defs", {}, draw("marker", shape, draw("path", { class: "arrow", d: "M0 0L8 4L0 8Z" })));
}
