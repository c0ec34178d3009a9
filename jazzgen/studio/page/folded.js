// Chords that were read bar by bar, put back into bars that are written with repeats.

import { unrolled, used } from "./chart.js";

const SILENT = /^(?:\/|%|%%)$/; // stands for a beat or a bar, and for no chord of its own

/** Write chords in the place of those that stand in a bar; null where their number differs. */
function replaced(text, symbols) {
  const words = text.split(/[\s,]+/).filter(Boolean);
  const left = [...symbols];
  if (words.every((word) => SILENT.test(word))) return text;
  if (words.filter((word) => !SILENT.test(word)).length !== left.length) return null;
  return words.map((word) => (SILENT.test(word) ? word : left.shift())).join(" ");
}

/**
 * Put the chords of a chorus into its written bars.
 * @param {object[]} bars as they are written, with repeats and endings
 * @param {?{chords: {symbol: string}[]}[]} sounding each bar of a chorus, as the server has read it
 * @returns {?object[]} the bars, or null where the two are not the same chart
 */
export function folded(bars, sounding) {
  const order = unrolled(bars.slice(0, used(bars)));
  if (order.length !== sounding?.length) return null;
  const written = bars.map((bar, index) => {
    const first = order.indexOf(index);
    const chords = first < 0 ? bar.chords : replaced(bar.chords, sounding[first].chords.map(({ symbol }) => symbol));
    return chords === null ? null : { ...bar, chords };
  });
  return written.includes(null) ? null : written;
}
