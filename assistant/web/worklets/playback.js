/* One job: a queue of PCM16 that plays gaplessly and reports what was really played.
 * In:  {tag, pcm: ArrayBuffer} appends, {flush: true} drops everything.
 * Out: {tag, played} while it plays (samples of that tag so far), {tag, drained: true} when the queue runs dry. */
const REPORT_EVERY = 1200;

class Playback extends AudioWorkletProcessor {
  constructor() {
    super();
    this.clear();
    this.port.onmessage = ({ data }) => {
      if (data.flush) this.clear();
      else this.queue.push({ tag: data.tag, pcm: new Int16Array(data.pcm) });
    };
  }

  clear() {
    this.queue = [];
    this.offset = 0;
    this.tag = null;
    this.played = 0;
    this.reported = 0;
  }

  report() {
    this.reported = this.played;
    this.port.postMessage({ tag: this.tag, played: this.played });
  }

  process(_inputs, [output]) {
    const channel = output[0];
    let filled = 0;
    while (filled < channel.length && this.queue.length) {
      const { tag, pcm } = this.queue[0];
      if (tag !== this.tag) {
        if (this.tag !== null) this.report();
        this.tag = tag;
        this.played = 0;
        this.reported = 0;
      }
      const count = Math.min(channel.length - filled, pcm.length - this.offset);
      for (let i = 0; i < count; i++) channel[filled + i] = pcm[this.offset + i] / 32768;
      filled += count;
      this.offset += count;
      this.played += count;
      if (this.offset === pcm.length) {
        this.queue.shift();
        this.offset = 0;
        if (!this.queue.length) {
          this.report();
          this.port.postMessage({ tag, drained: true });
        }
      }
    }
    if (this.played - this.reported >= REPORT_EVERY) this.report();
    return true;
  }
}

registerProcessor("playback", Playback);
