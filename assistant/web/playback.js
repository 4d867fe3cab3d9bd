import { RATE } from "./pcm.js";

/**
 * Plays PCM16 at 24 kHz and knows what was really heard.
 * Dispatches "progress" {tag, played} (samples of that tag so far) and "drained" {tag} when the queue runs dry.
 */
export class Playback extends EventTarget {
  #context = null;
  #node = null;
  #opening = null;
  #queued = new Map(); // tag -> samples handed over
  #backlog = []; // what came before the loudspeaker was open
  #current = null; // {tag, played}
  #busy = false;
  #silent = false; // this browser cannot play

  /** To be called from within a touch: browsers start sound only there. Resolves to false if there is no sound. */
  async wake() {
    this.#opening ??= this.#open();
    this.#context?.resume().catch(() => {});
    return this.#opening;
  }

  async #open() {
    try {
      this.#context = new AudioContext({ sampleRate: RATE });
      this.#context.resume().catch(() => {});
      await this.#context.audioWorklet.addModule(new URL("./worklets/playback.js", import.meta.url));
      this.#node = new AudioWorkletNode(this.#context, "playback", { numberOfInputs: 0, outputChannelCount: [1] });
      this.#node.port.onmessage = ({ data }) => this.#report(data);
      this.#node.connect(this.#context.destination);
      for (const { tag, pcm } of this.#backlog.splice(0)) this.#post(tag, pcm);
      return true;
    } catch (error) {
      console.warn("no sound:", error); // AudioWorklet exists only over https or on localhost
      this.#silent = true;
      const last = this.#backlog.splice(0).at(-1);
      if (last) this.#report({ tag: last.tag, drained: true });
      return false;
    }
  }

  #post(tag, pcm) {
    const copy = pcm.slice().buffer; // the caller keeps its own for "Noch mal"
    this.#node.port.postMessage({ tag, pcm: copy }, [copy]);
  }

  #report({ tag, played, drained }) {
    if (!this.#queued.has(tag)) return; // flushed in the meantime
    if (drained) {
      if (this.#current?.played < this.#queued.get(tag)) return; // more has been handed over since
      this.#busy = false;
      this.dispatchEvent(new CustomEvent("drained", { detail: { tag } }));
    } else {
      this.#current = { tag, played };
      this.dispatchEvent(new CustomEvent("progress", { detail: { tag, played } }));
    }
  }

  get busy() {
    return this.#busy;
  }

  /** Samples handed over for `tag` so far. */
  queued(tag) {
    return this.#queued.get(tag) ?? 0;
  }

  /** Appends samples; without sound they count as handed over, and nothing is heard. */
  enqueue(tag, pcm) {
    this.#queued.set(tag, this.queued(tag) + pcm.length);
    if (this.#silent || !pcm.length) return;
    this.#busy = true;
    if (this.#node) this.#post(tag, pcm);
    else this.#backlog.push({ tag, pcm });
  }

  /** Falls silent at once; returns what was heard last as {tag, played}, or null if nothing was playing. */
  flush() {
    const heard = this.#busy ? this.#current : null;
    this.#node?.port.postMessage({ flush: true });
    this.#queued.clear();
    this.#backlog = [];
    this.#current = null;
    this.#busy = false;
    return heard;
  }
}
