// Takes as the player and the roll need them, and the list of them.

const FLATS = ["C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B"];
const PITCHES = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };

export const pretty = (symbol) => symbol.replace(/dim/, "°").replace(/([A-G])b/g, "$1♭").replace(/([A-G])#/g, "$1♯").replace(/maj/g, "△").replace(/b(?=\d)/g, "♭").replace(/#(?=\d)/g, "♯");

/** Transpose a chord symbol by semitones; `C/E` moves both notes. */
export function transposed(symbol, by) {
  if (!by) return symbol;
  return symbol.replace(/(^|\/)([A-G])(bb|##|b|#)?/g, (_, before, letter, sign = "") => {
    const shift = { b: -1, bb: -2, "#": 1, "##": 2 }[sign] ?? 0;
    return before + FLATS[(((PITCHES[letter] + shift + by) % 12) + 12) % 12];
  });
}

/** What a note is over the chord that sounds: a tone of it, of its scale, or neither. */
function role(pitch, chord) {
  if (!chord?.tones?.length) return "";
  if (chord.tones.includes(pitch % 12)) return "tone";
  if (!chord.scale?.length) return "scale";
  return chord.scale.includes(pitch % 12) ? "scale" : "chromatic";
}

const shift = (pitches, by) => pitches?.map((pitch) => (pitch + by + 12) % 12);

/** The bars of a take, transposed by semitones. */
export function barsOfTake(take, by) {
  return take.bars.map((bar, index) => ({
    ...bar,
    first: index === 0 || bar.chorus !== take.bars[index - 1].chorus,
    chords: bar.chords.map((chord) => ({
      ...chord, symbol: pretty(transposed(chord.symbol, by)), tones: shift(chord.tones, by), scale: shift(chord.scale, by),
    })),
  }));
}

/** The solo of a take as the roll shows it: notes with onset, duration, pitch, velocity and role. */
export function soloOfTake(take, bars, by) {
  const chords = bars.flatMap((bar) => bar.chords);
  let at = 0;
  return take.notes.solo.map(([onset, duration, pitch, velocity]) => {
    while (at + 1 < chords.length && chords[at + 1].start <= onset + 0.06) at += 1;
    return { onset, duration, pitch: pitch + by, velocity, role: role(pitch + by, chords[at]) };
  });
}

/** Everything that sounds in a take, a track for each part, transposed by semitones. */
export function tracksOfTake(take, by) {
  const tracks = take.parts.map(({ name, kind, program }) => ({
    part: kind,
    ahead: 0,
    notes: (take.notes[name] ?? []).map(([onset, duration, pitch, velocity]) => ({
      part: kind, kind, program, onset, duration, pitch: kind === "drums" ? pitch : pitch + by, velocity,
    })),
  }));
  return { tracks, length: take.length };
}

const element = (name, className, text) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

const USUAL = "Surprise: bits a note that the solo costs the model; the fewer, the more it is like the solos it has heard";

/** A take in the list: its title, who plays, and how it is found again. */
function entry(take, index, current, choose, forget) {
  const item = element("li");
  const button = element("button", "take");
  button.type = "button";
  button.setAttribute("aria-pressed", String(take.id === current));
  const facts = [`${index + 1}`, `seed ${take.seed}`, typeof take.likelihood === "number" && `surprise ${(-take.likelihood).toFixed(1)}`, take.kept && "kept", take.edited && "edited"];
  const told = element("small", "", facts.filter(Boolean).join(" · "));
  told.title = USUAL;
  const who = [take.performer, take.instrument].filter(Boolean).join(" · ") || "no one in particular";
  button.append(element("b", "", take.title || "Untitled"), element("small", "", who), told);
  button.addEventListener("click", () => choose(take.id));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "Delete") return;
    event.stopPropagation();
    forget(take.id);
  });
  const away = element("button", "away", "×");
  away.type = "button";
  away.title = "Delete this take (it can be undone)";
  away.setAttribute("aria-label", `Delete take ${index + 1}`);
  away.addEventListener("click", () => forget(take.id));
  item.append(button, away);
  return item;
}

/** Show the list of takes; the oldest stands first, so that numbers stay. */
export function showTakes(place, takes, current, choose, forget) {
  const focused = place.contains(document.activeElement) ? [...place.children].findIndex((item) => item.contains(document.activeElement)) : -1;
  place.replaceChildren(...takes.map((take, index) => entry(take, index, current, choose, forget)));
  place.children[Math.min(focused, place.children.length - 1)]?.querySelector(".take").focus();
}
