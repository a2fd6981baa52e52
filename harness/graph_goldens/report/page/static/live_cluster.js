// The cluster that is looked at: its card, one of its records, and what of that.

const VIEWS = { d: ["diff", "What differs"], o: ["old", "Golden"], n: ["new", "Record"], p: ["program", "Program"] };

class ClusterView {
  constructor(place) {
    Object.assign(this, { place, name: "", saw: "", goldens: [], at: 0, view: "diff" });
  }

  get golden() {
    return this.goldens[this.at] ?? null;
  }

  /** Tell whether a cluster of the list is what is shown, as the list has it. */
  shows({ name, saw }) {
    return this.name === name && this.saw === saw;
  }

  /** What is shown was answered, so it is no longer what there is. */
  outdate() {
    this.saw = "";
  }

  clear(...parts) {
    Object.assign(this, { name: "", saw: "", goldens: [], at: 0 });
    this.place.replaceChildren(...parts);
  }

  /** Show a cluster that the server sent; the golden that was looked at stays where it is the same cluster. */
  show(cluster, wanted) {
    const before = this.name === cluster.name ? this.golden?.name : null;
    takeReport(cluster);
    Object.assign(this, { name: cluster.name, saw: cluster.saw, goldens: cluster.goldens });
    if (before === null) this.view = "diff";
    const names = this.goldens.map((golden) => golden.name);
    this.at = [wanted, before].map((name) => names.indexOf(name)).find((at) => at >= 0) ?? 0;
    this.card = new DOMParser().parseFromString(cluster.card, "text/html").body.firstElementChild;
    this.draw();
  }

  choose(name) {
    const at = this.goldens.findIndex((golden) => golden.name === name);
    if (at < 0) return;
    this.at = at;
    this.draw();
  }

  move(step) {
    if (!this.goldens.length) return;
    this.at = (this.at + step + this.goldens.length) % this.goldens.length;
    this.draw();
  }

  look(view) {
    this.view = view;
    this.draw();
  }

  draw() {
    this.place.replaceChildren(...[this.card, this.#makeHead(), this.#makeBody()].flat().filter(Boolean));
  }

  #makeHead() {
    const golden = this.golden;
    const several = this.goldens.length > 1;
    const views = Object.entries(VIEWS).map(([key, [view, label]]) =>
      makeButton([label, " ", makeKey(key)], () => this.look(view), { "aria-pressed": this.view === view, "data-look": view }),
    );
    const way = `/history?case=${encodeURIComponent(golden.case)}`;
    return make("header", { class: "head golden", id: "golden" },
      make("h2", {}, golden.case, make("span", { class: "path" }, ` · ${golden.path}`)),
      make("p", { class: "facts quiet" }, `torch ${golden.torch}`, make("code", {}, golden.file),
        golden.proved ? null : make("b", { class: "warn" }, "not proved reproducible"),
        make("a", { href: way, target: "_blank", rel: "noopener" }, "its history")),
      make("div", { class: "looks" },
        several ? make("span", { class: "steps-of" },
          makeButton("←", () => this.move(-1), { "aria-label": "The golden before", "aria-keyshortcuts": "ArrowLeft" }),
          make("span", {}, `${this.at + 1} of ${many(this.goldens.length, "golden")}`),
          makeButton("→", () => this.move(1), { "aria-label": "The next golden", "aria-keyshortcuts": "ArrowRight" })) : null,
        make("span", { class: "choices", role: "group", "aria-label": "What is looked at" }, views)),
    );
  }

  #makeBody() {
    const golden = this.golden;
    const texts = { old: textsOf(golden.old), new: textsOf(golden.new) };
    if (this.view === "old") return golden.old === null ? makeQuiet("There is no golden yet.") : makeWhole(texts.old);
    if (this.view === "new") return makeWhole(texts.new);
    if (this.view === "program") {
      const source = PROGRAMS.get(golden.case);
      return source === undefined ? makeQuiet("Its source was not found: the case is made by something else than a function.") : showLines(source, source);
    }
    const drift = golden.drift === NOTHING ? null : DRIFTS[golden.drift];
    const parts = makeParts(texts, golden.case, drift?.edits ?? [], drift?.graphs ?? []);
    return [golden.more ? makeEdits(drift.edits, parts.open) : null, drift?.evidence ? make("p", {}, "replayed: ", drift.evidence) : null, parts.area];
  }
}

/** Make all texts of a record, one below the other. */
function makeWhole(texts) {
  return [...texts].map(([name, text]) => make("section", { class: "whole" }, make("h3", {}, name), showLines(text, text)));
}

function makeQuiet(words) {
  return make("p", { class: "quiet" }, words);
}

function makeKey(key) {
  return make("kbd", {}, key);
}
