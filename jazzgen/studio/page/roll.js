// The piano roll: a solo over its chords, with bars that can be selected and notes that can be edited.
//
// It draws into one canvas what is visible and no more. It knows seconds and pitches; what an edit
// means is for whoever listens to its events: seek, select, pick, edit.

import { RollPointer } from "./roll-pointer.js";

export const RULER = 40;
const KEYS = 34;
const NAMES = ["C", "D♭", "D", "E♭", "E", "F", "G♭", "G", "A♭", "A", "B♭", "B"];

export const noteName = (pitch) => `${NAMES[pitch % 12]}${Math.floor(pitch / 12) - 1}`;

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
  }

  /** Show a take: notes, bars and length in seconds, and the notes of another one behind it. */
  show({ notes, bars, length, other = [] }) {
    this.notes = notes;
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

  scroll(left) {
    const most = Math.max(0, this.length - (this.width - KEYS) / this.scale + 0.5);
    this.left = Math.min(Math.max(0, left), most);
    this.draw();
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
    if (index >= 0) {
      const x = this.x(this.notes[index].onset);
      if (x < KEYS || x > this.width - 30) this.scroll(this.notes[index].onset - 1);
    }
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
    pen.fillStyle = this.colours.raised;
    pen.fillRect(0, 0, width, height);
    this._drawRows(pen);
    this._drawBars(pen);
    if (this.compared) this._drawOther(pen);
    this._drawNotes(pen);
    this._drawKeys(pen);
    const head = this.x(this.position);
    if (head >= KEYS) {
      pen.fillStyle = this.colours.accent;
      pen.fillRect(head - 0.75, 0, 1.5, height);
    }
  }

  _drawRows(pen) {
    pen.fillStyle = this.colours.wash;
    pen.globalAlpha = 0.55;
    for (let pitch = this.low; pitch <= this.high; pitch += 1) {
      if ([1, 3, 6, 8, 10].includes(pitch % 12)) pen.fillRect(KEYS, this.y(pitch), this.width, this.row);
    }
    pen.globalAlpha = 1;
  }

  _drawBars(pen) {
    const { colours, height } = this;
    if (this.selection) {
      const from = Math.max(KEYS, this.x(this.bars[this.selection.first].start));
      const last = this.bars[this.selection.last];
      pen.globalAlpha = 0.16;
      pen.fillStyle = colours.accent;
      pen.fillRect(from, 0, this.x(last.start + last.length) - from, height);
      pen.globalAlpha = 1;
    }
    pen.textBaseline = "alphabetic";
    let free = KEYS;
    for (const bar of this.bars) {
      const x = this.x(bar.start);
      const next = this.x(bar.start + bar.length);
      if (next < KEYS || x > this.width) continue;
      if (x >= KEYS) {
        pen.fillStyle = colours.line;
        pen.fillRect(x, 0, bar.first ? 2 : 1, height);
      }
      if (this.scale * (bar.length / bar.beats) > 26) {
        pen.globalAlpha = 0.45;
        for (let beat = 1; beat < bar.beats; beat += 1) {
          const at = this.x(bar.start + (bar.length * beat) / bar.beats);
          if (at > KEYS) pen.fillRect(at, RULER, 1, height);
        }
        pen.globalAlpha = 1;
      }
      pen.fillStyle = colours.soft;
      pen.font = "11px system-ui, sans-serif";
      if (next - x > 22 || bar.number % 4 === 1) pen.fillText(bar.label ?? bar.number, Math.max(x, KEYS) + 4, 13);
      pen.fillStyle = colours.ink;
      pen.font = "15px Palatino, 'Palatino Linotype', P052, Georgia, serif";
      for (const chord of bar.chords) {
        const at = this.x(chord.start) + 4;
        const wide = pen.measureText(chord.symbol).width;
        if (at >= free && at >= KEYS - 4) {
          pen.fillText(chord.symbol, at, 32);
          free = at + wide + 6;
        }
      }
    }
    pen.fillStyle = colours.line;
    pen.fillRect(0, RULER - 1, this.width, 1);
  }

  _drawOther(pen) {
    pen.strokeStyle = this.colours.soft;
    pen.lineWidth = 1;
    for (const note of this.other) {
      const x = this.x(note.onset);
      const wide = Math.max(2, note.duration * this.scale - 1);
      if (x + wide >= KEYS && x <= this.width) pen.strokeRect(x + 0.5, this.y(note.pitch) + 1, wide, Math.max(2, this.row - 2));
    }
  }

  _drawNotes(pen) {
    const { colours, row } = this;
    this.notes.forEach((note, index) => {
      const x = this.x(note.onset);
      const wide = Math.max(2, note.duration * this.scale - 1);
      if (x + wide < KEYS || x > this.width) return;
      const tint = this.coloured && note.role ? colours[note.role] : colours.plain;
      pen.globalAlpha = 0.55 + 0.45 * (note.velocity / 127);
      pen.fillStyle = tint;
      pen.beginPath();
      pen.roundRect(x, this.y(note.pitch) + 0.5, wide, Math.max(2, row - 1), Math.min(3, row / 3));
      pen.fill();
      pen.globalAlpha = 1;
      if (index === this.picked) {
        pen.strokeStyle = colours.ink;
        pen.lineWidth = 2;
        pen.strokeRect(x - 1.5, this.y(note.pitch) - 1, wide + 3, row + 2);
      }
    });
  }

  _drawKeys(pen) {
    const { colours } = this;
    pen.fillStyle = colours.raised;
    pen.fillRect(0, 0, KEYS, this.height);
    pen.fillStyle = colours.line;
    pen.fillRect(KEYS - 1, 0, 1, this.height);
    pen.fillStyle = colours.soft;
    pen.font = "10px system-ui, sans-serif";
    for (let pitch = Math.ceil(this.low / 12) * 12; pitch <= this.high; pitch += 12) {
      pen.fillText(noteName(pitch), 6, this.y(pitch) + this.row - 1);
    }
  }
}
