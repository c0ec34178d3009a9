// Playback: sends notes to the synthesiser a moment before they are due.
//
// Positions are seconds of the take at its own tempo. A stretch says at which second of the audio
// clock which position sounds, and how fast: a change of tempo, a loop that wraps and a count-in
// are new stretches, never a new solo. Each part is a track of its own, so that another take can
// come in while it plays: parts that are the same in both go on, and the others change at once.

const AHEAD = 0.3; // seconds that are scheduled in advance
const UNSEEN = 2.5; // and while the page is hidden, where a browser lets it look less often
const SAME = 1e-6; // two rates that differ by less are the same
const PATIENCE = 30; // milliseconds between two looks

/** Let a track go on with the first note from a position on. */
function find(track, position) {
  const found = track.notes.findIndex((note) => note.onset >= position - 1e-6);
  track.ahead = found < 0 ? track.notes.length : found;
}

function sameNotes(one, other) {
  return one.notes.length === other.notes.length && one.notes.every((note, index) => {
    const twin = other.notes[index];
    return note.onset === twin.onset && note.pitch === twin.pitch && note.duration === twin.duration
      && note.velocity === twin.velocity && note.program === twin.program;
  });
}

export class Player extends EventTarget {
  /** @param {() => import("./synth.js").Synth} synth made when first needed */
  constructor(synth) {
    super();
    this.makeSynth = synth;
    this.take = null;
    this.rate = 1;
    this.loop = null;
    this.gain = 0; // what a loop adds to the tempo each time, as a part of the take's own tempo
    this.stretches = [];
    this.timer = 0;
    this.from = 0;
    document.addEventListener("visibilitychange", () => this.playing && this._schedule());
  }

  get playing() {
    return this.timer !== 0;
  }

  /**
   * What is played: `length` in seconds, and `tracks`, each with its `part` and its `notes` by
   * onset. While it plays at the same rate, the position goes on without a gap.
   */
  load(take, rate = this.rate) {
    const position = this.position;
    const before = this.take;
    this.take = take;
    if (!this.playing || Math.abs(rate - this.rate) > SAME || position >= take.length) {
      this.rate = rate;
      if (this.playing) this._restart(Math.min(position, take.length));
      return;
    }
    const last = this.stretches.at(-1);
    const from = last.clock > this.synth.now ? last.position : position;
    for (const track of take.tracks) {
      const same = before?.tracks.find((other) => other.part === track.part && sameNotes(other, track));
      if (same) track.ahead = same.ahead;
      else {
        this.synth.silence(track.part);
        find(track, from);
      }
    }
    this._schedule();
  }

  /** The position that sounds now, in seconds of the take. */
  get position() {
    if (!this.playing) return this.from;
    const now = this.synth.now;
    let current = this.stretches[0];
    for (const stretch of this.stretches) if (stretch.clock <= now) current = stretch;
    return Math.max(current.position, current.position + (now - current.clock) * current.rate);
  }

  /** Whether the count-in is sounding. */
  get counting() {
    return this.playing && this.synth.now < this.stretches[0].clock && this.stretches.length === 1;
  }

  setRate(rate) {
    if (rate === this.rate) return;
    const position = this.position;
    this.rate = rate;
    if (this.playing && !this.counting) this._restart(position);
  }

  /** Loop over [from, to) in seconds, or no longer with null. */
  setLoop(loop) {
    this.loop = loop;
    if (this.playing && loop) this._restart(Math.min(Math.max(this.position, loop.from), loop.to - 0.01));
  }

  seek(position) {
    this.from = Math.max(0, position);
    if (this.playing) this._restart(this.from);
    this.dispatchEvent(new Event("moved"));
  }

  /** Start, after `count` clicks that lie `beat` seconds of the take apart. */
  async play({ count = 0, beat = 0.5 } = {}) {
    if (!this.take || this.playing) return;
    this.synth = this.makeSynth();
    await this.synth.wake();
    if (this.playing) return;
    if (this.loop && (this.from < this.loop.from || this.from >= this.loop.to)) this.from = this.loop.from;
    if (this.from >= this.take.length - 0.05) this.from = 0;
    const begin = this.synth.now + 0.03;
    for (let i = 0; i < count; i += 1) {
      const click = { part: "click", kind: "click", pitch: i === 0 ? 76 : 77, velocity: 100 };
      this.synth.play(click, begin + (i * beat) / this.rate, 0.1);
    }
    this._start(this.from, begin + (count * beat) / this.rate);
    this.dispatchEvent(new Event("state"));
  }

  stop() {
    if (!this.playing) return;
    this.from = this.position;
    clearInterval(this.timer);
    this.timer = 0;
    this.synth.silence();
    this.dispatchEvent(new Event("state"));
  }

  _restart(position) {
    clearInterval(this.timer);
    this.synth.silence();
    this._start(position, this.synth.now + 0.02);
  }

  _start(position, clock) {
    this.from = position;
    this.stretches = [{ position, clock, rate: this.rate }];
    this._find(position);
    this.timer = setInterval(() => this._schedule(), PATIENCE);
    this._schedule();
  }

  _find(position) {
    for (const track of this.take.tracks) find(track, position);
  }

  _schedule() {
    const until = this.synth.now + (document.hidden ? UNSEEN : AHEAD);
    for (;;) {
      const stretch = this.stretches.at(-1);
      const end = this.loop ? Math.min(this.loop.to, this.take.length) : this.take.length;
      const done = stretch.clock + (end - stretch.position) / stretch.rate;
      for (const track of this.take.tracks) this._play(track, stretch, Math.min(until, done), end);
      if (!this.loop) {
        if (done < this.synth.now) this._finish();
        return;
      }
      if (done > until) return;
      this._wrap(done);
    }
  }

  /** Send the notes of a track that are due until a second of the clock, and begin before `end`. */
  _play(track, stretch, until, end) {
    for (; track.ahead < track.notes.length; track.ahead += 1) {
      const note = track.notes[track.ahead];
      const start = stretch.clock + (note.onset - stretch.position) / stretch.rate;
      if (note.onset >= end - 1e-6 || start > until) return;
      const sounding = Math.min(note.duration, this.loop ? end - note.onset : Infinity);
      this.synth.play(note, Math.max(start, this.synth.now), sounding / stretch.rate);
    }
  }

  _wrap(clock) {
    if (this.gain) {
      this.rate = Math.min(this.rate + this.gain, 3);
      this.dispatchEvent(new Event("rate"));
    }
    this.stretches.push({ position: this.loop.from, clock, rate: this.rate });
    while (this.stretches.length > 1 && this.stretches[1].clock <= this.synth.now) this.stretches.shift();
    this._find(this.loop.from);
  }

  _finish() {
    clearInterval(this.timer);
    this.timer = 0;
    this.from = 0;
    this.dispatchEvent(new Event("state"));
    this.dispatchEvent(new Event("ended"));
  }
}
