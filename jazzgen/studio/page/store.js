// The work: chart, settings and takes, with undo, kept in the browser so that it survives a reload.

import { emptyBar } from "./chart.js";

const KEY = "jazzgen.studio.work";
const ROOM = 4_000_000; // characters that are stored; browsers allow about five million
const STEPS = 200;

const fresh = () => ({
  chart: { header: { title: "", key: "", tempo: "", meter: "", feel: "" }, bars: Array.from({ length: 12 }, emptyBar) },
  settings: { choruses: 2, temperature: 0.85, density: 0, register: 0, ending: "final", feel: "", tempo: "", instrument: "", performer: "", seed: "", shape: null },
  takes: [],
  current: null,
  recent: [],
  view: { mix: null, theme: "", countIn: false, practice: false, transpose: 0, written: "0", clef: "treble" },
});

/** What undo brings back; levels and the theme stay as they are. */
const UNDONE = ["chart", "settings", "takes", "current"];

function stored() {
  try {
    const read = JSON.parse(localStorage.getItem(KEY));
    if (!read?.chart?.bars?.length) return null;
    const start = fresh();
    return { ...start, ...read, settings: { ...start.settings, ...read.settings }, view: { ...start.view, ...read.view } };
  } catch {
    return null;
  }
}

export class Store extends EventTarget {
  constructor() {
    super();
    const read = stored();
    this.isNew = read === null;
    this.state = read ?? fresh();
    this.past = [];
    this.future = [];
    this.saving = 0;
    addEventListener("pagehide", () => this.save());
  }

  get take() {
    return this.state.takes.find((take) => take.id === this.state.current) ?? null;
  }

  /** Change the work so that it can be undone; `merge` joins steps of one kind, such as typing. */
  change(patch, merge = "") {
    if (!merge || merge !== this.merging) this.past = [...this.past.slice(1 - STEPS), this._part()];
    this.merging = merge;
    this.future = [];
    this._set(patch);
  }

  /** Change what undo leaves alone. */
  view(patch) {
    this._set({ view: { ...this.state.view, ...patch } });
  }

  /** Change something without a step of undo, such as the take that is looked at. */
  put(patch) {
    this._set(patch);
  }

  undo() {
    this._step("past", "future");
  }

  redo() {
    this._step("future", "past");
  }

  _step(from, to) {
    const part = this[from].at(-1);
    if (!part) return;
    this[to] = [...this[to], this._part()];
    this[from] = this[from].slice(0, -1);
    this.merging = "";
    this._set(part);
  }

  _part() {
    return Object.fromEntries(UNDONE.map((name) => [name, this.state[name]]));
  }

  _set(patch) {
    const before = this.state;
    this.state = { ...before, ...patch };
    this.dispatchEvent(new CustomEvent("change", { detail: before }));
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.save(), 400);
  }

  /** Store the work; when there is too much of it, without the oldest takes that aren't kept. */
  save() {
    const { takes } = this.state;
    const order = [...takes].sort((a, b) => Number(!!a.kept) - Number(!!b.kept));
    for (let left = 0; left <= takes.length; left += 1) {
      const leave = new Set(order.slice(0, left));
      const text = JSON.stringify({ ...this.state, takes: takes.filter((take) => !leave.has(take) || take.id === this.state.current) });
      if (text.length > ROOM && left < takes.length) continue;
      try {
        localStorage.setItem(KEY, text);
        return;
      } catch {
        // The browser's room is smaller: leave out one more take.
      }
    }
  }
}
