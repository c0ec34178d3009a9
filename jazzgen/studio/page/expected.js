// For students: the chord that sounds with its tones, and what the model expected of each note.

import * as api from "./api.js";
import { noteName, spelled } from "./spelling.js";

const $ = (id) => document.getElementById(id);

const element = (name, className, ...content) => {
  const made = document.createElement(name);
  made.className = className;
  made.append(...content);
  return made;
};

export class Expected {
  constructor(app) {
    this.app = app;
    this.told = null; // what the server said of a solo's notes
    this.of = null; // these notes
    this.drawn = "";
    $("expected").addEventListener("toggle", () => this.show(app.store.take));
  }

  /** Ask for what the model expected, when the panel is open. */
  async show(take) {
    this.drawn = "";
    this.app.roll.expected = null;
    this.app.roll.draw();
    if (!take || !$("expected").open) return;
    if (take.notes.solo !== this.of) {
      this.of = take.notes.solo;
      this.told = null;
      try {
        const { expected, id } = await this.app.shared.with([take.id], async ([live]) => ({ id: live.id, ...(await api.expected(live)) }));
        if (this.app.store.take?.id !== id) return;
        this.of = this.app.store.take.notes.solo;
        this.told = expected;
      } catch (error) {
        $("expected-body").textContent = error.message;
        return;
      }
    }
    const { notes, picked, position } = this.app.roll;
    this.at(notes[picked]?.onset ?? position, true);
  }

  /** Show what is at a position: the chord, and the last note that has begun. */
  at(position, anew = false) {
    if (!$("expected").open) return;
    const { roll } = this.app;
    const bar = roll.bars[roll.barAt(position)];
    const chord = bar?.chords.filter((other) => other.start <= position + 0.01).at(-1) ?? bar?.chords[0];
    const index = roll.noteBefore(position);
    const drawn = `${index} ${chord?.start}`;
    if (drawn === this.drawn && !anew) return;
    this.drawn = drawn;
    roll.draw();
    $("expected-body").replaceChildren(this._chord(chord), ...this._note(index, chord));
  }

  note(index) {
    const note = this.app.roll.notes[index];
    if (note) this.at(note.onset);
  }

  /** A chord, its tones from the root up with their degrees. */
  _chord(chord) {
    if (!chord) return element("p", "expected-chord", "no chord");
    const [root] = chord.symbol.match(/^[A-G][♭♯]?/) ?? [""];
    const tones = chord.tones.map((tone) => ({ ...spelled(tone, chord), tone }));
    const first = tones.findIndex((tone) => tone.name === root);
    const inOrder = [...tones.slice(Math.max(0, first)), ...tones.slice(0, Math.max(0, first))];
    const list = element("ul", "tones", ...inOrder.map(({ name, degree }) => element("li", "", name, element("small", "", degree))));
    return element("div", "expected-chord", element("b", "", chord.symbol), list);
  }

  /** What was expected of a note: the likeliest pitches with their chances, and the one that came. */
  _note(index, chord) {
    const { roll } = this.app;
    const told = this.told?.[index];
    const note = roll.notes[index];
    roll.expected = null;
    if (!told || !note) return [];
    const by = this.app.store.state.view.transpose;
    const rows = told.top.map((pitch, place) => ({ pitch: pitch + by, share: told.shares[place] }));
    if (!told.top.includes(told.pitch)) rows.push({ pitch: told.pitch + by, share: told.share });
    roll.expected = { index, rows };
    const most = Math.max(...rows.map(({ share }) => share));
    const list = element("ol", "chances", ...rows.map(({ pitch, share }) => this._chance(pitch, share, most, pitch === note.pitch, chord)));
    const text = element("p", "hint", `${noteName(note.pitch)} was number ${told.rank} of the pitches that the model expected. Surprise: ${told.bits.toFixed(1)} bits, its time included; 0 would be certain, and each bit halves the chance.`);
    return [list, text];
  }

  _chance(pitch, share, most, drawn, chord) {
    const { name } = spelled(pitch, chord);
    const bar = element("span", "chance-bar");
    bar.style.setProperty("--share", share / most);
    const percent = share < 0.005 ? "< 1 %" : `${Math.round(share * 100)} %`;
    const row = element("li", drawn ? "drawn" : "", element("b", "", `${name}${Math.floor(pitch / 12) - 1}`), bar, element("small", "", drawn ? `${percent}, played` : percent));
    return row;
  }
}
