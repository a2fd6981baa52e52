// What is yet to be answered, in which order, and what was done in this tab.

class Queue {
  constructor() {
    this.clusters = [];
    this.skipped = new Set(kept.read("skipped", []));
    this.steps = kept.read("steps", []); // answers by number, and names of skipped clusters, the last one last
    this.filter = "";
    this.chosen = "";
    this.awaited = ""; // what was taken back, until the server says that it is pending
  }

  /** What is left to look at: neither answered nor skipped. */
  get left() {
    return this.clusters.filter((each) => !this.skipped.has(each.name));
  }

  /** What of that holds the words that the person asked for. */
  get shown() {
    const words = this.filter.toLowerCase().split(/\s+/).filter(Boolean);
    return this.left.filter((each) => words.every((word) => each.words.toLowerCase().includes(word)));
  }

  get current() {
    const shown = this.shown;
    return shown.find((each) => each.name === this.chosen) ?? shown[0] ?? null;
  }

  /** Take what is pending now; where the current cluster is gone, the one after it is next. */
  take(clusters) {
    const after = this.#listAfter(this.current?.name);
    this.clusters = clusters;
    const names = new Set(this.shown.map((each) => each.name));
    if (names.has(this.awaited)) [this.chosen, this.awaited] = [this.awaited, ""];
    if (!names.has(this.chosen)) this.chosen = after.find((name) => names.has(name)) ?? "";
  }

  /** The cluster itself and those after it, as they stand in the list now. */
  #listAfter(name) {
    const names = this.shown.map((each) => each.name);
    return names.slice(Math.max(0, names.indexOf(name)));
  }

  listAlike(cluster) {
    return this.shown.filter((each) => each.class === cluster.class);
  }

  skip(name) {
    const [, next] = this.#listAfter(name);
    this.skipped.add(name);
    this.chosen = next ?? "";
    this.push({ skipped: name, name });
  }

  /** Offer a skipped cluster again. */
  resume(name) {
    this.skipped.delete(name);
    this.chosen = name;
    this.#keep();
  }

  push(step) {
    this.awaited = "";
    this.steps.push(step);
    this.#keep();
  }

  pop() {
    this.steps.pop();
    this.#keep();
  }

  #keep() {
    kept.write("steps", this.steps.slice(-200));
    kept.write("skipped", [...this.skipped]);
  }
}
