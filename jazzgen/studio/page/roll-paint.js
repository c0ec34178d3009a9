// How the piano roll looks: what is visible, and no more.

import { noteName } from "./spelling.js";

export const RULER = 40; // pixels of bar numbers and chords above the notes
export const KEYS = 34; // pixels of octaves at the left edge
const CHANCE = 46; // pixels of what is certain, beside a note that was expected otherwise

/** The rows of the black keys. */
function rows(roll, pen) {
  pen.fillStyle = roll.colours.wash;
  pen.globalAlpha = 0.55;
  for (let pitch = roll.low; pitch <= roll.high; pitch += 1) {
    if ([1, 3, 6, 8, 10].includes(pitch % 12)) pen.fillRect(KEYS, roll.y(pitch), roll.width, roll.row);
  }
  pen.globalAlpha = 1;
}

/** Bar lines, beats, numbers, chords and the selection. */
function bars(roll, pen) {
  const { colours, height } = roll;
  if (roll.selection) {
    const from = Math.max(KEYS, roll.x(roll.bars[roll.selection.first].start));
    const last = roll.bars[roll.selection.last];
    pen.globalAlpha = 0.16;
    pen.fillStyle = colours.accent;
    pen.fillRect(from, 0, roll.x(last.start + last.length) - from, height);
    pen.globalAlpha = 1;
  }
  pen.textBaseline = "alphabetic";
  let free = KEYS;
  for (const bar of roll.bars) {
    const x = roll.x(bar.start);
    const next = roll.x(bar.start + bar.length);
    if (next < KEYS || x > roll.width) continue;
    pen.fillStyle = colours.line;
    if (x >= KEYS) pen.fillRect(x, 0, bar.first ? 2 : 1, height);
    if (roll.scale * (bar.length / bar.beats) > 26) {
      pen.globalAlpha = 0.45;
      for (let beat = 1; beat < bar.beats; beat += 1) {
        const at = roll.x(bar.start + (bar.length * beat) / bar.beats);
        if (at > KEYS) pen.fillRect(at, RULER, 1, height);
      }
      pen.globalAlpha = 1;
    }
    pen.fillStyle = colours.soft;
    pen.font = "11px system-ui, sans-serif";
    if (next - x > 22 || bar.number % 4 === 1) pen.fillText(bar.label ?? bar.number, Math.max(x, KEYS) + 4, 13);
    pen.fillStyle = colours.ink;
    pen.font = "15px Palatino, 'Palatino Linotype', P052, Georgia, serif";
    for (const chord of bar.chords) {
      const at = roll.x(chord.start) + 4;
      const wide = pen.measureText(chord.symbol).width;
      if (at >= free && at >= KEYS - 4) {
        pen.fillText(chord.symbol, at, 32);
        free = at + wide + 6;
      }
    }
  }
  pen.fillStyle = colours.line;
  pen.fillRect(0, RULER - 1, roll.width, 1);
}

/** The other take, outlined. */
function other(roll, pen) {
  pen.strokeStyle = roll.colours.soft;
  pen.lineWidth = 1;
  for (const note of roll.other) {
    const x = roll.x(note.onset);
    const wide = Math.max(2, note.duration * roll.scale - 1);
    if (x + wide >= KEYS && x <= roll.width) pen.strokeRect(x + 0.5, roll.y(note.pitch) + 1, wide, Math.max(2, roll.row - 2));
  }
}

/** The notes, colored by what they are over their chord. */
function notes(roll, pen) {
  const { colours, row } = roll;
  roll.notes.forEach((note, index) => {
    const x = roll.x(note.onset);
    const wide = Math.max(2, note.duration * roll.scale - 1);
    if (x + wide < KEYS || x > roll.width) return;
    const tint = roll.coloured && note.role ? colours[note.role] : colours.plain;
    pen.globalAlpha = 0.55 + 0.45 * (note.velocity / 127);
    pen.fillStyle = tint;
    pen.beginPath();
    pen.roundRect(x, roll.y(note.pitch) + 0.5, wide, Math.max(2, row - 1), Math.min(3, row / 3));
    pen.fill();
    pen.globalAlpha = 1;
    if (index === roll.picked) {
      pen.strokeStyle = colours.ink;
      pen.lineWidth = 2;
      pen.strokeRect(x - 1.5, roll.y(note.pitch) - 1, wide + 3, row + 2);
    }
  });
}

/** The octaves at the left edge. */
function keys(roll, pen) {
  const { colours } = roll;
  pen.fillStyle = colours.raised;
  pen.fillRect(0, 0, KEYS, roll.height);
  pen.fillStyle = colours.line;
  pen.fillRect(KEYS - 1, 0, 1, roll.height);
  pen.fillStyle = colours.soft;
  pen.font = "10px system-ui, sans-serif";
  for (let pitch = Math.ceil(roll.low / 12) * 12; pitch <= roll.high; pitch += 12) {
    pen.fillText(noteName(pitch), 6, roll.y(pitch) + roll.row - 1);
  }
}

/** What else the model expected of a note: before it, a bar for each pitch as long as its chance. */
function chances(roll, pen) {
  const { index, rows } = roll.expected;
  const note = roll.notes[index];
  if (!note) return;
  const x = roll.x(note.onset);
  pen.fillStyle = roll.colours.accent;
  for (const { pitch, share } of rows) {
    const long = Math.max(2, CHANCE * share);
    pen.globalAlpha = pitch === note.pitch ? 0.9 : 0.45;
    pen.fillRect(x - 2 - long, roll.y(pitch) + roll.row * 0.25, long, Math.max(2, roll.row * 0.5));
  }
  pen.globalAlpha = 1;
}

/** Draw the whole roll. */
export function paint(roll, pen) {
  const { width, height, colours } = roll;
  pen.fillStyle = colours.raised;
  pen.fillRect(0, 0, width, height);
  rows(roll, pen);
  bars(roll, pen);
  if (roll.compared) other(roll, pen);
  notes(roll, pen);
  if (roll.expected) chances(roll, pen);
  keys(roll, pen);
  const head = roll.x(roll.position);
  if (head < KEYS) return;
  pen.fillStyle = colours.accent;
  pen.fillRect(head - 0.75, 0, 1.5, height);
}
