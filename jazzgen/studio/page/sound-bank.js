// Sampled instruments, which a released studio has beside its own (see scripts/build_studio.py).
//
// A note that was sent to the sampler cannot be called back. So each part has several lanes, MIDI
// channels with a gate behind: to silence a part is to close the gate of its lane, and to go on in
// the next one, until nothing is left in the first.

const LANES = { solo: [0, 1, 2, 3], piano: [4, 5, 6, 7], bass: [8, 10, 11], drums: [9, 12, 13], click: [14, 15] };
const VOLUMES = { solo: 88, piano: 78, bass: 66, drums: 50, click: 70 }; // levels of small groups on records
const LOUD = 3; // the gain of an open gate: about as loud as the synthesiser's own instruments
const VOLUME = 7;
const REVERB = 91;
const SOUND_OFF = 120;
const EMPTY = 0.5; // seconds after which nothing is left of what was sent to a lane
const JAZZ_KIT = 32;

/** Load the instruments into a synthesiser's audio context. */
export async function sampler(synth) {
  const { WorkletSynthesizer } = await import("./sounds/sounds.js");
  await synth.context.audioWorklet.addModule("./sounds/spessasynth_processor.min.js");
  const player = new WorkletSynthesizer(synth.context, { eventsEnabled: false });
  const bank = await (await fetch("./sounds/jazz.sf3")).arrayBuffer();
  await player.soundBankManager.addSoundBank(bank, "jazz");
  await player.isReady;
  return new Sampler(synth, player);
}

export class Sampler {
  constructor(synth, player) {
    this.synth = synth;
    this.player = player;
    this.programs = new Map(); // by lane
    this.lanes = Object.fromEntries(Object.keys(LANES).map((part) => [part, 0]));
    this.gates = Array.from({ length: 16 }, () => synth.context.createGain());
    player.connectIndividualOutputs(this.gates);
    for (const [part, lanes] of Object.entries(LANES)) {
      for (const lane of lanes) {
        this.gates[lane].gain.value = LOUD;
        this.gates[lane].connect(synth.channel(part).input);
        if (part === "drums" || part === "click") player.midiChannels[lane].setDrums(true);
        player.controllerChange(lane, VOLUME, VOLUMES[part]);
        player.controllerChange(lane, REVERB, 0);
      }
    }
  }

  /** Start a note (see `Synth.play`); return whether there is an instrument for it. */
  play({ part, kind, program, pitch, velocity }, start, duration) {
    if (!(part in LANES)) return false;
    const lane = LANES[part][this.lanes[part]];
    const wanted = kind === "drums" || kind === "click" ? program || JAZZ_KIT : program ?? 65;
    if (this.programs.get(lane) !== wanted) {
      this.programs.set(lane, wanted);
      this.player.programChange(lane, wanted);
    }
    this.player.noteOn(lane, pitch, velocity, { time: start });
    this.player.noteOff(lane, pitch, { time: start + duration });
    return true;
  }

  /** Stop everything that sounds or is about to, or one part of it. */
  silence(part = null) {
    for (const name of part === null ? Object.keys(LANES) : [part]) {
      if (name in LANES) this._close(name);
    }
  }

  _close(part) {
    const lane = LANES[part][this.lanes[part]];
    const { now } = this.synth;
    const { gain } = this.gates[lane];
    gain.setTargetAtTime(0, now, 0.015);
    gain.setValueAtTime(LOUD, now + EMPTY);
    for (const later of [0.1, EMPTY - 0.05]) this.player.controllerChange(lane, SOUND_OFF, 0, { time: now + later });
    this.lanes[part] = (this.lanes[part] + 1) % LANES[part].length;
  }
}
