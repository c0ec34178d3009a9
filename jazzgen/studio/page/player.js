// Playback: sends notes to the synthesiser a moment before they are due.
//
// Positions are seconds of the take at its own tempo. A stretch says at which second of the audio
// clock which position sounds, and how fast: a change of tempo, a loop that wraps and a count-in
// are new stretches, never a new solo.

const AHEAD = 0.18; // seconds that are scheduled in advance
const PATIENCE = 30; // milliseconds between two looks

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
    this.ahead = 0;
  }

  get playing() {
    return this.timer !== 0;
  }

  /** What is played: `notes` sorted by onset, and `length`, in seconds. */
  load(take) {
    const position = this.position;
    this.take = take;
    if (this.playing) this._restart(Math.min(position, take.length));
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
    const { notes } = this.take;
    this.ahead = notes.findIndex((note) => note.onset >= position - 1e-6);
    if (this.ahead < 0) this.ahead = notes.length;
  }

  _schedule() {
    const until = this.synth.now + AHEAD;
    for (;;) {
      const stretch = this.stretches.at(-1);
      const { notes, length } = this.take;
      const end = this.loop ? Math.min(this.loop.to, length) : length;
      const note = notes[this.ahead];
      if (note && note.onset < end - 1e-6) {
        const start = stretch.clock + (note.onset - stretch.position) / stretch.rate;
        if (start > until) return;
        this.ahead += 1;
        const sounding = Math.min(note.duration, this.loop ? end - note.onset : Infinity);
        this.synth.play(note, Math.max(start, this.synth.now), sounding / stretch.rate);
        continue;
      }
      const done = stretch.clock + (end - stretch.position) / stretch.rate;
      if (this.loop) {
        if (done > until) return;
        this._wrap(done);
      } else {
        if (done < this.synth.now) this._finish();
        return;
      }
    }
  }

  _wrap(clock) {
    if (this.gain) {
      this.rate = Math.min(this.rate + this.gain, 3);
      this.dispatchEvent(new Event("rate"));
    }
    this.stretches.push({ position: this.loop.from, clock, rate: this.rate });
    if (this.stretches.length > 4) this.stretches.shift();
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
