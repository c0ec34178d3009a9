// Engraved pages: which note and which bar sounds, which bars are selected, and what a click means.
//
// Each page stands in a shadow tree: its ids and styles are its own, and what a script or a link
// in it could do is taken out. The groups of bars come in turn; that of note 5 has the id n5.

const STYLE = `
  :host { display: block; }
  svg { display: block; width: 100%; height: auto; fill: currentColor; }
  .measure { cursor: pointer; }
  :host(.coloured) .note.tone { fill: var(--tone); color: var(--tone); }
  :host(.coloured) .note.scale { fill: var(--scale); color: var(--scale); }
  :host(.coloured) .note.chromatic { fill: var(--chromatic); color: var(--chromatic); }
  .chosen { fill: var(--accent); opacity: .13; stroke: none !important; pointer-events: none; }
  .hit { fill: transparent; stroke: none !important; }
`;
const GLOW = 4; // pixels by which the light of a note is larger than its head
const FORBIDDEN = "script, foreignObject, iframe, object, embed, animate, set, a, image";

/** Parse a page, without anything that could act. */
function parsed(text) {
  const page = document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
  for (const one of page.querySelectorAll(FORBIDDEN)) one.remove();
  for (const one of page.querySelectorAll("*")) {
    for (const { name, value } of [...one.attributes]) {
      if (/^on/i.test(name) || (/href$/i.test(name) && !value.startsWith("#"))) one.removeAttribute(name);
    }
  }
  page.setAttribute("viewBox", `0 0 ${parseFloat(page.getAttribute("width"))} ${parseFloat(page.getAttribute("height"))}`);
  for (const name of ["width", "height"]) page.removeAttribute(name);
  page.querySelector("svg")?.removeAttribute("color");
  loadFonts(page);
  return page;
}

/** Fonts count in the document alone, not in a shadow tree: a page brings that of its notes. */
function loadFonts(page) {
  for (const style of page.querySelectorAll("style")) {
    const [, family, source] = style.textContent.match(/@font-face\s*{\s*font-family:\s*'([^']+)';\s*src:\s*(url\(data:[^)]+\))/) ?? [];
    if (!family) continue;
    style.remove();
    if ([...document.fonts].some((font) => font.family === family)) continue;
    const font = new FontFace(family, source);
    document.fonts.add(font);
    font.load().catch(() => document.fonts.delete(font));
  }
}

/** Where a bar lies on its page, from bar line to bar line. */
function boxOf(measure) {
  const { x, y, width, height } = (measure.querySelector(".staff") ?? measure).getBBox();
  return { x, y, width, height };
}

/** Let the boxes of all bars of a system be as high as the highest one. */
function levelled(measures, boxes) {
  const systems = new Map();
  measures.forEach((measure, index) => {
    const system = measure.closest(".system");
    systems.set(system, [...(systems.get(system) ?? []), boxes[index]]);
  });
  for (const row of systems.values()) {
    const top = Math.min(...row.map((box) => box.y));
    const bottom = Math.max(...row.map((box) => box.y + box.height));
    for (const box of row) Object.assign(box, { y: top, height: bottom - top });
  }
}

function rectangle(kind, box) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  made.setAttribute("class", kind);
  for (const name of ["x", "y", "width", "height"]) made.setAttribute(name, box[name]);
  return made;
}

function lightOf(name) {
  const made = document.createElement("div");
  made.className = `light ${name}-light`;
  made.setAttribute("aria-hidden", "true");
  made.hidden = true;
  return made;
}

/** Let others run, such as the player, which looks every 30 ms for notes that are due. */
const pause = () => new Promise((done) => setTimeout(done, 40));

export class Engraved {
  /**
   * @param {HTMLElement} place
   * @param {import("./roll.js").Roll} roll what knows the notes, the bars and the selection
   */
  constructor(place, roll) {
    this.place = place;
    this.roll = roll;
    this.hosts = [];
    this.measures = [];
    this.notes = new Map(); // the groups of each note of the solo: tied ones have several
    this.bar = -1;
    this.note = -1;
    this.lights = Object.fromEntries(["bar", "note"].map((name) => [name, lightOf(name)]));
    this.from = -1; // the bar where a drag has begun
    place.addEventListener("pointerdown", (event) => this._down(event));
    place.addEventListener("pointermove", (event) => this._move(event));
    place.addEventListener("pointerup", (event) => this._up(event));
    roll.addEventListener("select", () => this.choose());
  }

  tell(message) {
    const told = document.createElement("p");
    told.textContent = message;
    this.hosts = [];
    this.measures = [];
    this.notes = new Map();
    this.place.replaceChildren(told);
  }

  /**
   * Show pages, each in tasks of its own: between them the player sends the notes that are due.
   * @param {string[]} pages
   * @param {() => boolean} stale whether other pages are wanted by now
   * @returns {Promise<boolean>} whether all are shown
   */
  async put(pages, stale) {
    const { scrollTop } = this.place;
    for (const [index, text] of pages.entries()) {
      const page = parsed(text);
      await pause();
      if (stale()) return false;
      if (index === 0) this._clear();
      this._add(page, `Notation, part ${index + 1} of ${pages.length}`);
      await pause();
      if (stale()) return false;
    }
    if (this.bar < 0) this.place.scrollTop = scrollTop;
    return true;
  }

