/* One job: microphone in, PCM16 at 24 kHz out, in messages {pcm: ArrayBuffer, level} of 40 ms. */
const RATE = 24000;
const CHUNK = 960;
const PHASES = 32;
const ZEROS = 8;

/* Windowed-sinc kernels, one per sub-sample phase; they cut off above what 24 kHz can carry. */
function kernels(step) {
  const cutoff = Math.min(1, 1 / step) * 0.95;
  const half = Math.ceil(ZEROS / cutoff);
  return Array.from({ length: PHASES }, (_, phase) => {
    const kernel = Float32Array.from({ length: 2 * half }, (_, i) => {
      const x = i - half + 1 - phase / PHASES;
      const sinc = x === 0 ? 1 : Math.sin(Math.PI * cutoff * x) / (Math.PI * cutoff * x);
      return Math.abs(x) >= half ? 0 : cutoff * sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / half));
    });
    const sum = kernel.reduce((a, b) => a + b);
    return kernel.map((value) => value / sum);
  });
}

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.step = sampleRate / RATE;
    this.kernels = kernels(this.step);
    this.width = this.kernels[0].length;
    this.input = new Float32Array(this.width); // what was heard and is still needed
    this.position = 0; // in input samples, where the next kernel begins
    this.chunk = new Int16Array(CHUNK);
    this.filled = 0;
    this.energy = 0;
  }

  process([input]) {
    if (!input.length) return true;
    const joined = new Float32Array(this.input.length + input[0].length);
    joined.set(this.input);
    joined.set(input[0], this.input.length);
    while (Math.round(this.position * PHASES) / PHASES + this.width < joined.length) {
      const place = Math.round(this.position * PHASES);
      const kernel = this.kernels[place % PHASES];
      const start = Math.floor(place / PHASES);
      let sum = 0;
      for (let i = 0; i < this.width; i++) sum += kernel[i] * joined[start + i];
      this.push(sum);
      this.position += this.step;
    }
    const used = Math.floor(this.position);
    this.input = joined.slice(used);
    this.position -= used;
    return true;
  }

  push(value) {
    this.energy += value * value;
    this.chunk[this.filled++] = Math.max(-32768, Math.min(32767, Math.round(value * 32767)));
    if (this.filled < CHUNK) return;
    const pcm = this.chunk.buffer;
    this.port.postMessage({ pcm, level: Math.sqrt(this.energy / CHUNK) }, [pcm]);
    this.chunk = new Int16Array(CHUNK);
    this.filled = 0;
    this.energy = 0;
  }
}

registerProcessor("capture", Capture);
