// The chart as a lead sheet: bars that become a line to type into when they are chosen.

import { emptyBar, readBar, readBars, setChord, used } from "./chart.js";

const LONG = 18; // characters of chords that need a line of their own on a phone

const element = (name, className, text) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

/** The text that a bar shows while it is edited: its chords with all its signs. */
function editText(bar) {
  const section = bar.section ? `[${bar.section}] ` : "";
  const open = bar.opens ? "|: " : "";
  const ending = bar.ending ? `|${bar.ending} ` : "";
  const meter = bar.meter ? `(${bar.meter}) ` : "";
  const close = bar.times ? ` :|${bar.times > 2 ? `x${bar.times}` : ""}` : "";
  return `${section}${open}${ending}${meter}${bar.chords}${close}`.trim();
}

/** Read what was typed or pasted into a bar: one bar, or several between bar lines. */
export function readTyped(text) {
  const inner = text.replace(/[\r\n]+/g, " ").trim();
  if (!inner.includes("|")) return [readBar(inner)];
  const { bars } = readBars(inner);
  return bars.length ? bars : [emptyBar()];
}

export class Grid extends EventTarget {
  /** @param {HTMLElement} place */
  constructor(place) {
    super();
    this.place = place;
    this.bars = [];
    this.errors = new Map();
    this.meter = "4/4";
    this.editing = -1;
    place.addEventListener("click", (event) => {
      const cell = event.target.closest(".bar");
      if (cell) this.edit(Number(cell.dataset.index));
    });
  }

  /** Show bars. The one that is being typed into stays open, unless it is another one by now. */
  show(bars, meter = "4/4") {
    const open = this.editing >= 0 && bars[this.editing] === this.bars[this.editing] ? this.editing : -1;
    this.bars = bars;
    this.meter = meter;
    const cells = bars.map((bar, index) => this._cell(bar, index));
    const last = used(bars);
    let column = 0;
    cells.forEach((cell, index) => {
      if (index && bars[index].section) column = 0;
      if (column === 0) cell.classList.add("starts");
      cell.classList.toggle("right", column > 1);
      column = (column + 1) % 4;
      const next = bars[index + 1];
      if (!next || next.section || column === 0) cell.classList.add("last-in-line");
      cell.classList.toggle("final", index === last - 1);
      cell.classList.toggle("spare", index >= last);
    });
    const typed = open >= 0 ? this.place.querySelector("input") : null;
    this.editing = -1; // a line that goes away leaves nothing behind
    this.place.replaceChildren(...cells);
    this._mark();
    if (typed) this._open(open, typed.value, typed.selectionStart);
  }

  /** Mark the bars that cannot be read, as a map from index to the reason. */
  fail(errors) {
    this.errors = errors;
    this._mark();
  }

  /** Show which written bars sound now. */
  light(index) {
    if (index === this.lit) return;
    this.lit = index;
    [...this.place.children].forEach((cell, at) => cell.classList.toggle("playing", at === index));
  }

  _mark() {
    [...this.place.children].forEach((cell, index) => {
      const reason = this.errors.get(index);
      const guessed = /\bread as\b/.test(reason ?? "");
      cell.classList.toggle("bad", reason !== undefined && !guessed);
      cell.classList.toggle("guessed", Boolean(guessed));
      cell.querySelector(".wrong")?.remove();
      const control = cell.querySelector("button, input");
      control?.toggleAttribute("aria-invalid", reason !== undefined);
      if (reason !== undefined) {
        const note = element("span", "wrong", reason);
        note.id = `wrong-${index}`;
        cell.append(note);
        control?.setAttribute("aria-describedby", note.id);
      }
    });
  }

  _cell(bar, index) {
    const cell = element("div", "bar");
    cell.dataset.index = index;
    if (bar.section) {
      cell.classList.add("section");
      cell.append(element("span", "mark", bar.section));
    }
    if (bar.opens) {
      cell.classList.add("opens");
      cell.append(element("span", "dots left", ":"));
    }
    if (bar.times) {
      cell.classList.add("closes");
      cell.append(element("span", "dots right", ":"));
      if (bar.times > 2) cell.append(element("span", "times", `×${bar.times}`));
    }
    if (bar.ending) cell.append(element("span", "ending", `${bar.ending}.`));
    const meter = bar.meter || (index === 0 ? this.meter : "");
    if (meter && (bar.meter || meter !== "4/4")) cell.append(element("span", "meter", meter.replace("/", "\n")));
    const count = bar.chords.split(/\s+/).filter(Boolean).length;
    if (count > 1) cell.classList.add(count > 2 ? "many" : "two");
    cell.classList.toggle("long", bar.chords.length > LONG);
    cell.append(this._chords(bar, index));
    return cell;
  }