  _clear() {
    this.hosts = [];
    this.measures = [];
    this.boxes = [];
    this.notes = new Map();
    this.bar = this.note = -1;
    this.lights.bar.hidden = this.lights.note.hidden = true;
    this.place.replaceChildren(this.lights.bar, this.lights.note);
  }

  _add(page, name) {
    const host = document.createElement("div");
    host.setAttribute("role", "img");
    host.setAttribute("aria-label", name);
    const root = host.attachShadow({ mode: "open" });
    const style = document.createElement("style");
    style.textContent = STYLE;
    root.append(style, page);
    // As high as it will be, before it is in sight and drawn: nothing below it moves then.
    const [, , width, height] = page.getAttribute("viewBox").split(" ").map(Number);
    host.style.containIntrinsicBlockSize = `auto ${Math.round((this.place.clientWidth * height) / width)}px`;
    this.lights.bar.before(host);
    const measures = [...root.querySelectorAll(".measure")];
    const boxes = measures.map(boxOf);
    levelled(measures, boxes);
    measures.forEach((measure, index) => {
      measure.dataset.bar = this.measures.length + index;
      measure.prepend(rectangle("hit", boxes[index]));
    });
    for (const group of root.querySelectorAll(".note")) {
      const index = parseInt(group.id.slice(1), 10);
      this.notes.set(index, [...(this.notes.get(index) ?? []), group]);
    }
    this.hosts.push(host);
    this.measures.push(...measures);
    this.boxes.push(...boxes);
    this.tint();
    this.choose();
  }

  /** Color each note by what it is over its chord. */
  tint() {
    for (const host of this.hosts) host.classList.toggle("coloured", this.roll.coloured);
    for (const [index, groups] of this.notes) {
      const { role } = this.roll.notes[index] ?? {};
      for (const group of groups) {
        group.classList.remove("tone", "scale", "chromatic");
        if (role) group.classList.add(role);
      }
    }
  }

  /** Mark the bars that are selected. */
  choose() {
    for (const measure of this.measures) measure.querySelector(".chosen")?.remove();
    const { selection } = this.roll;
    for (let bar = selection?.first ?? 0; bar <= (selection?.last ?? -1) && bar < this.measures.length; bar += 1) {
      this.measures[bar].prepend(rectangle("chosen", this.boxes[bar]));
    }
  }

  /**
   * Light up the bar and the note that sound; -1 for none. The lights lie over the pages: nothing
   * in them changes, so that nothing of them is drawn again while it plays.
   */
  light(bar, note, follow) {
    if (note !== this.note) {
      this.note = note;
      const [group] = this.notes.get(note) ?? [];
      this._cover(this.lights.note, group?.querySelector(".notehead") ?? group, GLOW);
    }
    if (bar === this.bar) return;
    this.bar = bar;
    const measure = this.measures[bar];
    this._cover(this.lights.bar, measure?.querySelector(".hit"), 0);
    if (measure && follow) this._follow(measure);
  }

  /** Lay a light over something, and beyond its edges by some pixels; hide it over nothing. */
  _cover(light, what, beyond) {
    light.hidden = !what;
    if (!what) return;
    const box = what.getBoundingClientRect();
    const page = this.place.getBoundingClientRect();
    const x = box.left - page.left - this.place.clientLeft + this.place.scrollLeft - beyond;
    const y = box.top - page.top - this.place.clientTop + this.place.scrollTop - beyond;
    light.style.transform = `translate(${x}px, ${y}px)`;
    light.style.width = `${box.width + 2 * beyond}px`;
    light.style.height = `${box.height + 2 * beyond}px`;
  }

  _follow(measure) {
    const place = this.place.getBoundingClientRect();
    const box = measure.getBoundingClientRect();
    if (box.top >= place.top && box.bottom <= place.bottom) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const top = this.place.scrollTop + box.top - place.top - place.height / 6;
    this.place.scrollTo({ top, behavior: still ? "auto" : "smooth" });
  }

  _barUnder(event) {
    const found = event.composedPath().find((one) => one.classList?.contains("measure"));
    return found ? Number(found.dataset.bar) : -1;
  }

  _down(event) {
    if (event.button !== 0 || event.pointerType === "touch") return;
    this.from = this._barUnder(event);
    this.moved = false;
    if (this.from >= 0) event.preventDefault();
  }

  _move(event) {
    if (this.from < 0 || !(event.buttons & 1)) return;
    const bar = this._barUnder(event);
    if (bar < 0 || (bar === this.from && !this.moved)) return;
    this.moved = true;
    this.roll.select({ first: Math.min(bar, this.from), last: Math.max(bar, this.from) });
  }

  /** A click plays from there; with Shift it selects up to there. */
  _up(event) {
    const bar = this._barUnder(event);
    const { roll } = this;
    this.from = -1;
    if (bar < 0 || this.moved || event.button !== 0) {
      this.moved = false;
      return;
    }
    if (event.shiftKey) {
      const { first, last } = roll.selection ?? { first: bar, last: bar };
      roll.select({ first: Math.min(bar, first), last: Math.max(bar, last) });
      return;
    }
    const note = event.composedPath().find((one) => one.classList?.contains("note"));
    const index = note ? parseInt(note.id.slice(1), 10) : -1;
    if (roll.notes[index]) roll.pick(index);
    if (roll.bars[bar]) roll.seek(roll.notes[index]?.onset ?? roll.bars[bar].start);
  }
}
