// The chart on the page: title, key, bars, and what is wrong with them.

import * as api from "./api.js";
import { barsOf, emptyBar, unrolled, used, writeChart } from "./chart.js";
import { Grid } from "./grid.js";

const $ = (id) => document.getElementById(id);
const KEYS = ["C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B", "Cm", "C#m", "Dm", "Ebm", "Em", "Fm", "F#m", "Gm", "Abm", "Am", "Bbm", "Bm"];
const LATER = 180; // milliseconds after the last key before the chart is checked

const hasChords = (bars) => bars.some((bar) => bar.chords.trim());

/** The chords of bars that the server has read, as a text that tells two choruses apart. */
const symbolsOf = (bars) => JSON.stringify(bars.map(({ meter, chords }) => [meter, ...chords.map(({ symbol }) => symbol)]));

export class ChartSheet {
  constructor(app) {
    this.app = app;
    this.grid = new Grid($("grid"));
    this.timer = 0;
    this.form = 0; // bars of a chorus with its repeats, when the server has counted them
    this.chorus = null; // its chords, when the server has read them
    const key = $("key");
    key.append(new Option("–", ""), ...KEYS.map((name) => new Option(name.replace("b", "♭").replace("#", "♯"), name)));
    key.addEventListener("change", () => this._transpose(key.value));
    $("title").addEventListener("input", () => this._header({ title: $("title").value }, "title"));
    this.grid.addEventListener("change", (event) => this._bars(event.detail));
    this.grid.addEventListener("typing", (event) => this.check(event.detail));
    this.grid.addEventListener("more", () => this._bars([...this.bars, emptyBar()]));
    this.grid.addEventListener("pasted", (event) => app.dialogs._read(event.detail.text));
    $("bar-add").addEventListener("click", () => this._more(1));
    $("bars-add").addEventListener("click", () => this._more(4));
    $("bar-remove").addEventListener("click", () => this.bars.length > 1 && this._bars(this.bars.slice(0, -1)));
    $("chart-new").addEventListener("click", () => this._new());
  }

  get chart() {
    return this.app.store.state.chart;
  }

  get bars() {
    return this.chart.bars;
  }

  commit() {
    this.grid._commit();
  }

  get isEmpty() {
    return !hasChords(this.bars);
  }

  /** Whether a take is over the changes that stand here, as far as that is known. */
  isOf(take) {
    if (!this.chorus) return !this.isEmpty;
    return symbolsOf(take.bars.filter(({ chorus }) => chorus === 1)) === this.chorus;
  }

  _bars(bars) {
    this.app.store.change({ chart: { ...this.chart, bars } });
  }

  _more(count) {
    const { length } = this.bars;
    this._bars([...this.bars, ...Array.from({ length: count }, emptyBar)]);
    this.grid.edit(length);
  }

  _header(change, merge = "") {
    this.app.store.change({ chart: { ...this.chart, header: { ...this.chart.header, ...change } } }, merge);
  }

  _new() {
    const header = { title: "", key: "", tempo: "", meter: "", feel: "" };
    this.app.store.change({ chart: { header, bars: Array.from({ length: 12 }, emptyBar) } });
    this.grid.edit(0);
  }

  async _transpose(key) {
    if (!key || !this.chart.header.key || !this.bars.some((bar) => bar.chords)) {
      this._header({ key });
      return;
    }
    try {
      const { bars } = this;
      this.app.use(await api.transposeChart(writeChart(this.chart), key), { written: bars });
    } catch (error) {
      this.app.say(error.message);
    }
  }

  show(chart) {
    this.chorus = null; // until the server has read it
    if (document.activeElement !== $("title")) $("title").value = chart.header.title ?? "";
    $("key").value = chart.header.key ?? "";
    if ($("key").value !== (chart.header.key ?? "")) {
      $("key").append(new Option(chart.header.key, chart.header.key));
      $("key").value = chart.header.key;
    }
    document.title = `${chart.header.title || "Untitled"} – jazzgen studio`;
    document.querySelector(".sheet").classList.toggle("blank", !chart.bars.some((bar) => bar.chords));
    this.grid.show(chart.bars, chart.header.meter || "4/4");
    this.check();
  }

  /** Let the server read the chart, and mark the bars that it cannot read. */
  check(bars = this.bars) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this._check(bars), LATER);
  }

  /** One check runs at a time; of those that are asked for meanwhile the last one follows. */
  async _check(bars) {
    this.wanted = bars;
    if (this.checking) return;
    this.checking = true;
    while (this.wanted) {
      const now = this.wanted;
      this.wanted = null;
      await this._ask(now);
    }
    this.checking = false;
  }

  async _ask(bars) {
    if (!hasChords(bars)) {
      this.chorus = null;
      this.grid.fail(new Map());
      return;
    }
    try {
      const read = await api.readChart(writeChart({ ...this.chart, bars }));
      if (this.wanted) return;
      this.grid.fail(this._wrong(bars, read));
      if (!this.chart.header.key && read.key) $("key").options[0].text = `${read.key} (guessed)`;
      this.warn(read.warnings ?? []);
      this._count(read.bars?.length ?? 0);
      this.chorus = read.bars ? symbolsOf(read.bars) : null;
      this.app.compareCharts();
    } catch (error) {
      this.fail(error, bars);
    }
  }

  /** What is wrong, by bar of the grid: errors, and warnings that name their bar. */
  _wrong(bars, { errors = [], warnings = [] }) {
    const named = warnings.map((text) => text.match(/^.*?\bbar (\d+): (.*)$/)).filter(Boolean);
    const told = [...named.map(([, bar, message]) => ({ bar: Number(bar), message })), ...errors];
    return new Map(told.map(({ bar, message }) => [this._written(bars, bar), message]));
  }

  /** Light up the written bar that holds a bar of the form, counted from 0; -1 for none. */
  light(form) {
    if (this.order?.of !== this.bars) this.order = { of: this.bars, written: unrolled(this.bars.slice(0, used(this.bars))) };
    this.grid.light(form < 0 ? -1 : (this.order.written[form] ?? -1));
  }

  /** Remember how many bars sound in a chorus: the shape of a solo has a value for each four. */
  _count(form) {
    if (!form || form === this.form) return;
    this.form = form;
    this.app.controls.show(this.app.store.state);
  }

  /** The written bar of the grid that the server counts as `number`. */
  _written(bars, number) {
    let count = 0;
    for (let index = 0; index < bars.length; index += 1) {
      count += barsOf(bars[index]);
      if (count >= number) return index;
    }
    return bars.length - 1;
  }

  fail(error, bars = this.bars) {
    const bar = error.bar ?? Number(error.message.match(/\bbar (\d+)/)?.[1] ?? 0);
    if (bar) this.grid.fail(new Map([[this._written(bars, bar), error.message.replace(/^.*?\bbar \d+: /, "")]]));
    else if (error.where === "chart") this.app.say(error.message);
  }

  warn(warnings) {
    $("chart-note").textContent = warnings.filter((text) => !/\bbar \d+: /.test(text)).join(" ");
  }
}
