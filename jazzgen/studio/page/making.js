// Takes are made: whole ones, some bars of one again, or another band under one.

import * as api from "./api.js";
import { writeChart } from "./chart.js";
import { PARTS } from "./mixer.js";

const BAND = PARTS.map(([part]) => part).filter((part) => part !== "solo");
const $ = (id) => document.getElementById(id);

export class Making {
  constructor(app) {
    this.app = app;
    this.waiting = null;
    $("controls").addEventListener("submit", (event) => {
      event.preventDefault();
      this.generate();
    });
    $("cancel").addEventListener("click", () => this.waiting?.abort());
    $("regenerate").addEventListener("click", () => this.again());
    $("keep-bars").addEventListener("click", () => this.rest());
  }

  _busy(on) {
    document.body.classList.toggle("busy", on);
    $("cancel").hidden = !on;
    this.app.locks.name(on ? "Playing…" : "");
  }

  /** Ask for a take; a second request ends the first. */
  async _await(request) {
    this.waiting?.abort();
    const waiting = new AbortController();
    this.waiting = waiting;
    this._busy(true);
    this.app.say("");
    try {
      return await request(waiting.signal);
    } catch (error) {
      if (this.waiting === waiting) this.app.tell(error);
      return null;
    } finally {
      if (this.waiting === waiting) {
        this.waiting = null;
        this._busy(false);
      }
    }
  }

  /**
   * Make takes, in which whoever is locked plays what they play in the current one. Of several
   * the first one's band plays in all.
   */
  async generate() {
    const { app } = this;
    app.sheet.commit();
    const count = app.controls.takes;
    let { take } = app.store;
    let { players } = app.locks;
    const sameSolo = app.locks.solo && take;
    if (!sameSolo && app.sheet.isEmpty) {
      app.say("The chart has no chords yet: type some into its bars.");
      return;
    }
    app.remember();
    for (let number = 1; number <= count; number += 1) {
      const [from, fixed] = [take, players];
      const asking = this._await((signal) => (sameSolo ? this._band(from, fixed, signal) : this._whole(from, fixed, signal)));
      if (count > 1) this.app.locks.name(`Take ${number} of ${count}…`);
      app.transport.prepare(); // the instruments are made while the server plays
      const made = await asking;
      if (!made) return;
      app.add(made, number === 1);
      if (number === 1 && !app.transport.playing) app.transport.playFrom(0);
      if (!sameSolo) {
        take = app.store.state.takes.at(-1);
        players = BAND;
      }
    }
  }

  _whole(take, players, signal) {
    const { app } = this;
    const chart = writeChart(app.store.state.chart);
    const locked = take && players.length ? [take.id] : [];
    return app.shared.with(locked, ([fixed]) => {
      const band = fixed ? { band_of: fixed.id, lock: players } : {};
      return api.generate({ ...app.controls.request(), ...band, chart }, signal);
    });
  }

  _band(take, players, signal) {
    return this.app.shared.with([take.id], ([live]) => api.rearrange(live, { lock: players }, signal));
  }

  /** Play the selected bars again. */
  again() {
    const { selection } = this.app.roll;
    if (selection) this._regenerate([[selection.first, selection.last]]);
  }

  /** Keep the selected bars, and play all others of the choruses again. */
  rest() {
    const { selection, bars } = this.app.roll;
    if (!selection) return;
    const sounding = bars.map((bar, index) => (bar.chorus ? index : -1)).filter((index) => index >= 0);
    const stretches = [[selection.last + 1, sounding.at(-1)], [sounding[0], selection.first - 1]];
    this._regenerate(stretches.filter(([first, last]) => first <= last));
  }

  /** Play stretches of bars again, the last one first; only the last answer is shown. */
  async _regenerate(stretches) {
    const { app } = this;
    const { take } = app.store;
    if (!take || !stretches.length) return;
    const made = await this._await((signal) => app.shared.with([take.id], async ([live]) => {
      let now = live;
      for (const [first, last] of stretches) {
        const bars = [take.bars[first].number, take.bars[last].number];
        now = await api.regenerate(now, { bars, lock: app.locks.players }, signal);
      }
      return now;
    }));
    if (made) app.add(made);
  }
}
