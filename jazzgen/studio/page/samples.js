// What is computed once: plucked strings, the drum kit and the room, from noise and sines, and the
// curve of the limiter.

export const hertz = (pitch) => 440 * 2 ** ((pitch - 69) / 12);

/** A reproducible source of noise, so that the same solo sounds the same each time. */
export function noise(seed = 1) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

export function buffer(context, seconds, fill) {
  const made = context.createBuffer(1, Math.ceil(seconds * context.sampleRate), context.sampleRate);
  fill(made.getChannelData(0), context.sampleRate);
  return made;
}

/** A plucked string (Karplus and Strong): a burst of noise that runs round a delay line. */
export function string(context, pitch, { seconds, damping, brightness }) {
  return buffer(context, seconds, (samples, rate) => {
    const period = rate / hertz(pitch) - 0.5;
    const length = Math.floor(period);
    const fraction = period - length;
    const line = new Float32Array(length + 1);
    const random = noise(pitch);
    let smooth = 0;
    for (let i = 0; i <= length; i += 1) {
      smooth += brightness * (random() - smooth);
      line[i] = smooth;
    }
    let at = 0;
    let before = 0;
    for (let i = 0; i < samples.length; i += 1) {
      const next = (at + 1) % (length + 1);
      const now = line[at] * (1 - fraction) + line[next] * fraction;
      samples[i] = now;
      line[at] = damping * 0.5 * (now + before);
      before = now;
      at = next;
    }
    let peak = 0.001;
    for (const value of samples) peak = Math.max(peak, Math.abs(value));
    const fade = Math.min(samples.length, 2000);
    for (let i = 0; i < samples.length; i += 1) {
      samples[i] *= 0.9 / peak;
      if (i > samples.length - fade) samples[i] *= (samples.length - i) / fade;
    }
  });
}

/** Metal: many partials that share no fundamental, under a hiss. */
function metal(context, { seconds, decay, hiss, ping, seed }) {
  const partials = [1, 1.483, 1.932, 2.546, 2.63, 3.897, 4.61, 5.37, 6.12, 7.43];
  return buffer(context, seconds, (samples, rate) => {
    const random = noise(seed);
    let low = 0;
    for (let i = 0; i < samples.length; i += 1) {
      const time = i / rate;
      let tone = 0;
      for (let k = 0; k < partials.length; k += 1) {
        tone += Math.sin(2 * Math.PI * 587 * partials[k] * time + k * k) * Math.exp(-time * decay * (0.5 + k * 0.16));
      }
      const white = random();
      low += 0.45 * (white - low);
      const strike = Math.exp(-time * 60) * ping;
      samples[i] = (tone * 0.05 * (1 + strike) + (white - low) * hiss * Math.exp(-time * decay * 1.3))
        * Math.exp(-time * decay * 0.4);
    }
  });
}

