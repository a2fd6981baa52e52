// The live page as a whole: what is pending, what a key or a button does about it, and what others did meanwhile.

const SELF = nameSelf();
const queue = new Queue();
const shownCluster = new ClusterView(document.getElementById("cluster"));
const question = new Question();
const check = new CheckView(say);
const current = document.getElementById("current");
const only = document.getElementById("only");
const help = document.getElementById("help");
const TITLE = document.title;
let state = null;
let busy = false;
let refreshing = null;
let again = false;

const DECISIONS = {
  a: () => accept([queue.current]),
  A: () => accept(queue.listAlike(queue.current)),
  r: () => reject([queue.current]),
  R: () => reject(queue.listAlike(queue.current)),
  t: () => triage(queue.current),
  g: () => acceptOne(queue.current),
};
const STEPS = {
  s: () => skip(),
  u: () => undo(),
  l: () => goToNumber(),
  "/": () => only.focus(),
  "?": () => (help.open ? help.close() : help.showModal()),
  q: () => leave(),
  j: () => shownCluster.move(1),
  k: () => shownCluster.move(-1),
  ArrowRight: () => shownCluster.move(1),
  ArrowLeft: () => shownCluster.move(-1),
  b: () => scrollBy(0, -0.9 * innerHeight),
  PageUp: () => scrollBy(0, -0.9 * innerHeight),
  ...Object.fromEntries(Object.entries(VIEWS).map(([key, [view]]) => [key, () => shownCluster.look(view)])),
};

/** Say what happened; a problem stands out, and a command may stand beside it. */
function say(words, problem = false, command = "") {
  const place = document.getElementById("said");
  place.replaceChildren(words);
  if (command) place.append(make("span", { class: "command" }, make("code", {}, command), makeButton("Copy", () => {}, { class: "quiet copy", "aria-label": "Copy the command" })));
  place.classList.toggle("problem", problem);
}

/** Say why something was not done; what is a fault of the page is told to its console too. */
function tellProblem(error) {
  say(error.message, true);
  if (!(error instanceof Refusal)) console.error(error);
}

/** Ask what is pending, once for however many reasons there are to ask. */
async function refresh() {
  if (refreshing) {
    again = true;
    return refreshing;
  }
  refreshing = (async () => {
    do {
      again = false;
      state = await ask("/api/state");
      queue.take(state.clusters);
      drawList();
      await showCurrent();
    } while (again);
  })();
  try {
    await refreshing;
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    say(refusal.message, true);
  } finally {
    refreshing = null;
  }
}

function drawList() {
  const shown = queue.shown;
  const here = queue.current;
  document.getElementById("list").replaceChildren(...shown.map((cluster, at) => makeListRow(cluster, at, cluster === here)));
  document.getElementById("left").textContent = state.clusters.length.toLocaleString("en");
  const skipped = queue.clusters.length - queue.left.length;
  const apart = [["skipped", skipped], ["known", state.known], ["rejected", state.rejected], ["outdated", state.outdated], ["unsound", state.unsound]];
  document.getElementById("apart").textContent = apart.filter(([, count]) => count).map(([name, count]) => `${name} ${count.toLocaleString("en")}`).join(" · ");
  const runs = state.runs.length ? `runs of torch ${state.runs.join(", ")}` : "";
  document.getElementById("summary").textContent = [`${many(state.clusters.length, "cluster")} pending`, runs].filter(Boolean).join(" · ");
  document.title = `${state.clusters.length ? `(${state.clusters.length}) ` : ""}${TITLE}`;
  drawActions(here);
}

function makeListRow(cluster, at, here) {
  const badge = make("span", { class: "badge", "data-kind": cluster.class, "data-severity": cluster.severity || null, "aria-hidden": "true" }, cluster.code);
  const row = makeButton(
    [
      make("span", { class: "row-head" }, make("span", { class: "number" }, at + 1), badge, make("b", {}, cluster.label), make("span", { class: "count" }, many(cluster.goldens, "golden"))),
      make("span", { class: "row-words" }, sentenceParts(cluster.sentence)),
      make("span", { class: "row-cases quiet" }, cluster.cases),
    ],
    () => choose(cluster.name),
    { "aria-current": here ? "true" : null, "data-name": cluster.name },
  );
  const item = make("li", {}, row);
  if (here) requestAnimationFrame(() => keepInSight(row));
  return item;
}

/** Scroll the list, and only the list, to its current row. */
function keepInSight(row) {
  const list = document.getElementById("list");
  const [frame, box] = [list.getBoundingClientRect(), row.getBoundingClientRect()];
  if (box.top < frame.top) list.scrollTop -= frame.top - box.top;
  else if (box.bottom > frame.bottom) list.scrollTop += box.bottom - frame.bottom;
}

