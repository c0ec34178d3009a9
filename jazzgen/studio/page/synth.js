// The instruments: every sound is made here, from noise, strings and oscillators; no samples.
//
// Each part has a channel (level, mute, solo) that leads through one room and one compressor to
// the loudspeaker. `Synth.play` starts one note at a time of the audio clock.

import { buffer, drumKit, hertz, limiter, noise, room, string } from "./samples.js";

/** How the lead instruments differ: harmonics, brightness, attack in seconds, breath, vibrato. */
const LEADS = {
  reed: { harmonics: [0, 1, 0.72, 0.6, 0.42, 0.36, 0.25, 0.2, 0.13, 0.1, 0.07, 0.05], bright: 5, attack: 0.028, breath: 0.05, vibrato: 9, formant: 1150 },
  brass: { harmonics: [0, 0.8, 1, 0.9, 0.75, 0.6, 0.45, 0.34, 0.25, 0.18, 0.12, 0.09, 0.06], bright: 6, attack: 0.022, breath: 0.02, vibrato: 7, formant: 1500 },
  flute: { harmonics: [0, 1, 0.4, 0.14, 0.07, 0.03], bright: 4, attack: 0.04, breath: 0.11, vibrato: 10, formant: 900 },
};
const STRINGS = { seconds: 2.4, damping: 0.9965, brightness: 0.5 };

/** What brings each sound to its place in the mix: solos to one loudness, the band 4 to 9 dB below. */
const TRIM = { reed: 1.2, brass: 1.33, flute: 0.84, string: 1.5, keys: 0.52, vibes: 0.38, piano: 0.52, bass: 0.57, drums: 0.66, click: 0.66 };

/** Which of the sounds above an instrument of General MIDI (0 to 127) is played with. */
function soundOf(program) {
  if (program === undefined || program === null) return "reed";
  if (program < 8) return "keys";
  if (program < 16) return "vibes";
  if (program < 24) return "reed";
  if (program < 40) return "string";
  if (program < 56) return "reed";
  if (program < 64) return "brass";
  if (program < 72) return "reed";
  return program < 80 ? "flute" : "reed";
}

export class Synth {
  constructor() {
    this.context = new AudioContext({ latencyHint: "interactive" });
    const { context } = this;
    this.analyser = context.createAnalyser();
    this.master = context.createDynamicsCompressor();
    this.master.threshold.value = -14;
    this.master.ratio.value = 3;
    this.master.release.value = 0.2;
    this.volume = context.createGain();
    this.volume.gain.value = 1.25;
    const { into, out } = limiter(context);
    this.master.connect(this.volume).connect(into);
    out.connect(this.analyser).connect(context.destination);
    this.echo = context.createConvolver();
    this.echo.buffer = room(context);
    this.echo.connect(this.master);
    this.channels = new Map();
    this.sampler = null; // sampled instruments, where there are any
    this.strings = new Map();
    this.waves = new Map();
    this.air = buffer(context, 1, (samples) => {
      const random = noise(9);
      for (let i = 0; i < samples.length; i += 1) samples[i] = random();
    });
    this.sounding = new Map(); // what stops a voice, and whose it is
    this.part = "";
  }

  get now() {
    return this.context.currentTime;
  }

  /** The drum kit, which takes a while to make. */
  get kit() {
    this._kit ??= drumKit(this.context);
    return this._kit;
  }

  /** Browsers let sound begin only after the user has pressed something. */
  wake() {
    if (!this.sampler) void this.kit;
    return this.context.state === "suspended" ? this.context.resume() : Promise.resolve();
  }

  channel(part) {
    let found = this.channels.get(part);
    if (!found) {
      const { context } = this;
      const input = context.createGain();
      const pan = context.createStereoPanner();
      const send = context.createGain();
      const place = { bass: -0.08, piano: -0.3, drums: 0.2 }[part] ?? 0;
      pan.pan.value = place;
      send.gain.value = { bass: 0.04, drums: 0.12, piano: 0.2 }[part] ?? 0.26;
      input.connect(pan).connect(this.master);
      pan.connect(send).connect(this.echo);
      found = { input, lanes: new Map() };
      this.channels.set(part, found);
    }
    return found;
  }

