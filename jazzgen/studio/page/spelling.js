// Note names over a chord: G♯ over E7, A♭ over Fm. Degrees decide, as a musician spells.

const NAMES = ["C", "D♭", "D", "E♭", "E", "F", "G♭", "G", "A♭", "A", "B♭", "B"];

/** The name of a MIDI pitch with its octave; 60 is C4. */
export const noteName = (pitch) => `${NAMES[pitch % 12]}${Math.floor(pitch / 12) - 1}`;

const LETTERS = ["C", "D", "E", "F", "G", "A", "B"];
const NATURAL = [0, 2, 4, 5, 7, 9, 11];
const SIGNS = { 0: "", 1: "♯", 2: "𝄪", 10: "𝄫", 11: "♭" };
const DEGREES = ["1", "♭9", "9", "♭3", "3", "11", "♭5", "5", "♯5", "6", "♭7", "7"];
const STEPS = [0, 1, 1, 2, 2, 3, 4, 4, 4, 5, 6, 6]; // letters above the root, by semitones

/** The root of a chord symbol, such as B♭7: its letter's index and its pitch class; null for none. */
function rootOf(symbol) {
  const found = symbol.match(/^([A-G])(♭|♯|b|#)?/);
  if (!found) return null;
  const letter = LETTERS.indexOf(found[1]);
  const sign = { "♭": -1, b: -1, "♯": 1, "#": 1 }[found[2]] ?? 0;
  return { letter, pitch: (NATURAL[letter] + sign + 12) % 12 };
}

/** What a tone is above the root, as degree and as letters above it; other tones decide. */
function degree(interval, has) {
  if (interval === 3 && has(4)) return ["♯9", 1];
  if (interval === 5 && !has(4) && !has(3)) return ["4", 3];
  if (interval === 6 && has(7)) return ["♯11", 3];
  if (interval === 8 && (has(7) || has(3))) return ["♭13", 5];
  if (interval === 9 && has(3) && has(6)) return ["°7", 6];
  if (interval === 9 && (has(10) || has(11))) return ["13", 5];
  return [DEGREES[interval], STEPS[interval]];
}

/**
 * Spell a pitch class over a chord.
 * @param {number} pitch
 * @param {?{symbol: string, tones: number[]}} chord
 * @returns {{name: string, degree: string}}
 */
export function spelled(pitch, chord) {
  const root = chord && rootOf(chord.symbol);
  const from = root ?? { letter: 0, pitch: 0 };
  const interval = (pitch - from.pitch + 24) % 12;
  const has = (other) => (chord?.tones ?? []).some((tone) => (tone - from.pitch + 12) % 12 === other);
  const [name, steps] = root ? degree(interval, has) : ["", STEPS[interval]];
  const letter = (from.letter + steps) % 7;
  const sign = SIGNS[(pitch - NATURAL[letter] + 24) % 12];
  return { name: `${LETTERS[letter]}${sign ?? ""}`, degree: name };
}
