// Elements, made without markup: a text of the report can become nothing but a text.

const SVG = "http://www.w3.org/2000/svg";

/** Make an element. Names of attributes are the page's own; a `null` value leaves one out. */
function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** Make an element of a picture. */
function draw(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null));
  return element;
}

/** Make a button; `act` is called when it is pressed. */
function makeButton(label, act, attributes = {}) {
  const button = make("button", { type: "button", ...attributes }, ...[label].flat());
  button.addEventListener("click", act);
  return button;
}

/** Make a link to a place of this page: always a fragment, whatever the name says. */
function linkTo(name, attributes, ...children) {
  return make("a", { ...attributes, href: fragment(name) }, ...children);
}

function fragment(name) {
  return "#" + encodeURIComponent(name).replace(/%(2F|3D|7E|3A|40|2C|2B)/g, decodeURIComponent);
}

/** Give the place that the address names; an address that cannot be decoded names none. */
function placeNamed() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return "";
  }
}

/** Give a sentence's parts: what stands between backticks is code. */
function sentenceParts(sentence) {
  const parts = sentence.split("`");
  if (parts.length % 2 === 0) return [sentence];
  return parts.map((part, place) => (place % 2 ? make("code", {}, part) : part));
}

function many(count, what) {
  return `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
}

/** Make a row of tabs; `open` is called with the chosen value, and gives what the panel shows. */
function makeTabs(label, choices, chosen, open) {
  const panel = make("div", { class: "panel", role: "tabpanel" });
  const list = make("div", { class: "tabs", role: "tablist", "aria-label": label });
  const tabs = choices.map((choice) => makeTab(choice, () => select(choice.value)));
  list.append(...tabs);
  list.addEventListener("keydown", (event) => moveInTabs(event, tabs));
  const select = (value) => {
    tabs.forEach((tab, place) => {
      const here = choices[place].value === value;
      tab.setAttribute("aria-selected", here);
      tab.tabIndex = here ? 0 : -1;
      if (here) panel.setAttribute("aria-label", choices[place].label);
    });
    panel.replaceChildren(...[open(value)].flat());
  };
  select(chosen);
  return { list, panel, select };
}

function makeTab(choice, act) {
  const note = choice.changed ? make("span", { class: "changed" }, make("span", { class: "unseen" }, "changed")) : null;
  return makeButton([choice.label, note], act, { role: "tab", "data-tab": choice.value });
}

function moveInTabs(event, tabs) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const at = tabs.indexOf(event.target.closest("[role=tab]"));
  if (!step || at < 0) return;
  event.preventDefault();
  const next = tabs[(at + step + tabs.length) % tabs.length];
  next.click();
  next.focus();
}
