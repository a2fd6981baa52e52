// Questions that a person is asked in a dialog. What was typed stays for the next time, if it led to nothing.

const drafts = new Map();

class Question {
  constructor() {
    this.dialog = document.getElementById("ask");
    this.form = document.getElementById("ask-form");
    document.getElementById("ask-cancel").addEventListener("click", () => this.dialog.close("no"));
    this.form.addEventListener("submit", (event) => this.#submit(event));
    this.dialog.addEventListener("close", () => this.#answer(this.dialog.returnValue === "yes"));
  }

  /** Ask, and give what was typed by the fields' names; null where the person gives up. `about` names the draft. */
  ask(title, fields, go, about) {
    document.getElementById("ask-title").textContent = title;
    document.getElementById("ask-go").textContent = go;
    document.getElementById("ask-problem").textContent = "";
    const draft = drafts.get(about) ?? {};
    document.getElementById("ask-fields").replaceChildren(...fields.map((field) => makeField(field, draft[field.name] ?? "")));
    this.about = about;
    this.fields = fields;
    this.dialog.returnValue = "";
    this.dialog.showModal();
    this.form.querySelector("input")?.focus();
    return new Promise((resolve) => (this.resolve = resolve));
  }

  #values() {
    return Object.fromEntries([...this.form.querySelectorAll("input")].map((input) => [input.name, input.value.trim()]));
  }

  #submit(event) {
    event.preventDefault();
    const values = this.#values();
    const missing = this.fields.find((field) => field.needed && !values[field.name]);
    if (missing) {
      document.getElementById("ask-problem").textContent = missing.needed;
      this.form.querySelector(`[name="${missing.name}"]`).focus();
      return;
    }
    this.dialog.close("yes");
  }

  #answer(given) {
    const values = this.#values();
    drafts.set(this.about, values);
    this.resolve?.(given ? values : null);
    this.resolve = null;
  }
}

function makeField({ name, label, type = "text", hint = "" }, value) {
  const input = make("input", { name, type, placeholder: hint, autocomplete: "off" });
  input.value = value;
  return make("label", {}, label, input);
}

const REASON = { name: "because", label: "Because", hint: "everybody reads it; it is kept in each golden" };
const TRIAGE = [
  { name: "because", label: "Known because", hint: "everybody reads it", needed: "It needs a reason, which everybody reads." },
  { name: "until", label: "Last day on which it is known (no end, if empty)", type: "date" },
  { name: "issue", label: "Address of an issue", hint: "https://…" },
  { name: "owner", label: "Who sees to it" },
];
