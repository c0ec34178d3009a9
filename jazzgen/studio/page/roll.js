// The piano roll: a solo over its chords, with bars that can be selected and notes that can be edited.
//
// It draws into one canvas what is visible and no more. It knows seconds and pitches; what an edit
// means is for whoever listens to its events: seek, select, pick, edit.

import { KEYS, RULER, paint } from "./roll-paint.js";
import { RollPointer } from "./roll-pointer.js";

/** The palette of the page, read once for each theme. */
function palette() {
  const style = getComputedStyle(document.documentElement);
  const names = ["raised", "ink", "soft", "line", "rule", "accent", "wash", "tone", "scale", "chromatic", "plain"];
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

export class Roll extends EventTarget {
  /** @param {HTMLElement} place the element that it fills */
  constructor(place) {
    super();
    this.place = place;
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("aria-hidden", "true");
    place.append(this.canvas);
    this.notes = [];
    this.other = []; // the notes of another take, outlined when `compared`
    this.compared = false;
    this.expected = null; // what the model expected of a note: { index, rows: [{ pitch, share }] }
    this.bars = [];
    this.length = 0;
    this.left = 0; // the second at the left edge
    this.scale = 90; // pixels a second
    this.position = 0;
    this.selection = null; // { first, last }, indices of bars
    this.picked = -1; // the index of a note
    this.coloured = true;
    this.colours = palette();
    this.wanted = false;
    new ResizeObserver(() => this.draw()).observe(place);
    this.pointer = new RollPointer(this);
    this.slider = null; // what shows and sets the place that is in sight
  }

  /** Let a slider show which part is in sight, and scroll. */
  slideBy(slider) {
    this.slider = slider;
    slider.addEventListener("input", () => this.scroll(Number(slider.value)));
  }

  _slide() {
    const { slider, furthest } = this;
    if (!slider) return;
    slider.max = furthest.toFixed(2);
    slider.value = this.left;
    slider.disabled = furthest === 0;
    const bar = this.bars[this.barAt(this.left)];
    slider.setAttribute("aria-valuetext", `from bar ${bar.number}`);
  }

  /** Show a take: notes, bars and length in seconds, and the notes of another one behind it. */
  show({ notes, bars, length, other = [] }) {
    this.notes = notes;
    this.pointer.shown();
    this.other = other;
    this.bars = bars;
    this.length = length;
    if (this.picked >= notes.length) this.picked = -1;
    const pitches = [...notes, ...other].map((note) => note.pitch);
    this.low = Math.min(72, ...pitches) - 2;
    this.high = Math.max(this.low + 20, ...pitches) + 2;
    this.draw();
  }

  retint() {
    this.colours = palette();
    this.draw();
  }

  get width() {
    return this.place.clientWidth;
  }

  get height() {
    return this.place.clientHeight;
  }

  get row() {
    return (this.height - RULER) / (this.high - this.low + 1);
  }

  x(second) {
    return KEYS + (second - this.left) * this.scale;
  }

  second(x) {
    return this.left + (x - KEYS) / this.scale;
  }

  y(pitch) {
    return RULER + (this.high - pitch) * this.row;
  }

  pitch(y) {
    return this.high - Math.floor((y - RULER) / this.row);
  }

  /** The bar that holds a second, as an index. */
  barAt(second) {
    const after = this.bars.findIndex((bar) => bar.start > second + 1e-6);
    return after < 0 ? Math.max(0, this.bars.length - 1) : Math.max(0, after - 1);
  }

  /** The last note that has begun at a second, as an index; -1 for none. */
  noteBefore(second) {
    let low = 0;
    let high = this.notes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.notes[middle].onset <= second + 1e-6) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** The note under a point, as an index; -1 for none. */
  noteAt(x, y) {
    for (let i = this.notes.length - 1; i >= 0; i -= 1) {
      const note = this.notes[i];
      const top = this.y(note.pitch);
      if (y >= top - 1 && y <= top + this.row + 1 && x >= this.x(note.onset) - 2 && x <= this.x(note.onset + note.duration) + 4) return i;
    }
    return -1;
  }

  zoom(factor, at = this.width / 2) {
    const second = this.second(at);
    this.scale = Math.min(600, Math.max(12, this.scale * factor));
    this.scroll(second - (at - KEYS) / this.scale);
  }

  /** The second at the left edge when the end is in sight. */
  get furthest() {
    return Math.max(0, this.length - (this.width - KEYS) / this.scale + 0.5);
  }

  scroll(left) {
    this.left = Math.min(Math.max(0, left), this.furthest);
    this.draw();
  }

  /** Scroll to a second that is out of sight. */
  reveal(second) {
    const x = this.x(second);
    if (x < KEYS || x > this.width - 30) this.scroll(second - 1);
  }

  /** Move the playhead; with `follow`, turn the page when it leaves the view. */
  moveTo(position, follow) {
    this.position = position;
    const x = this.x(position);
    if (follow && !this.pointer.busy && (x > this.width * 0.92 || x < KEYS)) this.scroll(position - 0.3);
    else this.draw();
  }

  select(selection) {
    this.selection = selection;
    this.draw();
    this.dispatchEvent(new CustomEvent("select", { detail: selection }));
  }

  pick(index) {
    this.picked = index;
    if (index >= 0) this.reveal(this.notes[index].onset);
    this.draw();
    this.dispatchEvent(new CustomEvent("pick", { detail: index }));
  }

  seek(second) {
    this.dispatchEvent(new CustomEvent("seek", { detail: Math.max(0, second) }));
  }

  /** Tell that the notes are to be `notes`, with the note `picked` picked afterwards. */
  edit(notes, picked) {
    this.dispatchEvent(new CustomEvent("edit", { detail: { notes, picked } }));
  }

  /** Ask for one drawing in the next frame, however often it is asked for. */
  draw() {
    if (this.wanted) return;
    this.wanted = true;
    requestAnimationFrame(() => {
      this.wanted = false;
      this._draw();
    });
  }

  _draw() {
    const { width, height } = this;
    if (!width || !this.bars.length) return;
    const ratio = window.devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    const pen = this.canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    paint(this, pen);
    this._slide();
  }
}
