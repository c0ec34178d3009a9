// The solo as notation, engraved by the server where it can: it lights up what sounds, and bars are
// chosen in it as in the roll.

import * as api from "./api.js";
import { Engraved } from "./engraved.js";

const $ = (id) => document.getElementById(id);
const WRITTEN = [["own", "its instrument"], ["0", "concert pitch"], ["2", "B♭ instruments"], ["14", "tenor saxophone"], ["9", "E♭ instruments"], ["21", "baritone saxophone"], ["7", "F instruments"], ["12", "guitar, an octave up"]];
const CLEFS = [["", "its own"], ["treble", "treble"], ["bass", "bass"]];
const PAGE = 2100; // the width of four bars, in tenths of a millimeter
const NARROW = 640; // pixels below which fewer bars stand in a line
const SETTLED = 250; // milliseconds after the last change of the window's size
const STAFF = 0.46; // pixels for a tenth of a millimeter there

export class Notation {
  constructor(app) {
    this.app = app;
    this.shown = "";
    this.engraved = new Engraved($("notation"), app.roll);
    $("written-for").append(...WRITTEN.map(([by, name]) => new Option(name, by)));
    $("clef").append(...CLEFS.map(([clef, name]) => new Option(name, clef)));
    const { view } = app.store.state;
    $("written-for").value = view.written;
    $("clef").value = view.clef;
    for (const id of ["written-for", "clef"]) {
      $(id).addEventListener("change", () => {
        app.store.view({ written: $("written-for").value, clef: $("clef").value });
        this.show(app.store.take);
      });
    }
    $("notation-panel").addEventListener("toggle", () => this.show(app.store.take));
    addEventListener("resize", () => {
      clearTimeout(this.resizing);
      this.resizing = setTimeout(() => this.show(app.store.take), SETTLED);
    });
  }

  /** How a take is written: what the server is asked for. */
  _how() {
    const { view } = this.app.store.state;
    const wide = $("notation").clientWidth || NARROW;
    const how = { width: wide < NARROW ? Math.max(700, Math.round(wide / STAFF / 50) * 50) : PAGE };
    if (view.written !== "own") how.transpose = Number(view.written);
    if (view.clef) how.clef = view.clef;
    if (view.transpose) how.shift = view.transpose;
    return how;
  }

  /** Engrave a take, when the panel is open and it isn't shown already; the last wish counts. */
  async show(take) {
    this.wish = take;
    if (this.asking) return;
    this.asking = true;
    while (this.wish && $("notation-panel").open) {
      const now = this.wish;
      this.wish = null;
      await this._engrave(now);
    }
    this.asking = false;
  }

  async _engrave(take) {
    const how = this._how();
    const wanted = JSON.stringify([take.title, take.seed, take.chart, take.notes.solo, how]);
    if (wanted === this.shown) return;
    try {
      const { pages } = await this.app.shared.with([take.id], ([live]) => api.notation(live, how));
      if (this.wish && this.wish.id !== take.id) return;
      this.shown = (await this.engraved.put(pages, () => Boolean(this.wish))) ? wanted : "";
    } catch (error) {
      this.shown = "";
      this.engraved.tell(error.message);
    }
  }
}