  _chords(bar, index) {
    const button = element("button", "chords");
    button.type = "button";
    button.setAttribute("aria-label", `Bar ${index + 1}: ${editText(bar) || "empty"}`);
    const symbols = bar.chords.split(/\s+/).filter(Boolean);
    for (const symbol of symbols) {
      const chord = element("span", "chord");
      if (symbol === "/" || symbol === "%" || symbol === "%%") {
        chord.classList.add("slash");
        chord.textContent = symbol;
      } else {
        const parts = setChord(symbol);
        chord.append(parts.root);
        if (parts.quality) chord.append(element("span", "quality", parts.quality));
        if (parts.above) chord.append(element("sup", "", parts.above));
        if (parts.bass) chord.append(element("span", "bass", `/${parts.bass}`));
      }
      button.append(chord);
    }
    return button;
  }

  /** Open a bar for typing. */
  edit(index) {
    if (index < 0 || index >= this.bars.length || index === this.editing) return;
    this._commit();
    this._open(index, editText(this.bars[index]));
  }

  _open(index, text, at) {
    this.editing = index;
    const cell = this.place.children[index];
    const input = document.createElement("input");
    input.value = text;
    input.spellcheck = false;
    input.autocomplete = "off";
    input.setAttribute("aria-label", `Bar ${index + 1}`);
    cell.append(input);
    cell.querySelector(".chords").tabIndex = -1;
    input.addEventListener("input", () => this._typed(index, input.value));
    input.addEventListener("keydown", (event) => this._key(event, index, input));
    input.addEventListener("paste", (event) => this._paste(event, index));
    input.addEventListener("blur", () => {
      if (this.editing === index && input.isConnected) this._commit();
    });
    input.focus();
    if (at === undefined) input.select();
    else input.setSelectionRange(at, at);
  }

  /** Check while typing; the chart itself changes when the bar is left. */
  _typed(index, text) {
    this.dispatchEvent(new CustomEvent("typing", { detail: this._with(index, readTyped(text)) }));
  }

  _with(index, bars) {
    return this.bars.toSpliced(index, 1, ...bars);
  }

  _paste(event, index) {
    const text = event.clipboardData.getData("text");
    if (/irealb(ook)?:\/\/|\n|^\s*title:/i.test(text)) {
      event.preventDefault();
      this._cancel();
      this.dispatchEvent(new CustomEvent("pasted", { detail: { text, index } }));
    }
  }

  _key(event, index, input) {
    event.stopPropagation();
    const end = input.selectionStart === input.value.length;
    const begin = input.selectionEnd === 0;
    const go = (next) => {
      event.preventDefault();
      const bars = readTyped(input.value);
      this._commit();
      const target = next + (next > index ? bars.length - 1 : 0);
      if (target >= this.bars.length && event.key !== "ArrowDown") this.dispatchEvent(new Event("more"));
      if (target >= 0 && target < this.bars.length) this.edit(target);
      else this.place.focus();
    };
    if (event.key === "Enter") go(index + 1);
    else if (event.key === "Tab" && event.shiftKey && index > 0) go(index - 1);
    else if (event.key === "Tab" && !event.shiftKey && index < this.bars.length - 1) go(index + 1);
    else if (event.key === "Escape") {
      this._cancel();
      this.place.children[index]?.querySelector("button")?.focus();
    } else if (event.key === "ArrowDown") go(index + 4);
    else if (event.key === "ArrowUp") go(index - 4);
    else if (event.key === "ArrowRight" && end && index < this.bars.length - 1) go(index + 1);
    else if (event.key === "ArrowLeft" && begin && input.selectionStart === 0 && index > 0) go(index - 1);
    else if (event.key === "Backspace" && !input.value && this.bars.length > 1) {
      event.preventDefault();
      this.editing = -1;
      this.dispatchEvent(new CustomEvent("change", { detail: this.bars.toSpliced(index, 1) }));
      this.edit(Math.max(0, index - 1));
    }
  }

  _cancel() {
    this.editing = -1;
    this.show(this.bars, this.meter);
    this.dispatchEvent(new CustomEvent("typing", { detail: this.bars }));
  }

  _commit() {
    if (this.editing < 0) return;
    const index = this.editing;
    const input = this.place.querySelector("input");
    this.editing = -1;
    if (!input) return;
    const bars = readTyped(input.value);
    const same = bars.length === 1 && JSON.stringify(bars[0]) === JSON.stringify(this.bars[index]);
    if (same) this.show(this.bars, this.meter);
    else this.dispatchEvent(new CustomEvent("change", { detail: this._with(index, bars) }));
  }
}
