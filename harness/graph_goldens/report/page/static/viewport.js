// What of a picture is seen: moved and scaled by mouse, touch and keyboard.

const SCALE = { least: 0.05, most: 3, readable: 0.8 };
const STEP = 60;

class Viewport {
  #pointers = new Map();
  #moved = 0;

  /** Show `group`, which is `width` by `height`, through `svg`. */
  constructor(svg, group, width, height) {
    Object.assign(this, { svg, group, width, height, x: 0, y: 0, scale: 1, beside: null });
    svg.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    svg.addEventListener("pointerdown", (event) => this.#press(event));
    svg.addEventListener("pointermove", (event) => this.#drag(event));
    for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, (event) => this.#release(event));
  }

  /** Whether the last press moved the picture, so that it is no click. */
  get dragged() {
    return this.#moved > 4;
  }

  /** Do what a person asked for (`pan`, `zoom` or `fit`), here and in the picture beside, if there is one. */
  act(name, ...given) {
    for (const viewport of [this, this.beside]) viewport?.[name](...given);
  }

  /** Whether all of the picture can be read at once. */
  get readable() {
    return this.#whole() >= SCALE.readable;
  }

  #whole() {
    const { width, height } = this.#frame();
    return Math.min(1.1, width / this.width, height / this.height);
  }

  /** Show all of the picture. */
  fit() {
    const { width, height } = this.#frame();
    this.scale = this.#whole();
    this.x = (width - this.width * this.scale) / 2;
    this.y = (height - this.height * this.scale) / 2;
    this.#apply();
  }

  /** Show for the first time all of the picture, or what surrounds a box, or the picture's top. */
  begin(box, whole) {
    if (whole) return this.fit();
    this.scale = SCALE.readable;
    this.centre(box ?? { x: this.width / 2, y: 0 });
  }

  /** Bring a point into the middle, as far as the picture's ends allow. */
  centre({ x, y }) {
    const { width, height } = this.#frame();
    this.x = within(width, this.width * this.scale, width / 2 - x * this.scale);
    this.y = within(height, this.height * this.scale, height / 2 - y * this.scale);
    this.#apply();
  }

  pan(x, y) {
    this.x += x;
    this.y += y;
    this.#apply();
  }

  /** Scale around a point of the frame, its middle if none is given. */
  zoom(factor, point) {
    const { width, height } = this.#frame();
    const { x, y } = point ?? { x: width / 2, y: height / 2 };
    const scale = Math.min(SCALE.most, Math.max(SCALE.least, this.scale * factor));
    this.x = x - ((x - this.x) * scale) / this.scale;
    this.y = y - ((y - this.y) * scale) / this.scale;
    this.scale = scale;
    this.#apply();
  }

  /** Act on a key; tells whether it meant anything. */
  press(key) {
    const acts = {
      ArrowLeft: ["pan", STEP, 0],
      ArrowRight: ["pan", -STEP, 0],
      ArrowUp: ["pan", 0, STEP],
      ArrowDown: ["pan", 0, -STEP],
      "+": ["zoom", 1.25],
      "=": ["zoom", 1.25],
      "-": ["zoom", 0.8],
      0: ["fit"],
    };
    if (!Object.hasOwn(acts, key)) return false;
    this.act(...acts[key]);
    return true;
  }

  #frame() {
    const { clientWidth, clientHeight } = this.svg;
    return { width: clientWidth || 600, height: clientHeight || 400 };
  }

  #apply() {
    const [x, y, scale] = [this.x, this.y, this.scale].map((value) => value.toFixed(3));
    this.group.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
  }

  #point(event) {
    const { left, top } = this.svg.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  // The wheel scrolls the page over a picture that nobody works in.
  #wheel(event) {
    if (!event.ctrlKey && !event.metaKey && !this.svg.contains(document.activeElement)) return;
    event.preventDefault();
    this.act("zoom", Math.exp(-event.deltaY / 400), this.#point(event));
  }

  #press(event) {
    if (event.button !== 0) return;
    this.#pointers.set(event.pointerId, this.#point(event));
    if (this.#pointers.size === 1) this.#moved = 0;
  }

  #drag(event) {
    const from = this.#pointers.get(event.pointerId);
    if (!from) return;
    const to = this.#point(event);
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, to);
    this.#moved += Math.hypot(to.x - from.x, to.y - from.y);
    // Capturing only what moves leaves a plain press a click on the node below it.
    if (this.dragged) this.svg.setPointerCapture(event.pointerId);
    if (other) this.act("zoom", distance(to, other) / Math.max(1, distance(from, other)), other);
    else this.act("pan", to.x - from.x, to.y - from.y);
  }

  #release(event) {
    this.#pointers.delete(event.pointerId);
  }
}

/** Give where a length begins so that it covers a frame that is shorter; a shorter length is centred. */
function within(frame, length, begin) {
  if (length <= frame) return (frame - length) / 2;
  return Math.min(0, Math.max(frame - length, begin));
}

/** Whether a person moved the pointer: a browser also tells so when the page moves below it. */
function moves(event) {
  return event.movementX !== 0 || event.movementY !== 0;
}

function distance(one, two) {
  return Math.hypot(one.x - two.x, one.y - two.y);
}
