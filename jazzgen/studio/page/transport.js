// The transport: playing, tempo, loop and count-in, and what moves while it plays.

import { PARTS, audible } from "./mixer.js";
import { Player } from "./player.js";
import { sampler } from "./sound-bank.js";
import { Synth } from "./synth.js";
import { tracksOfTake } from "./takes.js";

const $ = (id) => document.getElementById(id);
const FASTER = 5; // beats per minute that a practice loop gains

export class Transport {
  constructor(app) {
    this.app = app;
    this.mix = app.mixer.mix;
    this.player = new Player(() => this.synth);
    this.bars = [];
    this.bpm = 0; // chosen by the user, or reached by a loop; 0: the take's own
    this.own = 0; // the tempo of the take
    this.player.addEventListener("state", () => this._state());
    this.player.addEventListener("moved", () => this._frame());
    this.player.addEventListener("rate", () => this._choose(this.player.rate * this.take.tempo));
    $("play").addEventListener("click", () => this.toggle());
    $("speed").addEventListener("input", () => {
      this._choose(Number($("speed").value));
      this.player.setRate(this.bpm / (this.take?.tempo ?? 120));
    });
    $("speed-text").addEventListener("click", () => {
      this._choose(0);
      this.player.setRate(1);
    });
    $("count-in").addEventListener("change", (event) => app.store.view({ countIn: event.target.checked }));
    $("practice").addEventListener("change", (event) => app.store.view({ practice: event.target.checked }));
    $("transpose").addEventListener("change", (event) => {
      const by = Math.max(-11, Math.min(11, Math.round(Number(event.target.value)) || 0));
      app.store.view({ transpose: by });
    });
    $("loop").addEventListener("click", () => this.toggleLoop());
    this.looping = false;
    $("mix-open").addEventListener("click", () => {
      const open = $("transport").classList.toggle("open");
      $("mix-open").setAttribute("aria-expanded", String(open));
    });
  }

  /** The synthesiser, made when the user first wants sound, as browsers demand. */
  get synth() {
    if (!this._synth) {
      this._synth = new Synth();
      this._levels();
    }
    return this._synth;
  }

  /** Load the sampled instruments; until they are there the synthesiser's own ones sound. */
  async sample() {
    const sampled = await sampler(this.synth);
    while (this.playing) await new Promise((done) => this.player.addEventListener("state", done, { once: true }));
    this.synth.sampler = sampled;
  }

  /** Make the synthesiser within a press of the user's, so that the browser lets it sound. */
  prepare() {
    this.synth.wake();
  }

  get playing() {
    return this.player.playing;
  }

  get take() {
    return this.app.store.take;
  }

  _levels() {
    for (const [part] of PARTS) this._synth.setLevel(part, audible(this.mix, part));
  }

  load(take, bars, by) {
    this.bars = bars;
    this.player.take ??= null;
    if (take.tempo !== this.own) this.bpm = 0; // another tune
    this.own = take.tempo;
    this._choose(this.bpm);
    this.player.loop = this._loop(this.app.roll.selection);
    this.player.load(tracksOfTake(take, by), (this.bpm || take.tempo) / take.tempo);
    this._frame();
  }

  show(view, mix) {
    this.mix = mix;
    if (this._synth) this._levels();
    $("count-in").checked = view.countIn;
    $("practice").checked = view.practice;
    $("transpose").value = view.transpose;
    this.player.gain = view.practice && this.take ? FASTER / this.take.tempo : 0;
  }

  /** Choose a tempo of playback; 0 is that of the take. */
  _choose(bpm) {
    this.bpm = bpm;
    $("speed").value = bpm || this.own || 120;
    $("speed-text").textContent = bpm || this.own ? `${Math.round(bpm || this.own)} bpm` : "–";
    $("speed-text").disabled = !bpm || Math.round(bpm) === Math.round(this.own);
  }

  toggle() {
    if (this.playing) this.stop();
    else if (this.take) this._play();
    else this.app.making.generate();
  }

  _play() {
    const bar = this.bars[this.app.roll.barAt(this.player.position)] ?? { beats: 4, length: 2 };
    const count = this.app.store.state.view.countIn ? bar.beats : 0;
    return this.player.play({ count, beat: bar.length / bar.beats });
  }

  playFrom(second) {
    this.player.seek(second);
    return this._play();
  }

  stop() {
    this.player.stop();
  }

  seek(second) {
    this.player.seek(second);
    this.app.roll.reveal(second);
    this._frame();
  }

  toggleLoop() {
    this.looping = !this.looping;
    this.loopOver(this.app.roll.selection);
  }

  /** Loop over the selected bars, or over all when none are. */
  loopOver(selection) {
    $("loop").setAttribute("aria-pressed", String(this.looping));
    this.player.setLoop(this._loop(selection));
  }

  _loop(selection) {
    if (!this.looping || !this.bars.length) return null;
    const first = this.bars[selection?.first ?? 0];
    const last = this.bars[selection?.last ?? this.bars.length - 1];
    return { from: first.start, to: last.start + last.length };
  }

  /** Let one note be heard, as when it is moved. */
  ring(pitch, velocity) {
    if (this.playing || !this._synth) return;
    const { program } = this.take.parts.find((part) => part.kind === "solo") ?? {};
    this.synth.play({ part: "solo", kind: "solo", program, pitch, velocity }, this.synth.now + 0.01, 0.25);
  }

  _state() {
    const { playing } = this;
    $("play").textContent = playing ? "■" : "▶";
    $("play").setAttribute("aria-label", playing ? "Stop" : "Play");
    if (playing) this._run();
    else this._frame();
  }

  _run() {
    if (!this.playing) return;
    this._frame();
    requestAnimationFrame(() => this._run());
  }

  _frame() {
    if (!this.bars.length) return;
    const { position } = this.player;
    const { roll } = this.app;
    if (position !== roll.position) roll.moveTo(position, $("follow").checked && this.playing);
    const index = roll.barAt(position);
    const bar = this.bars[index];
    if (!bar) return;
    const beat = Math.min(bar.beats, 1 + Math.floor(((position - bar.start) / bar.length) * bar.beats));
    $("place").textContent = this.player.counting ? "count in" : `${bar.number}. ${Math.max(1, beat)}`;
    this.app.sheet.light(this.playing && this.app.sheet.isOf(this.take) ? (bar.form ?? -1) : -1);
    this.app.expected.at(position);
    const note = roll.noteBefore(position);
    const sounds = note >= 0 && position < roll.notes[note].onset + roll.notes[note].duration + 0.05;
    this.app.notation.engraved.light(index, this.playing && sounds ? note : -1, this.playing && $("follow").checked);
  }
}
