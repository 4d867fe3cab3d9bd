/** Why the microphone did not open: `reason` is insecure, denied, missing or taken. */
export class MicrophoneError extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

const REASONS = { NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "missing", OverconstrainedError: "missing" };

/** The microphone, open only while somebody speaks: each turn opens it anew and closes it again. */
export class Capture {
  #turn = 0; // counts starts and stops, so that what comes late for an old turn is dropped
  #stream = null;
  #context = null;

  /**
   * Opens the microphone and calls `onChunk(Int16Array, level)` every 40 ms with 24 kHz samples; level is 0 to 1.
   * `onEnd` is called if the microphone goes away. Throws MicrophoneError.
   */
  async start(onChunk, onEnd) {
    this.stop();
    const turn = this.#turn;
    if (!navigator.mediaDevices) throw new MicrophoneError(window.isSecureContext ? "missing" : "insecure");
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      });
    } catch (error) {
      throw new MicrophoneError(REASONS[error.name] ?? "taken");
    }
    if (turn !== this.#turn) {
      stream.getTracks().forEach((track) => track.stop());
      return;
    }
    this.#stream = stream;
    // The context keeps the device's own rate: not every browser can open a microphone at 24 kHz.
    const context = new AudioContext();
    this.#context = context;
    await context.audioWorklet.addModule(new URL("./worklets/capture.js", import.meta.url));
    if (turn !== this.#turn) return;
    const node = new AudioWorkletNode(context, "capture", { channelCount: 1, channelCountMode: "explicit" });
    node.port.onmessage = ({ data }) => {
      if (turn === this.#turn) onChunk(new Int16Array(data.pcm), Math.min(1, data.level * 6));
    };
    stream.getAudioTracks()[0].onended = () => {
      if (turn === this.#turn) onEnd();
    };
    // The node stays silent, but only what leads to the destination is computed everywhere.
    context.createMediaStreamSource(stream).connect(node).connect(context.destination);
    this.resume();
  }

  /** To be called from within a touch: some browsers start sound only there. */
  resume() {
    this.#context?.resume().catch(() => {});
  }

  stop() {
    this.#turn += 1;
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#context?.close().catch(() => {});
    this.#stream = null;
    this.#context = null;
  }
}