function drawActions(cluster) {
  const button = (key, label, act, attributes = {}) => makeButton([label, " ", makeKey(key)], () => act(), { "data-key": key, "aria-keyshortcuts": key, ...attributes });
  const alike = cluster ? queue.listAlike(cluster).length : 0;
  const [before, after] = [queue.shown.indexOf(cluster) + 1, queue.shown.length];
  const parts = READ_ONLY || !cluster ? [] : [
    button("a", "Accept", DECIDE.a, { class: "main" }),
    button("t", "Known", DECIDE.t),
    button("r", "Reject", DECIDE.r),
    button("g", "Accept this golden", DECIDE.g, { class: "quiet" }),
    alike > 1 ? button("A", `Accept all ${alike} ${cluster.class}`, DECIDE.A, { class: "quiet" }) : null,
    alike > 1 ? button("R", `Reject all ${alike}`, DECIDE.R, { class: "quiet" }) : null,
  ];
  if (cluster) parts.unshift(make("span", { class: "place" }, `${before} of ${after}`));
  if (cluster) parts.push(button("s", "Skip", STEPS.s, { class: "quiet" }));
  if (queue.steps.length) parts.push(button("u", "Undo", STEPS.u, { class: "quiet" }));
  document.getElementById("actions").replaceChildren(...parts.filter(Boolean));
}

/** Decisions as keys and buttons take them: one at a time, of what is shown. */
const DECIDE = Object.fromEntries(Object.entries(DECISIONS).map(([key, act]) => [key, () => decide(act)]));

async function decide(act) {
  const cluster = queue.current;
  if (READ_ONLY) return say("This page is read only: nothing can be answered here.", true);
  if (busy || !cluster || !shownCluster.shows(cluster)) return; // what is not shown yet is not answered
  await doAlone(act);
}

/** Do what changes something at the server, one at a time; then ask what is pending, while the next may be done. */
async function doAlone(act) {
  let done = null;
  busy = true;
  try {
    done = await act();
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    done = { said: refusal.message, problem: true };
  } finally {
    busy = false;
  }
  if (!done) return; // the person gave up
  await refresh();
  say(done.said, done.problem, done.commit);
  current.focus({ preventScroll: true });
}

function seen(clusters) {
  return clusters.map(({ name, saw }) => ({ name, saw }));
}

async function accept(clusters) {
  const goldens = many(clusters.reduce((sum, each) => sum + each.goldens, 0), "golden");
  const needed = clusters.some((each) => each.needs_reason);
  const because = needed ? await askReason(`Accept ${goldens}`, clusters) : "";
  return because === null ? null : answer("/api/accept", { clusters: seen(clusters), because }, clusters);
}

async function acceptOne(cluster) {
  const { golden } = shownCluster;
  const because = golden.needs_reason ? await askReason(`Accept ${golden.case} · ${golden.path} alone`, [cluster]) : "";
  const { case: name, path, torch } = golden;
  return because === null ? null : answer("/api/accept-one", { cluster: seen([cluster])[0], case: name, path, torch, because }, [cluster]);
}

async function askReason(title, clusters) {
  const needed = "Not accepted: semantic drift needs a reason.";
  const given = await question.ask(title, [{ ...REASON, needed }], "Accept", clusters[0].name);
  return given && given.because;
}

function reject(clusters) {
  return answer("/api/reject", { clusters: seen(clusters) }, clusters);
}

async function triage(cluster) {
  const given = await question.ask(`Known: ${cluster.label}, ${many(cluster.goldens, "golden")}`, TRIAGE, "Known", cluster.name);
  return given && answer("/api/triage", { clusters: seen([cluster]), ...given }, [cluster]);
}

async function answer(path, content, clusters) {
  const done = await send(path, { ...content, by: SELF });
  for (const each of clusters) drafts.delete(each.name);
  queue.push({ step: done.step, name: clusters[0].name });
  shownCluster.outdate();
  return done;
}

function skip() {
  if (!queue.current || !shownCluster.shows(queue.current)) return;
  queue.skip(queue.current.name);
  say("");
  return redraw();
}

async function undo() {
  if (busy) return;
  if (!queue.steps.length) return say("Nothing was answered in this tab yet.", true);
  await doAlone(() => undoStep(queue.steps.at(-1)));
}

async function undoStep(last) {
  let done = { said: "the last step is undone" };
  try {
    if (last.skipped) queue.resume(last.skipped);
    else done = await send("/api/undo", { step: last.step, by: SELF });
  } catch (refusal) {
    if (refusal.status) queue.pop(); // it can never be taken back here
    throw refusal;
  }
  queue.pop();
  queue.awaited = last.name;
  return done;
}