  /** Where a sound goes in: its part's channel, at the level that its place in the mix asks for. */
  _lane(part, sound) {
    const { input, lanes } = this.channel(part);
    if (!lanes.has(sound)) {
      const lane = this.context.createGain();
      lane.gain.value = TRIM[sound];
      lane.connect(input);
      lanes.set(sound, lane);
    }
    return lanes.get(sound);
  }

  /** Set how loud a part is, from 0 (muted) on; what sounds follows at once. */
  setLevel(part, level) {
    this.channel(part).input.gain.setTargetAtTime(level, this.now, 0.012);
  }

  /** Peak of what goes to the loudspeaker just now, from 0 to 1. */
  peak() {
    const samples = new Float32Array(this.analyser.fftSize);
    this.analyser.getFloatTimeDomainData(samples);
    let peak = 0;
    for (const value of samples) peak = Math.max(peak, Math.abs(value));
    return peak;
  }

  /** Stop everything that sounds or is about to, or one part of it. */
  silence(part = null) {
    this.sampler?.silence(part);
    for (const [stop, whose] of [...this.sounding]) {
      if (part !== null && whose !== part) continue;
      stop();
      this.sounding.delete(stop);
    }
  }

  /** Keep a voice until it ends, so that `silence` can end it before. */
  _hold(sources, level, end) {
    const stop = () => {
      const now = this.now;
      level.gain.cancelScheduledValues(now);
      level.gain.setTargetAtTime(0, now, 0.015);
      for (const source of sources) source.stop(now + 0.1);
    };
    this.sounding.set(stop, this.part);
    for (const source of sources) source.stop(end);
    sources[0].onended = () => {
      this.sounding.delete(stop);
      level.disconnect();
    };
  }

  /**
   * Start a note.
   * @param {{part: string, kind: string, program: ?number, pitch: number, velocity: number}} note
   *   `kind` is solo, bass, piano, drums or click.
   * @param {number} start seconds of the audio clock
   * @param {number} duration seconds
   */
  play(note, start, duration) {
    if (this.sampler?.play(note, start, duration)) return;
    const sound = note.kind === "solo" ? soundOf(note.program) : note.kind;
    const channel = this._lane(note.part, sound);
    this.part = note.part;
    const loud = (note.velocity / 127) ** 1.5;
    if (note.kind === "drums" || note.kind === "click") this._drum(note, channel, start, loud);
    else if (note.kind === "bass") this._string(note, channel, start, duration, loud * 1.15, { seconds: 2.2, damping: 0.9952, brightness: 0.24 });
    else if (note.kind === "piano") this._tine(note, channel, start, duration, loud * 0.3, note.program);
    else {
      if (sound === "keys" || sound === "vibes") this._tine(note, channel, start, duration, loud * 0.62, sound === "vibes" ? 11 : 0);
      else if (sound === "string") this._string(note, channel, start, duration, loud * 0.8, STRINGS);
      else this._wind(note, channel, start, duration, loud * 0.34, LEADS[sound]);
    }
  }

  _drum(note, channel, start, loud) {
    const { context } = this;
    const [sound, level] = this.kit.get(note.kind === "click" ? note.pitch : note.pitch) ?? this.kit.get(42);
    const source = context.createBufferSource();
    source.buffer = sound;
    const gain = context.createGain();
    gain.gain.value = loud * level;
    source.connect(gain).connect(channel);
    source.start(start);
    this._hold([source], gain, start + sound.duration);
  }

  _string(note, channel, start, duration, loud, how) {
    const { context } = this;
    const key = `${note.pitch} ${how.damping}`;
    if (!this.strings.has(key)) this.strings.set(key, string(context, note.pitch, how));
    const sound = this.strings.get(key);
    const source = context.createBufferSource();
    source.buffer = sound;
    const tone = context.createBiquadFilter();
    tone.type = "lowpass";
    tone.frequency.value = 700 + 3200 * loud;
    const gain = context.createGain();
    const end = start + Math.min(duration, sound.duration - 0.1);
    gain.gain.setValueAtTime(loud, start);
    gain.gain.setValueAtTime(loud, end);
    gain.gain.setTargetAtTime(0, end, 0.035);
    source.connect(tone).connect(gain).connect(channel);
    source.start(start);
    this._hold([source], gain, end + 0.25);
  }

