// The mixer: a level, mute and solo for each part.

export const PARTS = [["solo", "Solo"], ["piano", "Piano"], ["bass", "Bass"], ["drums", "Drums"]];

/** How loud a part sounds when mutes and solos of all parts are taken into account. */
export function audible(mix, part) {
  const strip = mix[part] ?? { level: 1 };
  const soloed = Object.values(mix).some((other) => other.solo);
  if (strip.mute || (soloed && !strip.solo)) return 0;
  return strip.level;
}

export const newMix = () => Object.fromEntries(PARTS.map(([part]) => [part, { level: 1, mute: false, solo: false }]));

export class Mixer extends EventTarget {
  /** @param {HTMLElement} place @param {object} mix by part: level, mute, solo */
  constructor(place, mix) {
    super();
    this.mix = { ...newMix(), ...mix };
    for (const [part, name] of PARTS) place.append(this._strip(part, name));
  }

  _strip(part, name) {
    const strip = document.createElement("fieldset");
    strip.className = "strip";
    strip.setAttribute("aria-label", name);
    const title = document.createElement("span");
    title.textContent = name;
    const level = document.createElement("input");
    Object.assign(level, { type: "range", min: 0, max: 1.4, step: 0.02, value: this.mix[part].level });
    level.setAttribute("aria-label", `${name}: level`);
    level.addEventListener("input", () => this._set(part, { level: Number(level.value) }));
    strip.append(title, level, this._switch(part, name, "mute", "M"), this._switch(part, name, "solo", "S"));
    return strip;
  }

  _switch(part, name, what, letter) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = letter;
    button.title = `${what === "mute" ? "Mute" : "Solo"} ${name.toLowerCase()}`;
    button.dataset.mix = `${what}-${part}`;
    button.setAttribute("aria-label", button.title);
    const show = () => button.setAttribute("aria-pressed", String(this.mix[part][what]));
    show();
    button.addEventListener("click", () => {
      this._set(part, { [what]: !this.mix[part][what] });
      show();
    });
    return button;
  }

  _set(part, change) {
    this.mix = { ...this.mix, [part]: { ...this.mix[part], ...change } };
    this.dispatchEvent(new Event("change"));
  }
}
