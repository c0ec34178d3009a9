// Chart text and the grid: the same chart as a text and as bars that can be typed into.
//
// A bar is { chords, section, meter, opens, ending, times }: what is written in it, the section
// and the meter that begin with it, whether a repeat begins, the ending's numbers ("1", "1,2"),
// and how often the repeat that closes after it is played (0: none closes).

const HEADER = /^\s*(title|composer|key|tempo|meter|feel|style)\s*:\s*(.*)$/i;
const BAR_LINE = /(:)?\|[|\]]?(:)?(?:(?<=:\|[|\]]?:?)\s*x(\d{1,2})\b)?/g;
const ENDING = /^(?:\[(\d(?:[,-]\d)*)\.\]?|(\d(?:[,-]\d)*)(?:\.(?!\d)|(?=\s|$)))\s*/;
const SECTION = /\[([^\]]*)\]/;
const METER = /\(?\b(\d{1,2}\/\d{1,2})\)?/;

export const emptyBar = () => ({ chords: "", section: "", meter: "", opens: false, ending: "", times: 0 });

/** Take a section, a meter and an ending out of what stands in a bar. */
export function readBar(text) {
  const bar = emptyBar();
  let rest = text.trim();
  const section = rest.match(SECTION);
  if (section && !ENDING.test(section[0])) {
    bar.section = section[1].trim();
    rest = rest.replace(SECTION, " ").trim();
  }
  const ending = rest.match(ENDING);
  if (ending) {
    bar.ending = ending[1] ?? ending[2];
    rest = rest.slice(ending[0].length);
  }
  const meter = rest.match(METER);
  if (meter && !/[A-G]\S*$/.test(rest.slice(0, meter.index))) {
    bar.meter = meter[1];
    rest = rest.replace(meter[0], " ");
  }
  bar.chords = rest.replace(/\s+/g, " ").trim();
  return bar;
}

/** Read the bars of one line, whose repeat signs may open before or close after a bar. */
export function readBars(line) {
  const bars = [];
  let open = false;
  let waiting = null;
  const add = (text, times, blank) => {
    const bar = readBar(text);
    if (!bar.chords && !blank) {
      if (text.trim()) waiting = { ...bar, opens: open };
      return;
    }
    if (waiting) {
      bar.section ||= waiting.section;
      bar.meter ||= waiting.meter;
      bar.ending ||= waiting.ending;
      waiting = null;
    }
    bar.opens = open;
    bar.times = times;
    open = false;
    bars.push(bar);
  };
  let position = 0;
  let left = null;
  for (const match of line.matchAll(BAR_LINE)) {
    const text = line.slice(position, match.index);
    const times = match[1] ? Number(match[3] ?? 2) : 0;
    const blank = left !== null && !left[1] && !match[2] && !text.trim();
    if (times && !text.trim() && bars.length) bars.at(-1).times = times;
    else add(text, times, blank);
    if (match[2]) open = true;
    left = match;
    position = match.index + match[0].length;
  }
  if (line.slice(position).trim()) add(line.slice(position), 0, false);
  return { bars, waiting };
}

/** Read chart text into { header: {title, key, …}, bars }. */
export function readChart(text) {
  const header = {};
  const bars = [];
  let waiting = null;
  for (const line of text.split(/\r?\n/)) {
    const field = line.match(HEADER);
    if (field && !bars.length) header[field[1].toLowerCase()] = field[2].trim();
    else if (line.trim() && !line.trim().startsWith("#")) {
      const read = readBars(line);
      if (waiting && read.bars.length) {
        read.bars[0].section ||= waiting.section;
        read.bars[0].meter ||= waiting.meter;
      }
      waiting = read.waiting;
      bars.push(...read.bars);
    }
  }
  return { header, bars };
}

/** Write one bar with its signs, without bar lines. */
export function writeBar(bar) {
  const parts = [];
  if (bar.meter) parts.push(`(${bar.meter})`);
  parts.push(bar.chords.trim() || "%");
  return parts.join(" ");
}

const isBlank = (bar) => !bar.chords.trim() && !bar.section && !bar.opens && !bar.ending && !bar.times && !bar.meter;

/** How many bars count: blank ones at the end are room to go on in, and no music. */
export function used(bars) {
  const last = bars.findLastIndex((bar) => !isBlank(bar));
  return last < 0 ? bars.length : last + 1;
}

