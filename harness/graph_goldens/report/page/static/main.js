// The page as a whole: which view the address names, the filters, the colour scheme.

takeReport(JSON.parse(document.getElementById("report-data").textContent));
const views = [...document.querySelectorAll("[data-view]")];
const detail = document.getElementById("detail");
const filters = document.getElementById("filters");
const matrixPlace = document.getElementById("matrix-place");
const matrix = matrixPlace && new MatrixView(matrixPlace);
const scrolled = new Map();
const TITLE = document.title;
let current = null;

function showPlace() {
  const name = placeNamed();
  const [kind] = name.split("=");
  if (kind === "drift" || kind === "record") return showDetail(name);
  const view = viewOf(kind);
  showView(view);
  if (kind === "cluster" || kind === "section") goTo(name);
}

function viewOf(kind) {
  if (kind === "cluster" || kind === "section") return "clusters";
  const known = views.some((view) => view.dataset.view === kind && view !== detail);
  if (known) return kind;
  return matrix && COLUMNS.length > 1 ? "matrix" : "clusters"; // one version has nothing to compare column by column
}

function showView(name) {
  const before = current;
  if (before && before !== "detail") scrolled.set(before, scrollY);
  current = name;
  document.body.dataset.current = name;
  document.title = TITLE;
  for (const view of views) view.hidden = view.dataset.view !== name;
  filters.hidden = name === "detail" || name === "problems";
  for (const link of document.querySelectorAll(".views a")) {
    if (link.hash === `#${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (name !== "detail" && before !== null) scrollTo(0, scrolled.get(name) ?? 0);
  if (name === "matrix" && before === "detail") matrix.resume();
}

/** Show a record, at once where its texts are unpacked. */
async function showDetail(name) {
  showView("detail");
  if (!TEXTS) {
    detail.replaceChildren(make("h2", { tabindex: -1 }, "Unpacking the texts…"));
    try {
      await unpackTexts();
    } catch (error) {
      const words = "The texts cannot be unpacked: that needs a browser with DecompressionStream, as all have had since 2023.";
      return detail.append(make("p", {}, words), make("p", { class: "quiet" }, String(error)));
    }
    if (current !== "detail" || placeNamed() !== name) return;
  }
  const drift = DRIFT_BY_NAME.get(name);
  const row = ROW_BY_KEY.get(name.slice("record=".length));
  const record = name.startsWith("record=") && row && NEWEST.get(row.key);
  const parts = drift ? makeDriftView(drift) : record !== undefined && record !== false ? makeRecordView(row, record) : makeNothingView();
  detail.replaceChildren(...parts.filter(Boolean));
  document.title = `${detail.querySelector("h2").textContent} · ${TITLE}`;
  scrollTo(0, 0);
  detail.querySelector("h2").focus({ preventScroll: true });
}

/** Go to a cluster or a section, whatever the filters hide. */
function goTo(name) {
  const element = document.getElementById(name);
  if (!element) return;
  if (element.closest("[hidden]")) {
    filters.reset();
    applyFilters();
  }
  element.tabIndex = -1;
  element.scrollIntoView({ block: "start" });
  element.focus({ preventScroll: true });
}

function applyFilters() {
  const value = (name) => document.getElementById(`filter-${name}`).value;
  const filter = new Filter(value("text"), value("class"), value("severity"), value("version"));
  const clusters = filterClusters(filter);
  const cases = matrix?.show(filter);
  const told = (found, what) => `${found.shown.toLocaleString("en")} of ${many(found.all, what)}`;
  const words = [cases && told(cases, "case"), told(clusters, "cluster")].filter(Boolean);
  document.getElementById("filter-result").textContent = words.join(" · ");
}

function pressKey(event) {
  const writing = event.target.closest("input, select");
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/" && !writing && !filters.hidden) {
    event.preventDefault();
    document.getElementById("filter-text").focus();
  }
  if (event.key === "Escape" && current === "detail") history.length > 1 ? history.back() : (location.hash = "");
}

filters.addEventListener("input", applyFilters);
filters.addEventListener("submit", (event) => event.preventDefault());
// A form is reset only after the event that tells of it.
filters.addEventListener("reset", () => setTimeout(applyFilters));
document.addEventListener("keydown", pressKey);
addEventListener("hashchange", showPlace);
beginScheme();
beginCopying();
applyFilters();
showPlace();
document.documentElement.dataset.ready = "true";
setTimeout(() => unpackTexts().catch(() => {})); // behind the first picture; whoever opens a record is told
