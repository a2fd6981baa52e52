// A check that is started from the page: its progress record by record, and its log.

const NEAR_END = 40; // pixels from the log's end within which it follows what is written

class CheckView {
  constructor(say) {
    const place = (name) => document.getElementById(`check-${name}`);
    Object.assign(this, { say, number: 0, next: 0, running: false, place });
    place("form")?.addEventListener("submit", (event) => this.#start(event));
    place("stop")?.addEventListener("click", () => this.#send("/api/check/stop", {}));
  }

  /** Read all of it anew, as after a reload; an answer that was overtaken by what is shown shows nothing. */
  async refresh() {
    const whole = await ask("/api/check");
    const older = whole.first + whole.lines.length < this.next || (whole.running && !this.running);
    if (whole.number === this.number && older) return;
    this.#begin(whole.number, whole.first);
    this.#show(whole);
  }

  /** Take what is told of the check now; where lines before it were missed, read all of it. */
  take(state) {
    if (state.number !== this.number) this.#begin(state.number, 0);
    return state.first > this.next ? this.refresh() : this.#show(state);
  }

  #begin(number, next) {
    Object.assign(this, { number, next });
    this.place("log").replaceChildren();
  }

  #show(state) {
    this.#write(state);
    this.#draw(state);
  }

  #write({ first, lines }) {
    const log = this.place("log");
    const follows = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;
    const fresh = lines.slice(Math.max(0, this.next - first));
    if (fresh.length) log.append(`${fresh.join("\n")}\n`);
    this.next = Math.max(this.next, first + lines.length);
    if (follows) log.scrollTop = log.scrollHeight;
  }

  #draw(state) {
    const { number, running, done, total, what, ending, code } = state;
    this.running = running;
    this.place("run").hidden = !number;
    this.place("none").hidden = Boolean(number);
    this.place("command").textContent = state.command;
    const bar = this.place("progress");
    bar.hidden = !running;
    if (total) Object.assign(bar, { max: total, value: done });
    else bar.removeAttribute("value");
    const words = total ? `${what}: ${done.toLocaleString("en")} of ${many(total, "record")}` : "it begins";
    this.place("words").textContent = running ? words : ending;
    this.place("words").dataset.good = !running && code === 0;
    this.place("count").textContent = running ? (total ? `${Math.floor((100 * done) / total)} %` : "…") : "";
    if (this.place("stop")) this.place("stop").hidden = !running;
    if (this.place("start")) this.place("start").disabled = running;
  }

  #start(event) {
    event.preventDefault();
    const words = (name) => this.place(name).value.split(/[\s,]+/).filter(Boolean);
    const ticked = [...this.place("form").querySelectorAll("[name=version]:checked")].map((box) => box.value);
    this.#send("/api/check/start", { cases: words("cases"), paths: words("paths"), versions: [...ticked, ...words("other")] });
  }

  async #send(path, content) {
    try {
      this.take(await send(path, content));
    } catch (refusal) {
      this.say(refusal.message, true);
    }
  }
}
