// For students: the chord that sounds and its tones, and what the model expected of each note.

import * as api from "./api.js";
import { noteName } from "./roll.js";

const $ = (id) => document.getElementById(id);
const NAMES = ["C", "D♭", "D", "E♭", "E", "F", "G♭", "G", "A♭", "A", "B♭", "B"];

export class Expected {
  constructor(app) {
    this.app = app;
    this.told = new Map(); // what the server said, by take and version
    this.index = -1;
    $("expected").addEventListener("toggle", () => this.show(app.store.take));
  }

  _key(take) {
    return `${take.id} ${take.version} ${take.edited ? take.notes.solo.length : ""}`;
  }

  /** Ask for what the model expected, when the panel is open. */
  async show(take) {
    if (!take || !$("expected").open || this.told.has(this._key(take))) return;
    this.told.set(this._key(take), []);
    if (take.expected) this.told.set(this._key(take), take.expected);
    else {
      try {
        const { expected } = await api.expected(await this.app.shared.live(take.id));
        this.told.set(this._key(take), expected ?? []);
      } catch (error) {
        $("expected-body").textContent = error.message;
        return;
      }
    }
    this._draw(0, this.app.roll.bars[0]);
  }

  at(position, bar) {
    if (!$("expected").open) return;
    const { notes } = this.app.roll;
    let index = -1;
    for (let i = 0; i < notes.length && notes[i].onset <= position; i += 1) index = i;
    if (index !== this.index) this._draw(index, bar, position);
  }

  note(index) {
    const note = this.app.roll.notes[index];
    if ($("expected").open && note) this._draw(index, this.app.roll.bars[this.app.roll.barAt(note.onset)], note.onset);
  }

  _draw(index, bar, position = 0) {
    this.index = index;
    const body = $("expected-body");
    const chord = bar?.chords.filter((other) => other.start <= position + 0.01).at(-1) ?? bar?.chords[0];
    const head = document.createElement("p");
    head.className = "expected-chord";
    head.textContent = chord ? `${chord.symbol}: ${(chord.tones ?? []).map((tone) => NAMES[tone]).join("  ")}` : "no chord";
    body.replaceChildren(head);
    const { take } = this.app.store;
    const told = take && this.told.get(this._key(take))?.[index];
    if (!told) return;
    const note = this.app.roll.notes[index];
    const text = document.createElement("p");
    text.className = "hint";
    const by = this.app.store.state.view.transpose;
    const rank = told.rank ? `, number ${told.rank} of what the model expected` : "";
    text.textContent = `Played: ${noteName(note?.pitch ?? told.pitch)}${rank}. Surprise: ${told.bits.toFixed(1)} bits; 0 would be certain, and each bit halves the chance.`;
    const row = document.createElement("p");
    row.className = "expected-top";
    row.append("Expected most: ", ...told.top.flatMap((pitch) => [this._name(pitch + by, pitch === told.pitch), " "]));
    body.append(text, row);
  }

  _name(pitch, drawn) {
    const name = document.createElement(drawn ? "mark" : "span");
    name.textContent = noteName(pitch);
    return name;
  }
}