  /** An electric piano or vibraphone: one sine bends another, less and less. */
  _tine(note, channel, start, duration, loud, program) {
    const { context } = this;
    const frequency = hertz(note.pitch);
    const vibes = program === 11;
    const carrier = context.createOscillator();
    carrier.frequency.value = frequency;
    const body = context.createOscillator();
    body.frequency.value = frequency * (vibes ? 4 : 1);
    const tine = context.createOscillator();
    tine.frequency.value = Math.min(frequency * (vibes ? 9.7 : 14), 9000);
    const bodyDepth = context.createGain();
    bodyDepth.gain.setValueAtTime(frequency * (0.35 + 1.1 * loud), start);
    bodyDepth.gain.setTargetAtTime(frequency * 0.08, start, 0.35);
    const tineDepth = context.createGain();
    tineDepth.gain.setValueAtTime(frequency * 0.55 * (0.3 + loud), start);
    tineDepth.gain.setTargetAtTime(0, start, 0.05);
    body.connect(bodyDepth).connect(carrier.frequency);
    tine.connect(tineDepth).connect(carrier.frequency);
    const gain = context.createGain();
    const end = start + Math.max(duration, vibes ? 0.35 : 0.08);
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(loud, start + 0.004);
    gain.gain.setTargetAtTime(loud * 0.25, start + 0.004, 1.1 * 2 ** ((60 - note.pitch) / 30));
    gain.gain.setTargetAtTime(0, end, vibes ? 0.3 : 0.06);
    carrier.connect(gain).connect(channel);
    for (const source of [carrier, body, tine]) source.start(start);
    this._hold([carrier, body, tine], gain, end + (vibes ? 1.2 : 0.35));
  }

  _wave(how) {
    if (!this.waves.has(how)) {
      const imaginary = new Float32Array(how.harmonics);
      this.waves.set(how, this.context.createPeriodicWave(new Float32Array(imaginary.length), imaginary));
    }
    return this.waves.get(how);
  }

  /** A wind instrument: a tongued start from a little below, breath in the tone, late vibrato. */
  _wind(note, channel, start, duration, loud, how) {
    const { context } = this;
    const frequency = hertz(note.pitch);
    const end = start + Math.max(duration, 0.05);
    const tone = context.createOscillator();
    tone.setPeriodicWave(this._wave(how));
    tone.frequency.setValueAtTime(frequency * 0.985, start);
    tone.frequency.setTargetAtTime(frequency, start, 0.018);
    const vibrato = context.createOscillator();
    vibrato.frequency.value = 5.1;
    const depth = context.createGain();
    depth.gain.setValueAtTime(0, start);
    if (duration > 0.3) depth.gain.setTargetAtTime(how.vibrato, start + 0.22, 0.18);
    vibrato.connect(depth).connect(tone.detune);
    const air = context.createBufferSource();
    air.buffer = this.air;
    air.loop = true;
    const airBand = context.createBiquadFilter();
    airBand.type = "bandpass";
    airBand.frequency.value = Math.min(frequency * 3, 7000);
    airBand.Q.value = 0.8;
    const airLevel = context.createGain();
    airLevel.gain.setValueAtTime(how.breath * 2.2, start);
    airLevel.gain.setTargetAtTime(how.breath * 0.7, start + 0.02, 0.05);
    air.connect(airBand).connect(airLevel);
    const lid = context.createBiquadFilter();
    lid.type = "lowpass";
    lid.Q.value = 0.4;
    const open = Math.min(frequency * how.bright * (0.55 + 1.5 * loud) + 500, 12000);
    lid.frequency.setValueAtTime(open * 0.45, start);
    lid.frequency.setTargetAtTime(open, start, 0.03);
    lid.frequency.setTargetAtTime(open * 0.7, start + 0.12, 0.25);
    const formant = context.createBiquadFilter();
    formant.type = "peaking";
    formant.frequency.value = how.formant;
    formant.Q.value = 1.1;
    formant.gain.value = 5;
    const gain = context.createGain();
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(loud, start + how.attack);
    gain.gain.setTargetAtTime(loud * 0.8, start + how.attack, 0.12);
    gain.gain.setTargetAtTime(0, end, 0.022);
    tone.connect(lid);
    airLevel.connect(lid);
    lid.connect(formant).connect(gain).connect(channel);
    for (const source of [tone, vibrato, air]) source.start(start);
    this._hold([tone, vibrato, air], gain, end + 0.2);
  }
}
