// The shape of a solo, drawn as a curve: an energy from 1 to 9 for each chorus or four bars.

const LOW = 1;
const HIGH = 9;

export class Shape extends EventTarget {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    super();
    this.canvas = canvas;
    this.count = 6;
    this.values = null; // null: the seed draws it
    this.plan = null; // what the seed of the current take has drawn
    this.at = 0;
    this.drawing = false;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.drawing = true;
      this._paint(event);
    });
    canvas.addEventListener("pointermove", (event) => this.drawing && this._paint(event));
    canvas.addEventListener("pointerup", () => {
      this.drawing = false;
      this._tell();
    });
    canvas.addEventListener("keydown", (event) => this._key(event));
    this.draw();
  }

  /** Show, while nothing is drawn by the user, what the seed of a take has drawn. */
  follow(plan) {
    this.plan = plan?.length ? plan : null;
    this.draw();
  }

  /** Show energies, or null, as one value for each of `count` stretches of four bars. */
  show(values, count) {
    this.count = Math.max(1, count);
    this.values = values ? this._fit(values) : null;
    this.at = Math.min(this.at, this.count - 1);
    this.draw();
  }

  _fit(values) {
    if (values.length === this.count) return values;
    return Array.from({ length: this.count }, (_, i) => values[Math.min(values.length - 1, Math.floor((i * values.length) / this.count))]);
  }

  _paint(event) {
    const box = this.canvas.getBoundingClientRect();
    const at = Math.floor(((event.clientX - box.left) / box.width) * this.count);
    const energy = Math.round(HIGH - ((event.clientY - box.top) / box.height) * (HIGH - LOW));
    this._set(Math.min(Math.max(at, 0), this.count - 1), energy);
  }

  _set(at, energy) {
    this.values = [...(this.values ?? this.plan ?? [])].slice(0, this.count);
    while (this.values.length < this.count) this.values.push(this.values.at(-1) ?? 4);
    this.values[at] = Math.min(HIGH, Math.max(LOW, energy));
    this.at = at;
    this.draw();
  }

  _key(event) {
    const value = this.values?.[this.at] ?? 4;
    if (event.key === "ArrowUp") this._set(this.at, value + 1);
    else if (event.key === "ArrowDown") this._set(this.at, value - 1);
    else if (event.key === "ArrowRight") this.at = Math.min(this.at + 1, this.count - 1);
    else if (event.key === "ArrowLeft") this.at = Math.max(this.at - 1, 0);
    else if (event.key === "Delete" || event.key === "Backspace") this.values = null;
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.draw();
    if (event.key === "ArrowUp" || event.key === "ArrowDown" || this.values === null) this._tell();
  }

  _tell() {
    this.dispatchEvent(new CustomEvent("change", { detail: this.values }));
  }

  draw() {
    const { canvas, count, values } = this;
    const pen = canvas.getContext("2d");
    const style = getComputedStyle(document.documentElement);
    const { width, height } = canvas;
    pen.clearRect(0, 0, width, height);
    const y = (energy) => height - 7 - ((energy - LOW) / (HIGH - LOW)) * (height - 14);
    pen.fillStyle = style.getPropertyValue("--line");
    for (let i = 1; i < count; i += 1) pen.fillRect((i * width) / count, height - 6, 1, 6);
    pen.strokeStyle = style.getPropertyValue(values ? "--accent" : "--soft");
    pen.lineWidth = 3;
    pen.setLineDash(values ? [] : [4, 6]);
    const shown = values ?? (this.plan ? Array.from({ length: count }, (_, i) => this.plan[i] ?? this.plan.at(-1)) : new Array(count).fill(4));
    pen.beginPath();
    pen.moveTo(0, y(shown[0]));
    for (let i = 0; i < count; i += 1) {
      const middle = ((i + 0.5) * width) / count;
      const before = i ? ((i - 0.5) * width) / count : 0;
      const half = (before + middle) / 2;
      pen.bezierCurveTo(half, y(shown[Math.max(0, i - 1)]), half, y(shown[i]), middle, y(shown[i]));
    }
    pen.lineTo(width, y(shown.at(-1)));
    pen.stroke();
    pen.setLineDash([]);
    if (document.activeElement === canvas) {
      pen.fillStyle = style.getPropertyValue("--ink");
      pen.beginPath();
      pen.arc(((this.at + 0.5) * width) / count, y(shown[this.at]), 5, 0, 7);
      pen.fill();
    }
    canvas.setAttribute("aria-valuenow", shown[this.at]);
    canvas.setAttribute("aria-valuetext", values
      ? `bars ${this.at * 4 + 1} to ${this.at * 4 + 4}: energy ${shown[this.at]}`
      : "free: the seed draws the shape");
  }
}