async function goToNumber() {
  document.body.classList.toggle("listing", true);
  const given = await question.ask("Go to number", [{ name: "number", label: `1 to ${queue.shown.length}`, type: "number" }], "Go", "number");
  drafts.delete("number");
  document.body.classList.toggle("listing", false);
  if (!given?.number) return;
  const found = queue.shown[Number(given.number) - 1];
  if (!found) return say(`There is no number ${given.number} in the list.`, true);
  return choose(found.name);
}

function leave() {
  const answered = queue.steps.filter((step) => step.step).length;
  say(`${many(answered, "answer")} given in this tab; what was not answered stays pending. Close the tab, and end the server with Ctrl-C.`);
}

function choose(name) {
  queue.chosen = name;
  return redraw();
}

function redraw() {
  drawList();
  return showCurrent();
}

/** Show the current cluster, if what is shown is not that already. */
async function showCurrent(wanted) {
  const cluster = queue.current;
  if (!cluster) return showNothing();
  if (shownCluster.shows(cluster)) return wanted && shownCluster.choose(wanted);
  try {
    const found = await ask(`/api/clusters/${encodeURIComponent(cluster.name)}`);
    if (queue.current?.name !== found.name) return; // a person went on meanwhile
    const before = shownCluster.name;
    shownCluster.show(found, wanted);
    if (before !== found.name) scrollTo(0, Math.min(scrollY, current.getBoundingClientRect().top + scrollY));
    history.replaceState(null, "", fragment(`cluster=${found.name}`));
    document.documentElement.dataset.shown = found.name;
  } catch (refusal) {
    if (!(refusal instanceof Refusal) || refusal.status !== 404) throw refusal;
    again = true; // it was answered as it was asked for
  }
}

function showNothing() {
  const hidden = queue.left.length - queue.shown.length;
  const skipped = queue.clusters.length - queue.left.length;
  const words = state.problem
    ? state.problem
    : hidden ? `No cluster holds ${only.value}.` : skipped ? `All but ${many(skipped, "skipped cluster")} is answered.` : "Nothing is pending.";
  shownCluster.clear(make("p", { class: "nothing" }, words));
  document.documentElement.dataset.shown = "";
}

/** Go to what the address names: a view, a cluster, or one of the goldens that are looked at. */
async function showPlace() {
  const [kind, name = ""] = placeNamed().split(/=(.*)/s);
  const view = kind === "check" ? "check" : "review";
  document.body.dataset.current = view;
  for (const each of document.querySelectorAll("[data-view]")) each.hidden = each.dataset.view !== view;
  for (const link of document.querySelectorAll(".views a")) {
    if (link.hash === `#${view}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (kind !== "cluster" && kind !== "golden") return;
  queue.chosen = kind === "cluster" ? name : name.split("/")[0];
  if (!state) return;
  drawList();
  await showCurrent(kind === "golden" ? `golden=${name}` : undefined);
}

function pressKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target === only && ["Enter", "Escape"].includes(event.key)) return current.focus();
  // A field of a dialog that was just closed has the focus until the page is drawn again.
  if (event.target.closest("input, select, textarea")?.checkVisibility() || document.querySelector("dialog[open]:not(#help)")) return;
  if (help.open && event.key !== "?") return;
  if (document.body.dataset.current !== "review" && event.key !== "?") return;
  const act = DECIDE[event.key] ?? (Object.hasOwn(STEPS, event.key) ? STEPS[event.key] : null);
  if (!act || (event.repeat && Object.hasOwn(DECIDE, event.key))) return;
  event.preventDefault();
  Promise.resolve(act()).catch(tellProblem);
}

function tellAnother({ said, by }) {
  if (said && by !== SELF) say(`Somebody else: ${said}`);
  return refresh();
}

async function begin() {
  if (location.search) history.replaceState(null, "", location.pathname + location.hash); // the token is a cookie now
  beginScheme();
  beginCopying();
  document.addEventListener("keydown", pressKey);
  document.getElementById("keys").addEventListener("click", STEPS["?"]);
  only.addEventListener("input", () => {
    queue.filter = only.value;
    redraw();
  });
  addEventListener("hashchange", showPlace);
  await showPlace();
  await refresh();
  const wanted = placeNamed();
  if (wanted.startsWith("golden=")) shownCluster.choose(wanted);
  await check.refresh();
  listen({
    opened: () => {
      document.getElementById("lost").hidden = true;
      refresh();
      check.refresh();
    },
    lost: (words) => {
      document.getElementById("lost").hidden = !words;
      document.getElementById("lost").textContent = words;
    },
    events: {
      state: tellAnother,
      said: ({ said }) => say(said),
      check: (now) => check.take(now),
    },
  });
  document.documentElement.dataset.ready = "true";
}

begin().catch(tellProblem);
