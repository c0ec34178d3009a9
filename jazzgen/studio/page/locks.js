// Who is locked: locked parts stay note for note while takes are made anew.

import { PARTS } from "./mixer.js";

const $ = (id) => document.getElementById(id);

export class Locks {
  constructor(app) {
    this.app = app;
    for (const [part, name] of PARTS) {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.lock = part;
      button.textContent = name;
      button.title = `Lock ${name.toLowerCase()}: it stays as it is in new takes`;
      button.addEventListener("click", () => this._toggle(part));
      $("locks").append(button);
    }
  }

  get parts() {
    return this.app.store.state.view.locks;
  }

  get solo() {
    return this.parts.includes("solo");
  }

  /** The locked players of the band. */
  get players() {
    return this.parts.filter((part) => part !== "solo");
  }

  _toggle(part) {
    const { parts } = this;
    this.app.store.view({ locks: parts.includes(part) ? parts.filter((other) => other !== part) : [...parts, part] });
  }

  show() {
    for (const button of $("locks").querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(this.parts.includes(button.dataset.lock)));
    }
    if (!this.app.making?.waiting) this.name("");
  }

  /** Let the button say what it makes, or what is being done. */
  name(busy) {
    const band = this.solo && this.app.store.take;
    $("generate").textContent = busy || (band ? "New band" : "Generate");
    $("generate").disabled = Boolean(band && this.players.length === PARTS.length - 1);
  }
}