/** Write a chart as the text that the rest of jazzgen reads, without blank bars at its end. */
export function writeChart({ header, bars: all }) {
  const bars = all.slice(0, used(all));
  const lines = [];
  for (const name of ["title", "composer", "key", "tempo", "meter", "feel", "style"]) {
    if (header[name]) lines.push(`${name}: ${header[name]}`);
  }
  if (lines.length) lines.push("");
  let line = "";
  let column = 0;
  bars.forEach((bar, index) => {
    const before = bars[index - 1];
    if (index && (bar.section || column === 4)) {
      lines.push(`${line} ${closing(before)}`);
      line = "";
      column = 0;
    }
    if (!line) line = `${bar.section ? `[${bar.section}] ` : ""}|${bar.opens ? ":" : ""}`;
    else line += ` ${joint(before, bar)}`;
    line += `${bar.ending ? bar.ending : ""} ${index === 0 && !bar.chords.trim() ? "N.C." : writeBar(bar)}`;
    column += 1;
  });
  if (bars.length) lines.push(`${line} ${closing(bars.at(-1))}`);
  return `${lines.join("\n")}\n`;
}

const closing = (bar) => (bar.times ? `:|${bar.times > 2 ? `x${bar.times}` : ""}` : "|");

function joint(before, bar) {
  if (before.times > 2 && bar.opens) return `:|x${before.times} |:`;
  return `${closing(before)}${bar.opens ? (before.times ? " |:" : ":") : ""}${bar.ending && before.times > 2 ? " |" : ""}`;
}

/** How many bars of the form a written bar stands for when the server counts bars. */
export const barsOf = (bar) => (bar.chords.trim() === "%%" ? 2 : 1);

const playedIn = (bar, pass) => bar.ending.split(/[,-]/).map(Number).includes(pass);

/** Return for each bar that sounds in a chorus the index of the bar in which it is written. */
export function unrolled(bars) {
  const order = [];
  let start = 0;
  let pass = 1;
  let ending = false;
  for (let at = 0; at < bars.length && order.length < 4096; at += 1) {
    const bar = bars[at];
    if (bar.opens && at !== start) [start, pass, ending] = [at, 1, false];
    if (bar.ending && !playedIn(bar, pass)) {
      const next = bars.findIndex((other, index) => index > at && other.ending && playedIn(other, pass));
      if (next > at) {
        at = next - 1;
        continue;
      }
    }
    if (bar.ending) ending = true;
    for (let i = 0; i < barsOf(bar); i += 1) order.push(at);
    if (!bar.times) continue;
    const another = ending ? bars.some((other, index) => index > at && other.ending && playedIn(other, pass + 1)) || pass < bar.times : pass < bar.times;
    if (another) [at, pass, ending] = [start - 1, pass + 1, false];
    else [start, pass, ending] = [at + 1, 1, false];
  }
  return order;
}

const ACCIDENTALS = { b: "♭", "#": "♯", bb: "𝄫", "##": "𝄪" };

/** Split a chord symbol into what is set large and what is raised: Bbm7b5 → B♭m, 7♭5. */
export function setChord(symbol) {
  const bass = symbol.match(/\/([A-G](?:bb|##|b|#)?)$/);
  const main = bass ? symbol.slice(0, bass.index) : symbol;
  const root = main.match(/^([A-G])(bb|##|b|#)?/);
  if (!root) return { root: symbol, quality: "", above: "", bass: "" };
  let rest = main.slice(root[0].length);
  const kind = rest.match(/^(min(?!or)|mi|m(?!aj)|-|dim|o|°|aug|\+)/);
  const quality = kind ? { min: "m", mi: "m", "-": "m", dim: "°", o: "°", aug: "+" }[kind[0]] ?? kind[0] : "";
  rest = rest.slice(kind ? kind[0].length : 0);
  const above = rest.replace(/maj|Maj|\^/, "△").replace(/b(?=\d)/g, "♭").replace(/#(?=\d)/g, "♯");
  const sign = (text) => (text ? text[0] + (ACCIDENTALS[text.slice(1)] ?? "") : "");
  return { root: sign(root[0]), quality, above, bass: bass ? sign(bass[1]) : "" };
}
