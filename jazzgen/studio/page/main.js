// The page: what the user does, what the server answers, and what is shown.

import * as api from "./api.js";
import { emptyBar, readChart, writeChart } from "./chart.js";
import { ChartSheet } from "./chart-sheet.js";
import { Controls } from "./controls.js";
import { Dialogs } from "./dialogs.js";
import { Expected } from "./expected.js";
import { folded } from "./folded.js";
import { listen } from "./keys.js";
import { Locks } from "./locks.js";
import { Making } from "./making.js";
import { Mixer } from "./mixer.js";
import { Notation } from "./notation.js";
import { Output } from "./output.js";
import { Roll } from "./roll.js";
import { Shared } from "./shared.js";
import { noteName } from "./spelling.js";
import { Store } from "./store.js";
import { Tabs } from "./tabs.js";
import { barsOfTake, showTakes, soloOfTake } from "./takes.js";
import { Transport } from "./transport.js";

const $ = (id) => document.getElementById(id);
const RECENT = 12; // charts

export class App {
  constructor(store) {
    this.store = store;
    this.locks = new Locks(this);
    this.shared = new Shared(store, () => this.locks.players);
    this.known = {};
    this.roll = new Roll($("roll"));
    this.mixer = new Mixer($("mixer"), this.store.state.view.mix);
    this.transport = new Transport(this);
    this.sheet = new ChartSheet(this);
    this.controls = new Controls(this);
    this.dialogs = new Dialogs(this);
    this.notation = new Notation(this);
    this.expected = new Expected(this);
    this.output = new Output(this);
    this.making = new Making(this);
    this.tabs = new Tabs(this);
    this.before = null; // the take that was looked at before
    this._listen();
    this.store.addEventListener("change", (event) => this.show(event.detail));
    this.store.addEventListener("apart", () => this.say("Another tab has changed this take; your change is a take of its own."));
    this.mixer.addEventListener("change", () => this.store.view({ mix: this.mixer.mix }));
    this.show(null);
    this._start();
  }

  async _start() {
    try {
      this.known = await api.library();
      this.controls.fill(this.known);
      this.output.fill(this.known);
      this.sheet.check();
      if (this.store.isNew && this.known.charts?.length) this.use(await api.readChart("blues"), { undoable: false });
    } catch (error) {
      this.say(error.message);
    }
    document.documentElement.dataset.ready = "true";
    if (this.known.sounds) setTimeout(() => this.transport.sample().catch((error) => this.say(error.message)));
  }

