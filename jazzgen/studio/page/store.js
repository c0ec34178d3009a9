// The work: chart, settings and takes, with undo, kept in the browser so that it survives a reload.

import { emptyBar } from "./chart.js";
import { Shelf } from "./shelf.js";

const KEY = "jazzgen.studio.work";
const STEPS = 200;
const MOST = 400; // takes that are kept; then the oldest go

const fresh = () => ({
  chart: { header: { title: "", key: "", tempo: "", meter: "", feel: "" }, bars: Array.from({ length: 12 }, emptyBar) },
  settings: { choruses: 2, count: 1, temperature: 0.9, density: 0, register: 0, ending: "final", feel: "", tempo: "", instrument: "", performer: "", seed: "", shape: null },
  takes: [],
  current: null,
  recent: [],
  view: { mix: null, theme: "", countIn: false, practice: false, transpose: 0, written: "0", clef: "", locks: [], colours: true, follow: true },
});

/** What undo brings back; levels and the theme stay as they are. */
const UNDONE = ["chart", "settings", "takes", "current"];

/** Read what was stored; the takes come from the shelf. */
function stored(takes) {
  try {
    const read = JSON.parse(localStorage.getItem(KEY));
    if (!read?.chart?.bars?.length) return null;
    const start = fresh();
    const found = read.takes.map((id) => takes.get(id)).filter(Boolean);
    const current = found.some((take) => take.id === read.current) ? read.current : (found.at(-1)?.id ?? null);
    return { ...start, ...read, takes: found, current, settings: { ...start.settings, ...read.settings }, view: { ...start.view, ...read.view } };
  } catch {
    return null;
  }
}

export class Store extends EventTarget {
  static async open() {
    const shelf = await Shelf.open();
    return new Store(shelf, stored(await shelf.all()));
  }

  constructor(shelf, read) {
    super();
    this.shelf = shelf;
    this.isNew = read === null;
    this.state = read ?? fresh();
    this.past = [];
    this.future = [];
    this.saving = 0;
    addEventListener("pagehide", () => this.save());
    addEventListener("storage", (event) => {
      if (event.key === KEY && event.newValue) this._elsewhere();
    });
  }

  /** Another tab has stored its work: its takes come here too; what its chart is, the user decides. */
  async _elsewhere() {
    const theirs = stored(await this.shelf.all());
    if (!theirs) return;
    const { takes } = this.state;
    const newer = (take) => !take.unsent && theirs.takes.find((other) => other.id === take.id && other.version > take.version);
    const known = new Set(takes.map((take) => take.id));
    const more = theirs.takes.filter((take) => !known.has(take.id));
    if (more.length || takes.some(newer)) this._set({ takes: [...takes.map((take) => newer(take) || take), ...more] });
    const same = JSON.stringify(theirs.chart) === JSON.stringify(this.state.chart);
    this.dispatchEvent(new CustomEvent("elsewhere", { detail: same ? null : { chart: theirs.chart, settings: theirs.settings } }));
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
    if (this.state.takes.length > MOST) this.state.takes = this.state.takes.slice(-MOST);
    this.shelf.change(before.takes, this.state.takes);
    this.dispatchEvent(new CustomEvent("change", { detail: before }));
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.save(), 400);
  }

  /** What is stored beside the takes; their versions let other tabs see that one was edited. */
  _text() {
    const { takes } = this.state;
    return JSON.stringify({ ...this.state, takes: takes.map(({ id }) => id), versions: takes.map(({ version }) => version) });
  }

  /** Store the work; the takes are on the shelf already. */
  save() {
    clearTimeout(this.saving);
    const text = this._text();
    if (text === this.saved) return;
    this.saved = text;
    try {
      localStorage.setItem(KEY, text);
    } catch {
      // A browser that stores nothing: the work lasts as long as the page.
    }
  }
}
