// The row of controls: who plays, how, and how the solo builds.

import { Shape } from "./shape.js";

const $ = (id) => document.getElementById(id);
const FIELDS = ["feel", "tempo", "instrument", "performer", "choruses", "temperature", "density", "register", "ending", "seed", "count"];
const ASKED = FIELDS.filter((name) => name !== "count"); // of the server, for each take
const NUMBERS = ["tempo", "choruses", "temperature", "density", "register", "seed"];

export class Controls {
  constructor(app) {
    this.app = app;
    this.shape = new Shape($("shape"));
    this.shape.addEventListener("change", (event) => this._set({ shape: event.detail }));
    $("shape-clear").addEventListener("click", () => this._set({ shape: null }));
    for (const name of FIELDS) {
      $(name).addEventListener("input", () => {
        $(name).removeAttribute("aria-invalid");
        this._set({ [name]: $(name).value }, name);
      });
    }
  }

  _set(change, merge = "") {
    this.app.store.change({ settings: { ...this.app.store.state.settings, ...change } }, merge);
  }

  /** Fill the lists with what the server knows. */
  fill(known) {
    const option = (value) => (typeof value === "string" ? new Option(value, value) : new Option(value.title ?? value.name, value.name));
    $("feel").replaceChildren(new Option("as the chart", ""), ...(known.feels ?? []).map(option));
    $("instrument").replaceChildren(new Option("the performer's", ""), ...(known.instruments ?? []).map(option));
    $("performer").replaceChildren(new Option("a surprise", ""), ...(known.performers ?? []).map(option));
    $("ending").replaceChildren(...(known.endings ?? ["final", "tag", "ritardando", "none"]).map(option));
    this.show(this.app.store.state);
  }

  show({ settings, chart }) {
    for (const name of FIELDS) {
      if (document.activeElement !== $(name) || $(name).tagName === "SELECT") $(name).value = settings[name] ?? "";
      const told = document.querySelector(`output[for="${name}"]`);
      if (told) told.textContent = settings[name];
    }
    const { header, bars } = chart;
    $("tempo").placeholder = header.tempo || "auto";
    const feel = settings.feel || header.feel || "";
    const tempo = settings.tempo || header.tempo || "";
    $("heading-left").textContent = [feel, tempo && `♩ = ${tempo}`].filter(Boolean).join(", ");
    const groups = Math.ceil((this.app.sheet.form || bars.length) / 4);
    this.shape.show(settings.shape, groups * (Number(settings.choruses) || 1));
  }

  /** How many takes are made at once. */
  get takes() {
    return Math.max(1, Math.min(8, Math.round(Number(this.app.store.state.settings.count)) || 1));
  }

  /** What is asked of the server besides the chart. */
  request() {
    const { settings } = this.app.store.state;
    const request = {};
    for (const name of ASKED) {
      const value = settings[name];
      if (value === "" || value === null || value === undefined) request[name] = null;
      else request[name] = NUMBERS.includes(name) ? Number(value) : value;
    }
    request.shape = settings.shape ? this.shape.values.join(" ") : null;
    request.choruses ??= 2;
    if (this.takes > 1) request.seed = null; // a seed names one take
    return request;
  }

  fail(error) {
    const field = error.where && FIELDS.includes(error.where) ? $(error.where) : null;
    if (!field) return;
    field.setAttribute("aria-invalid", "true");
    if (field.closest("#more")) $("more").open = true;
    field.focus();
  }
}