  _listen() {
    listen(this);
    $("undo").addEventListener("click", () => this.store.undo());
    $("redo").addEventListener("click", () => this.store.redo());
    $("theme").addEventListener("click", () => this._theme());
    $("compare").addEventListener("click", () => this.compare());
    $("select-none").addEventListener("click", () => this.roll.select(null));
    $("zoom-in").addEventListener("click", () => this.roll.zoom(1.4));
    $("zoom-out").addEventListener("click", () => this.roll.zoom(1 / 1.4));
    $("other-take").addEventListener("change", (event) => {
      this.roll.compared = event.target.checked;
      this.roll.draw();
    });
    for (const name of ["colours", "follow"]) $(name).addEventListener("change", (event) => this.store.view({ [name]: event.target.checked }));
    this.roll.slideBy($("roll-place"));
    $("chart-of-take").addEventListener("click", () => this.use({ text: this.store.take.chart }));
    this.roll.addEventListener("select", (event) => this._selected(event.detail));
    this.roll.addEventListener("pick", (event) => this._picked(event.detail));
    this.roll.addEventListener("seek", (event) => this.transport.seek(event.detail));
    this.roll.addEventListener("edit", (event) => this.edit(event.detail));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this._retint());
  }

  /** Show what has changed since `before`; everything when that is null. */
  show(before) {
    const { state } = this.store;
    const changed = (name) => !before || before[name] !== state[name];
    $("undo").disabled = !this.store.past.length;
    $("redo").disabled = !this.store.future.length;
    if (changed("view") && before?.view.theme !== state.view.theme) {
      document.documentElement.dataset.theme = state.view.theme;
      this._retint();
    }
    if (changed("chart")) this.sheet.show(state.chart);
    if (changed("settings") || changed("chart")) this.controls.show(state);
    const moved = before && before.view.transpose !== state.view.transpose;
    $("colours").checked = state.view.colours;
    $("follow").checked = state.view.follow;
    $("legend").hidden = !state.view.colours;
    if (this.roll.coloured !== state.view.colours) {
      this.roll.coloured = state.view.colours;
      this.roll.draw();
      this.notation.engraved.tint();
    }
    if (changed("takes") || changed("current") || moved) this._showTake();
    this.transport.show(state.view, this.mixer.mix);
    this.locks.show();
  }

  _showTake() {
    const { state, take } = this.store;
    $("work").hidden = !take;
    $("welcome").hidden = Boolean(take);
    showTakes($("takes"), state.takes, state.current, (id) => this.choose(id), (id) => this.forget(id));
    this.compareCharts();
    if (!take) {
      this.transport.stop();
      return;
    }
    const by = state.view.transpose;
    const bars = barsOfTake(take, by);
    const { other } = this;
    $("compare").disabled = !other;
    this.roll.show({ notes: soloOfTake(take, bars, by), bars, length: take.length, other: other ? soloOfTake(other, [], by) : [] });
    if (this.roll.selection && this.roll.selection.last >= bars.length) this.roll.select(null);
    this.transport.load(take, bars, by);
    this.notation.show(take);
    this.notation.engraved.tint();
    this.expected.show(take);
    this.controls.shape.follow(take.plan);
    this.output.show(take);
  }

  say(message) {
    $("message").textContent = message;
  }

  /** Which setting or bar an error is about, shown where it is. */
  tell(error) {
    if (error.name === "AbortError") return;
    this.say(error.message);
    this.sheet.fail(error);
    this.controls.fail(error);
  }

  /** Add a take to the list; with `shown` it is the one that is looked at and heard. */
  add(take, shown = true) {
    this.shared.met(take);
    const { state } = this.store;
    if (shown) this.before = state.current;
    this.store.change({ takes: [...state.takes, take], current: shown ? take.id : state.current });
    $("takes").lastElementChild?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  choose(id) {
    if (!this.store.state.takes.some((take) => take.id === id) || id === this.store.state.current) return;
    this.before = this.store.state.current;
    this.store.put({ current: id });
  }

  generate() {
    return this.making.generate();
  }

  /** The take with which the current one is compared: the one before, or the last one. */
  get other() {
    const { takes, current } = this.store.state;
    const others = takes.filter((take) => take.id !== current);
    return others.find((take) => take.id === this.before) ?? others.at(-1);
  }

  compare() {
    if (this.other) this.choose(this.other.id);
  }

  forget(id) {
    const { state } = this.store;
    const index = state.takes.findIndex((take) => take.id === id);
    const takes = state.takes.toSpliced(index, 1);
    const current = state.current === id ? (takes[Math.min(index, takes.length - 1)]?.id ?? null) : state.current;
    this.store.change({ takes, current });
  }

  /** Take over the notes of the roll at once, and tell the server. */
  edit({ notes, picked }) {
    const { state, take } = this.store;
    const by = state.view.transpose;
    const rows = notes.map((note) => [note.onset, note.duration, note.pitch - by, note.velocity]);
    const chosen = rows[picked];
    rows.sort((a, b) => a[0] - b[0]);
    const changed = { ...take, notes: { ...take.notes, solo: rows }, edited: true, unsent: true };
    this.store.change({ takes: state.takes.map((other) => (other.id === take.id ? changed : other)) });
    this.roll.pick(chosen ? rows.indexOf(chosen) : -1);
    this.shared.live(take.id).catch((error) => this.tell(error));
  }

  _selected(selection) {
    const bars = this.store.take?.bars ?? [];
    $("regenerate").disabled = !selection;
    $("keep-bars").disabled = !selection;
    $("select-none").disabled = !selection;
    $("selection-text").textContent = selection
      ? `Bars ${bars[selection.first].number}–${bars[selection.last].number} selected.`
      : "Drag over bars to select them.";
    this.transport.loopOver(selection);
  }

  _picked(index) {
    const note = this.roll.notes[index];
    const bar = note && this.roll.bars[this.roll.barAt(note.onset)];
    $("note-text").textContent = note
      ? `${noteName(note.pitch)}, bar ${bar.number}, beat ${(1 + ((note.onset - bar.start) / bar.length) * bar.beats).toFixed(2)}, ${note.duration.toFixed(2)} s`
      : "";
    if (!note) return;
    this.expected.note(index);
    this.transport.ring(note.pitch, note.velocity);
  }

  _theme() {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const now = this.store.state.view.theme || (dark ? "dark" : "light");
    this.store.view({ theme: now === "dark" ? "light" : "dark" });
  }

  _retint() {
    this.roll.retint();
    this.controls?.shape.draw();
  }

  /** Take over a chart that the server has read, with the repeats of the bars it was written in. */
  use(read, { undoable = true, written = [] } = {}) {
    const chart = readChart(read.text);
    chart.header.title ??= read.title ?? "";
    chart.bars = folded(written, read.bars) ?? chart.bars;
    if (!chart.bars.length) chart.bars = [emptyBar()];
    const { settings } = this.store.state;
    const patch = { chart, settings: { ...settings, tempo: "", feel: "", shape: null } };
    if (undoable) this.store.change(patch);
    else this.store.put(patch);
    if (undoable) this.remember();
    this.sheet.warn(read.warnings ?? []);
  }

  /** Put the chart that stands here before the recent ones. */
  remember() {
    const { chart, recent } = this.store.state;
    const chords = chart.bars.flatMap((bar) => bar.chords.split(" ")).filter(Boolean);
    const title = chart.header.title || chords.slice(0, 4).join(" ");
    const others = recent.filter((other) => other.title !== title);
    this.store.put({ recent: [{ title, text: writeChart(chart) }, ...others].slice(0, RECENT) });
  }

  /** Tell when the take is over other changes than the chart that stands here. */
  compareCharts() {
    const { take } = this.store;
    $("other-chart").hidden = !take || this.sheet.isOf(take);
  }
}

window.studio = new App(await Store.open());
