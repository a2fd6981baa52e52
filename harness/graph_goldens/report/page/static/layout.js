// Where a graph's nodes and edges stand in its picture; dagre finds the places.

const MOST_NODES = 300;
const LONGEST_LABEL = 30;
const LETTER = 6.7; // width of a letter of the pictures' font at its size, in units of the picture
const BOX = { height: 38, padding: 22 };

/**
 * Lay out a graph, or only what surrounds its changed nodes where it is large.
 * Gives `boxes` by a node's place, `edges`, `width`, `height`, and `left`: how many nodes are left out.
 */
function layOut(nodes, changed) {
  const kept = nodes.length <= MOST_NODES ? new Set(nodes.keys()) : surroundings(nodes, changed);
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ nodesep: 18, ranksep: 34, edgesep: 10, marginx: 12, marginy: 12 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const place of kept) graph.setNode(String(place), sizeOf(nodes[place]));
  for (const [from, to] of edgesOf(nodes)) {
    if (kept.has(from) && kept.has(to)) graph.setEdge(String(from), String(to));
  }
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    boxes: new Map([...kept].map((place) => [place, graph.node(String(place))])),
    edges: graph.edges().map(({ v, w }) => ({ from: +v, to: +w, points: graph.edge(v, w).points })),
    width,
    height,
    left: nodes.length - kept.size,
  };
}

function* edgesOf(nodes) {
  for (const node of nodes) for (const input of node.inputs) yield [input, node.place];
}

/** Give changed nodes and their neighbours, at most so many; the first nodes where none changed. */
function surroundings(nodes, changed) {
  const kept = new Set([...changed].slice(0, MOST_NODES));
  for (const [from, to] of edgesOf(nodes)) {
    if (kept.size >= MOST_NODES) break;
    if (changed.has(from)) kept.add(to);
    if (changed.has(to)) kept.add(from);
  }
  for (const { place } of changed.size ? [] : nodes.slice(0, MOST_NODES)) kept.add(place);
  return kept;
}

function sizeOf(node) {
  const label = [shortened(node.name), shortened(shortTarget(node))];
  const letters = Math.max(...label.map((line) => line.length));
  return { label, width: Math.round(letters * LETTER) + BOX.padding, height: BOX.height };
}

function shortTarget(node) {
  if (node.op === "placeholder" || node.op === "output") return node.op;
  const target = node.target.replace(/^torch\.(ops\.)?/, "");
  return node.op === "call_function" ? target : `${node.op.replace("call_", "")} ${target}`;
}

function shortened(text) {
  const half = (LONGEST_LABEL - 1) / 2;
  return text.length <= LONGEST_LABEL ? text : `${text.slice(0, Math.ceil(half))}…${text.slice(-Math.floor(half))}`;
}
