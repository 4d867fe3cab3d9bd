import { RATE, toBase64 } from "./pcm.js";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15000;

/**
 * The OpenAI Realtime protocol over a WebSocket that comes back by itself.
 * Every server event is dispatched under its own type with the event as `detail`; besides these: "link" with
 * "connecting", "open" or "lost".
 */
export class RealtimeSocket extends EventTarget {
  #url;
  #socket = null;
  #ready = false;
  #wait = FIRST_WAIT_MS;
  #retry = 0;
  #pushToTalk = false;

  constructor(url) {
    super();
    this.#url = url;
    this.addEventListener("session.created", () => {
      this.#ready = true;
      this.#wait = FIRST_WAIT_MS;
      this.#pushToTalk = false; // a new session listens with the server's voice activity detection
      this.#tellLink("open");
    });
  }

  connect() {
    clearTimeout(this.#retry);
    if (this.#socket) return;
    this.#tellLink("connecting");
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = () => {
      this.#socket = null;
      this.#ready = false;
      this.#tellLink("lost");
      // Some randomness, so that the tablets of a hall don't all come back in the same moment.
      this.#retry = setTimeout(() => this.connect(), this.#wait * (0.75 + Math.random() / 2));
      this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT_MS);
    };
  }

  get ready() {
    return this.#ready;
  }

  #tellLink(link) {
    this.dispatchEvent(new CustomEvent("link", { detail: link }));
  }

  #receive(data) {
    let event;
    try {
      event = JSON.parse(data);
    } catch {
      console.warn("not JSON:", data);
      return;
    }
    if (typeof event?.type === "string") this.dispatchEvent(new CustomEvent(event.type, { detail: event }));
  }

  send(event) {
    if (this.#ready) this.#socket.send(JSON.stringify(event));
  }

  /** true: the person ends the turn by letting go; false: the server ends it at a pause. */
  setPushToTalk(wanted) {
    if (wanted === this.#pushToTalk) return;
    this.#pushToTalk = wanted;
    const detection = wanted ? null : { type: "server_vad" };
    this.send({ type: "session.update", session: { type: "realtime", audio: { input: { turn_detection: detection } } } });
  }

  appendAudio(pcm) {
    this.send({ type: "input_audio_buffer.append", audio: toBase64(pcm) });
  }

  appendSilence(seconds) {
    this.appendAudio(new Int16Array(Math.round(seconds * RATE)));
  }

  clearAudio() {
    this.send({ type: "input_audio_buffer.clear" });
  }

  commit() {
    this.send({ type: "input_audio_buffer.commit" });
  }

  createResponse() {
    this.send({ type: "response.create" });
  }

  ask(text) {
    const item = { type: "message", role: "user", content: [{ type: "input_text", text }] };
    this.send({ type: "conversation.item.create", item });
    this.createResponse();
  }

  cancel(responseId) {
    this.send({ type: "response.cancel", ...(responseId && { response_id: responseId }) });
  }

  /** Tells the server how much of an answer was heard. */
  truncate(itemId, playedSamples) {
    const heardMs = Math.floor((playedSamples * 1000) / RATE);
    this.send({ type: "conversation.item.truncate", item_id: itemId, content_index: 0, audio_end_ms: heardMs });
  }
}
