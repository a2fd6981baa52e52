// What the filters let pass, in the matrix and among the clusters that stand in the page already.

class Filter {
  constructor(text, kind, severity, version) {
    this.words = text.toLowerCase().split(/\s+/).filter(Boolean);
    Object.assign(this, { kind, severity, version, column: COLUMNS.indexOf(version) });
  }

  /** Whether a class and severity are asked for, or none is. */
  passesKind(name, severity) {
    return (!this.kind || this.kind === name) && (!this.severity || this.severity === severity);
  }

  passesCell(cell) {
    return cell.kind !== NOTHING && this.passesKind(CLASSES[cell.kind].name, SEVERITIES[cell.severity]);
  }

  passesWords(text) {
    return this.words.every((word) => text.includes(word));
  }

  passesRow(row) {
    if (!this.passesWords(`${row.case} ${row.path}`.toLowerCase())) return false;
    if (!this.kind && !this.severity && !this.version) return true;
    return row.cells.some((cell, place) => this.passesCell(cell) && (!this.version || place === this.column));
  }
}

/** Show the clusters that a filter lets pass; gives how many, and of how many, each counted once. */
function filterClusters(filter) {
  const [shown, all] = [new Set(), new Set()];
  for (const step of document.querySelectorAll(".step")) {
    const clusters = [...step.querySelectorAll(".cluster")];
    const right = !filter.version || step.dataset.version === filter.version;
    for (const cluster of clusters) cluster.hidden = !(right && passesCluster(filter, cluster));
    const left = clusters.filter((cluster) => !cluster.hidden);
    step.hidden = !left.length && (clusters.length > 0 || !right);
    for (const cluster of left) shown.add(cluster.dataset.fingerprint);
    for (const cluster of clusters) all.add(cluster.dataset.fingerprint);
  }
  return { shown: shown.size, all: all.size };
}

function passesCluster(filter, cluster) {
  if (!filter.passesKind(cluster.dataset.kind, cluster.dataset.severity)) return false;
  const goldens = [...cluster.querySelectorAll("[data-words]")];
  return !filter.words.length || goldens.some((golden) => filter.passesWords(golden.dataset.words.toLowerCase()));
}
