// Takes as the player and the roll need them, and the list of them.

const FLATS = ["C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B"];
const PITCHES = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };

export const pretty = (symbol) => symbol.replace(/([A-G])b/g, "$1♭").replace(/([A-G])#/g, "$1♯").replace(/maj/g, "△").replace(/b(?=\d)/g, "♭").replace(/#(?=\d)/g, "♯");

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

/** Everything that sounds in a take, sorted, transposed by semitones. */
export function eventsOfTake(take, by) {
  const events = [];
  for (const { name, kind, program } of take.parts) {
    for (const [onset, duration, pitch, velocity] of take.notes[name] ?? []) {
      events.push({ part: name, kind, program, onset, duration, pitch: kind === "drums" ? pitch : pitch + by, velocity });
    }
  }
  events.sort((a, b) => a.onset - b.onset);
  return { notes: events, length: take.length };
}

/** Show the list of takes; the oldest stands first, so that numbers stay. */
export function showTakes(place, takes, current, choose, forget) {
  place.replaceChildren(...takes.map((take, index) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "take";
    button.setAttribute("aria-pressed", String(take.id === current));
    const name = document.createElement("b");
    name.textContent = take.title || "Untitled";
    const facts = document.createElement("small");
    const likely = typeof take.likelihood === "number" ? ` · likeness ${take.likelihood.toFixed(2)}` : "";
    facts.textContent = `${index + 1} · seed ${take.seed}${likely}${take.kept ? " · kept" : ""}${take.edited ? " · edited" : ""}`;
    const who = document.createElement("small");
    who.textContent = [take.performer, take.instrument].filter(Boolean).join(" · ") || "no one in particular";
    button.append(name, who, facts);
    button.addEventListener("click", () => choose(take.id));
    button.addEventListener("keydown", (event) => {
      if (event.key !== "Delete") return;
      event.stopPropagation();
      forget(take.id);
    });
    item.append(button);
    return item;
  }));
}