/** The drum kit as buffers, by what General MIDI calls the stroke. */
export function drumKit(context) {
  const kick = buffer(context, 0.4, (samples, rate) => {
    let phase = 0;
    const random = noise(3);
    for (let i = 0; i < samples.length; i += 1) {
      const time = i / rate;
      phase += (2 * Math.PI * (52 + 70 * Math.exp(-time * 45))) / rate;
      samples[i] = Math.sin(phase) * Math.exp(-time * 11) + random() * 0.1 * Math.exp(-time * 180);
    }
  });
  const snare = (seed, ring, length) => buffer(context, 0.35, (samples, rate) => {
    const random = noise(seed);
    let low = 0;
    for (let i = 0; i < samples.length; i += 1) {
      const time = i / rate;
      const white = random();
      low += 0.6 * (white - low);
      samples[i] = (low * 0.55 * Math.exp(-time * length)
        + (Math.sin(2 * Math.PI * 186 * time) + 0.6 * Math.sin(2 * Math.PI * 331 * time)) * ring * Math.exp(-time * 26));
    }
  });
  const tom = (frequency) => buffer(context, 0.5, (samples, rate) => {
    let phase = 0;
    for (let i = 0; i < samples.length; i += 1) {
      const time = i / rate;
      phase += (2 * Math.PI * frequency * (1 + 0.4 * Math.exp(-time * 30))) / rate;
      samples[i] = Math.sin(phase) * Math.exp(-time * 8) * 0.8;
    }
  });
  const click = (frequency, decay) => buffer(context, 0.12, (samples, rate) => {
    for (let i = 0; i < samples.length; i += 1) {
      const time = i / rate;
      samples[i] = (Math.sin(2 * Math.PI * frequency * time) + 0.4 * Math.sin(2 * Math.PI * frequency * 2.7 * time))
        * Math.exp(-time * decay) * 0.6;
    }
  });
  const ride = metal(context, { seconds: 1.8, decay: 2.4, hiss: 0.12, ping: 3, seed: 11 });
  const crash = metal(context, { seconds: 2, decay: 1.9, hiss: 0.4, ping: 0.5, seed: 12 });
  const bell = metal(context, { seconds: 1.2, decay: 3, hiss: 0.04, ping: 5, seed: 13 });
  const closed = metal(context, { seconds: 0.12, decay: 42, hiss: 0.5, ping: 1, seed: 14 });
  const pedal = metal(context, { seconds: 0.1, decay: 55, hiss: 0.32, ping: 0, seed: 15 });
  const open = metal(context, { seconds: 0.8, decay: 6, hiss: 0.4, ping: 1, seed: 16 });
  const side = click(1650, 75);
  const head = snare(5, 0.35, 20);
  const brush = snare(6, 0.02, 12);
  const low = tom(88);
  const middle = tom(120);
  const high = tom(165);
  return new Map([
    [35, [kick, 1]], [36, [kick, 1]], [37, [side, 0.7]], [38, [head, 0.75]], [39, [brush, 0.7]],
    [40, [head, 0.7]], [41, [low, 0.8]], [42, [closed, 0.45]], [43, [low, 0.8]], [44, [pedal, 0.55]],
    [45, [middle, 0.8]], [46, [open, 0.4]], [47, [middle, 0.8]], [48, [high, 0.75]], [49, [crash, 0.5]],
    [50, [high, 0.75]], [51, [ride, 0.62]], [53, [bell, 0.5]], [52, [crash, 0.5]], [54, [closed, 0.4]],
    [55, [crash, 0.45]], [56, [bell, 0.4]], [57, [crash, 0.5]], [59, [ride, 0.6]], [70, [pedal, 0.5]],
    [75, [side, 0.6]], [76, [click(2200, 60), 0.6]], [77, [click(1500, 60), 0.55]],
  ]);
}

/** A small, dark room: noise that fades and loses its highs. */
export function room(context) {
  const seconds = 1.3;
  const length = Math.ceil(seconds * context.sampleRate);
  const made = context.createBuffer(2, length, context.sampleRate);
  for (let channel = 0; channel < 2; channel += 1) {
    const samples = made.getChannelData(channel);
    const random = noise(40 + channel);
    let low = 0;
    for (let i = 0; i < length; i += 1) {
      const left = 1 - i / length;
      low += (0.06 + 0.5 * left * left) * (random() - low);
      samples[i] = low * left ** 3;
    }
  }
  return made;
}

const CLEAN = 0.8; // up to here the limiter leaves a sample as it is

/** A curve that leaves quiet samples alone and bends loud ones, so that none leaves −1 to 1. */
export function limiter(context) {
  const shaper = context.createWaveShaper();
  const steps = 2049;
  const reach = 3; // the loudest sample that is bent and not cut
  shaper.curve = Float32Array.from({ length: steps }, (_, i) => {
    const x = (2 * i) / (steps - 1) - 1;
    const loud = Math.abs(x) * reach;
    const bent = loud <= CLEAN ? loud : CLEAN + (0.99 - CLEAN) * Math.tanh((loud - CLEAN) / (0.99 - CLEAN));
    return Math.sign(x) * bent;
  });
  const into = context.createGain();
  into.gain.value = 1 / reach;
  into.connect(shaper);
  return { into, out: shaper };
}
