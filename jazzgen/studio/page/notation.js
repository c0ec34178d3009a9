// The solo as notation, engraved by the server where it can.

import * as api from "./api.js";

const $ = (id) => document.getElementById(id);
const WRITTEN = [["0", "concert pitch"], ["2", "B♭ instruments"], ["14", "tenor saxophone"], ["9", "E♭ instruments"], ["21", "baritone saxophone"]];

export class Notation {
  constructor(app) {
    this.app = app;
    this.shown = "";
    $("written-for").append(...WRITTEN.map(([by, name]) => new Option(name, by)));
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
  }

  /** Engrave a take, when the panel is open and it isn't shown already. */
  async show(take) {
    if (!take || !$("notation-panel").open) return;
    const { view } = this.app.store.state;
    const transpose = Number(view.written) + view.transpose;
    const wanted = JSON.stringify([take.title, take.seed, take.notes.solo, transpose, view.clef]);
    if (wanted === this.shown) return;
    this.shown = wanted;
    this.asking?.abort();
    this.asking = new AbortController();
    try {
      const live = await this.app.shared.live(take.id);
      const { pages } = await api.notation(live, { transpose, clef: view.clef }, this.asking.signal);
      this._put(pages);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.shown = "";
      const told = document.createElement("p");
      told.textContent = error.message;
      $("notation").replaceChildren(told);
    }
  }

  /** Pages are shown as images: what an SVG file could do stays outside of the page. */
  _put(pages) {
    const old = [...$("notation").querySelectorAll("img")];
    const images = pages.map((page, index) => {
      const image = new Image();
      image.alt = `Notation, page ${index + 1} of ${pages.length}`;
      image.src = URL.createObjectURL(new Blob([page], { type: "image/svg+xml" }));
      return image;
    });
    $("notation").replaceChildren(...images);
    for (const image of old) URL.revokeObjectURL(image.src);
  }

  /** Follow playback: keep the page with the bar that sounds in view. */
  at(bar) {
    const images = $("notation").querySelectorAll("img");
    if (!images.length || bar === this.bar || !$("follow").checked) return;
    this.bar = bar;
    const place = $("notation");
    const share = bar / Math.max(1, this.app.roll.bars.length);
    const top = share * place.scrollHeight - place.clientHeight / 3;
    if (top < place.scrollTop || top > place.scrollTop + place.clientHeight / 2) place.scrollTo({ top, behavior: "smooth" });
  }
}
