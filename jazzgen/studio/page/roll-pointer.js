// What the mouse, a finger and the keys do in the piano roll.

import { RULER } from "./roll-paint.js";

const EDGE = 7; // pixels at the end of a note that lengthen it
const LEAST = 0.03; // seconds that a note lasts at least
const STEPS = 12; // parts of a beat by which notes are moved, when no finer ones can be seen
const SEEN = 10; // pixels that a step has at most

export class RollPointer {
  /** @param {import("./roll.js").Roll} roll */
  constructor(roll) {
    this.roll = roll;
    this.drag = null;
    const { place } = roll;
    place.addEventListener("pointerdown", (event) => this._down(event));
    place.addEventListener("pointermove", (event) => this._move(event));
    place.addEventListener("pointerup", (event) => this._up(event));
    place.addEventListener("pointercancel", () => (this.drag = null));
    place.addEventListener("dblclick", (event) => this._add(event));
    place.addEventListener("wheel", (event) => this._wheel(event), { passive: false });
    place.addEventListener("keydown", (event) => this._key(event));
  }

  get busy() {
    return this.drag !== null;
  }

  _at(event) {
    const box = this.roll.place.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  /** The time by which a note is moved: as fine as the zoom shows, and with Alt by no grid. */
  _step(second, free = false) {
    if (free) return 0.001;
    const bar = this.roll.bars[this.roll.barAt(second)];
    let step = bar.length / bar.beats / STEPS;
    while (step * this.roll.scale > SEEN) step /= 2;
    return step;
  }

  _down(event) {
    if (event.button !== 0 || !this.roll.bars.length) return;
    const { roll } = this;
    const { x, y } = this._at(event);
    roll.place.setPointerCapture(event.pointerId);
    const index = y > RULER ? roll.noteAt(x, y) : -1;
    const common = { x, y, moved: false, second: roll.second(x), left: roll.left };
    if (index >= 0) {
      const note = roll.notes[index];
      const end = roll.x(note.onset + note.duration);
      const kind = x > end - EDGE && end - roll.x(note.onset) > 2 * EDGE ? "lengthen" : "move";
      this.drag = { ...common, kind, index, before: roll.notes };
      roll.pick(index);
    } else if (event.pointerType === "touch" && y > RULER) this.drag = { ...common, kind: "scroll" };
    else this.drag = { ...common, kind: "select" };
  }

  _move(event) {
    const { roll, drag } = this;
    const { x, y } = this._at(event);
    if (!drag) {
      const index = y > RULER ? roll.noteAt(x, y) : -1;
      const end = index < 0 ? 0 : roll.x(roll.notes[index].onset + roll.notes[index].duration);
      roll.place.style.cursor = index < 0 ? "default" : x > end - EDGE ? "ew-resize" : "grab";
      return;
    }
    if (Math.hypot(x - drag.x, y - drag.y) > 4) drag.moved = true;
    if (!drag.moved) return;
    if (drag.kind === "scroll") roll.scroll(drag.left - (x - drag.x) / roll.scale);
    else if (drag.kind === "select") {
      const ends = [roll.barAt(drag.second), roll.barAt(roll.second(x))].sort((a, b) => a - b);
      roll.select({ first: ends[0], last: ends[1] });
    } else this._dragNote(x, y, event.altKey);
  }

  _dragNote(x, y, free) {
    const { roll, drag } = this;
    const note = drag.before[drag.index];
    const step = this._step(note.onset, free);
    const by = Math.round((x - drag.x) / roll.scale / step) * step;
    const changed = drag.kind === "lengthen"
      ? { ...note, duration: Math.max(LEAST, note.duration + by) }
      : { ...note, onset: Math.max(0, note.onset + by), pitch: this._pitch(note.pitch + roll.pitch(y) - roll.pitch(drag.y)) };
    drag.changed = changed;
    roll.notes = drag.before.with(drag.index, changed);
    roll.draw();
  }

  /** Other notes are shown: what is dragged stays in the hand if it is still among them. */
  shown() {
    const { roll, drag } = this;
    if (!drag?.before) return;
    const held = drag.before[drag.index];
    drag.before = roll.notes;
    drag.index = roll.notes.findIndex((note) => note.onset === held.onset && note.pitch === held.pitch);
    if (drag.index < 0) this.drag = null;
    else if (drag.changed) roll.notes = drag.before.with(drag.index, drag.changed);
  }

  _pitch(pitch) {
    return Math.min(108, Math.max(21, pitch));
  }

  _up(event) {
    const { roll, drag } = this;
    this.drag = null;
    if (!drag) return;
    if (drag.kind === "move" || drag.kind === "lengthen") {
      if (!drag.changed) return;
      roll.notes = drag.before;
      roll.edit(drag.before.with(drag.index, drag.changed), drag.index);
    } else if (drag.kind !== "scroll" && !drag.moved) {
      roll.pick(-1);
      const bar = roll.barAt(drag.second);
      if (event.shiftKey && roll.selection) {
        roll.select({ first: Math.min(bar, roll.selection.first), last: Math.max(bar, roll.selection.last) });
      } else roll.seek(drag.y < RULER ? roll.bars[bar].start : drag.second);
    } else if (drag.kind === "scroll" && !drag.moved) roll.seek(drag.second);
  }

  _add(event) {
    const { roll } = this;
    const { x, y } = this._at(event);
    if (y <= RULER || roll.noteAt(x, y) >= 0 || !roll.bars.length) return;
    this._insert(roll.second(x), roll.pitch(y), event.altKey);
  }

  /** Add a note on the half of a beat before, or on a finer part where the zoom shows them. */
  _insert(second, pitch, free = false) {
    const { roll } = this;
    const step = free ? 0.001 : this._step(second) * (STEPS / 2);
    const start = roll.bars[roll.barAt(second)].start;
    const onset = start + Math.floor((second - start) / step + 1e-6) * step;
    const note = { onset, duration: Math.max(step * 0.9, 2 * LEAST), pitch: this._pitch(pitch), velocity: 88 };
    roll.edit([...roll.notes, note], roll.notes.length);
  }

  /** Sideways, or with Shift, it scrolls; with Ctrl it zooms; else the page goes on scrolling. */
  _wheel(event) {
    const { roll } = this;
    const zooms = event.ctrlKey || event.metaKey;
    const by = event.deltaX || (event.shiftKey ? event.deltaY : 0);
    if (!zooms && !by) return;
    event.preventDefault();
    if (zooms) roll.zoom(Math.exp(-event.deltaY / 300), this._at(event).x);
    else roll.scroll(roll.left + by / roll.scale);
  }

  _key(event) {
    const { roll } = this;
    if (event.ctrlKey || event.metaKey || !roll.bars.length) return;
    const handled = this._noteKey(event) || this._barKey(event);
    if (handled) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  /** Keys for notes: arrows choose, Shift and arrows change, Delete, N. */
  _noteKey(event) {
    const { roll } = this;
    const { key } = event;
    const note = roll.notes[roll.picked];
    if (key === "n" || key === "N") {
      this._insert(roll.position, note ? note.pitch : 67);
      return true;
    }
    if (!event.shiftKey && !event.altKey && (key === "ArrowRight" || key === "ArrowLeft")) {
      if (!roll.notes.length) return false;
      const start = roll.notes.findIndex((other) => other.onset >= roll.position);
      const next = note ? roll.picked + (key === "ArrowRight" ? 1 : -1) : Math.max(0, start);
      roll.pick(Math.min(Math.max(next, 0), roll.notes.length - 1));
      return true;
    }
    if (!note) return false;
    const step = this._step(note.onset);
    const right = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
    const up = key === "ArrowUp" ? 1 : key === "ArrowDown" ? -1 : 0;
    let changed = null;
    if (key === "Delete" || key === "Backspace") {
      roll.edit(roll.notes.toSpliced(roll.picked, 1), Math.min(roll.picked, roll.notes.length - 2));
      return true;
    }
    if (event.altKey && right) changed = { ...note, duration: Math.max(LEAST, note.duration + right * step * 2) };
    else if (event.shiftKey && right) changed = { ...note, onset: Math.max(0, note.onset + right * step) };
    else if (up) changed = { ...note, pitch: this._pitch(note.pitch + up * (event.shiftKey ? 12 : 1)) };
    if (!changed) return false;
    roll.edit(roll.notes.with(roll.picked, changed), roll.picked);
    return true;
  }

  /** Keys for bars: [ and ] select from the playhead, . and , widen and narrow. */
  _barKey(event) {
    const { roll } = this;
    const bar = roll.barAt(roll.position);
    const { selection } = roll;
    if (event.key === "b" || event.key === "B") roll.select({ first: bar, last: bar });
    else if (event.key === "]" && selection) roll.select({ ...selection, last: Math.min(selection.last + 1, roll.bars.length - 1) });
    else if (event.key === "[" && selection) roll.select({ ...selection, last: Math.max(selection.last - 1, selection.first) });
    else return false;
    return true;
  }
}
