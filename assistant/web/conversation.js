import { Captions } from "./captions.js";
import { ExampleVoice } from "./example.js";
import { NOTICES } from "./messages.js";
import { fromBase64, RATE } from "./pcm.js";
import { listenToServer } from "./turn.js";

const HOLD_MS = 400; // pressed longer than this: the person holds the button while speaking
const LONGEST_QUIET_SECONDS = 8;
const PATIENCE_MS = 30000;

/** One person at one page: turns presses, taps and typing into turns. Server events come in through turn.js. */
export class Conversation {
  response = null; // {id, itemId, captions, done}: the answer that is being heard
  unwanted = false; // the person stopped before the server had begun to answer
  #mode = null; // how the running utterance ends: "tap", "hold", or null while that is open
  #pressed = null; // since when the button is held, in ms
  #held = []; // sound kept back until the mode is known
  #sent = 0; // samples of this utterance that left
  #answer = []; // the last answer's artificial voice, for "Noch mal"
  #turns = 0;
  #timer = 0;

  constructor({ store, socket, capture, playback, showLevel }) {
    Object.assign(this, { store, socket, capture, playback, showLevel });
    this.example = new ExampleVoice(socket, playback);
    listenToServer(this);
  }

  /** The big button goes down. */
  down() {
    if (this.store.state.phase === "listening") return this.#finishUtterance();
    if (this.store.state.phase === "opening") return this.stop();
    if (!this.#begin("opening")) return;
    this.#mode = null;
    this.#pressed = performance.now();
    this.#held = [];
    this.#sent = 0;
    const turn = this.#turns;
    this.capture
      .start((pcm, level) => this.#hear(pcm, level), () => this.fail(NOTICES.taken))
      .catch((error) => turn === this.#turns && this.fail(NOTICES[error.reason] ?? NOTICES.taken));
  }

  /** The big button is let go: the end of a held utterance, the beginning of a tapped one. */
  up() {
    this.playback.wake();
    this.capture.resume();
    this.#pressed = null;
    if (this.store.state.phase === "listening" && this.#mode === "hold") this.#finishUtterance();
  }

  #hear(pcm, level) {
    if (this.store.state.phase === "opening") this.store.update({ phase: "listening" });
    this.showLevel(level);
    this.#held.push(pcm);
    if (this.#mode === null) this.#decideMode();
    if (this.#mode === null) return;
    for (const chunk of this.#held.splice(0)) this.#send(chunk);
    if (this.#mode === "tap" && !this.store.state.speechHeard && this.#sent > LONGEST_QUIET_SECONDS * RATE) {
      this.fail(NOTICES.nothingHeard);
    }
  }

  #decideMode() {
    if (this.#pressed !== null && performance.now() - this.#pressed < HOLD_MS) return;
    this.#mode = this.#pressed === null ? "tap" : "hold";
    this.socket.setPushToTalk(this.#mode === "hold");
  }

  #send(pcm) {
    this.#sent += pcm.length;
    this.socket.appendAudio(pcm);
  }

  #finishUtterance() {
    this.closeMicrophone();
    if (this.#mode === null) this.#decideMode();
    for (const chunk of this.#held.splice(0)) this.#send(chunk);
    this.socket.commit();
    if (this.#mode === "hold") this.socket.createResponse();
    this.think();
  }

  /** The utterance is complete; now the server works. */
  think() {
    this.store.update({ phase: "thinking" });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.store.state.phase === "thinking" && this.fail(NOTICES.slow), PATIENCE_MS);
  }

  /** Asks in writing; false if there is no connection, so that the text is kept. */
  ask(text) {
    if (!this.#begin("thinking")) return false;
    this.store.update({ heard: text });
    this.socket.ask(text);
    this.think();
    return true;
  }

  /** Lets the example voice ask. */
  async askByExample() {
    if (!this.#begin("asking", "example")) return;
    const turn = this.#turns;
    try {
      const pcm = await this.example.fetch();
      const audible = await this.playback.wake();
      if (turn !== this.#turns) return;
      this.example.begin(pcm);
      if (!audible) this.exampleHeard(pcm.length);
    } catch (error) {
      console.warn("no example:", error);
      if (turn === this.#turns) this.fail(NOTICES.example);
    }
  }

  exampleHeard(played) {
    if (this.example.send(played)) this.think();
  }

  /** A new answer begins. */
  beginAnswer(id) {
    this.#answer = [];
    this.response = { id, itemId: null, captions: new Captions(), done: false };
    this.store.update({ said: "", source: null, canRepeat: false });
  }

  play(itemId, base64) {
    const pcm = fromBase64(base64);
    this.response.itemId = itemId;
    this.#answer.push(pcm);
    this.playback.enqueue(itemId, pcm);
  }

  /** Plays the last answer once more. */
  async again() {
    if (!this.#answer.length || this.store.state.phase !== "idle") return;
    this.store.update({ phase: "answering" });
    await this.playback.wake();
    for (const pcm of this.#answer) this.playback.enqueue(`again ${this.#turns}`, pcm);
    if (!this.playback.busy) this.rest();
  }

  /** Everything has been heard. */
  rest() {
    clearTimeout(this.#timer);
    this.store.update({ phase: "idle", canRepeat: this.#answer.length > 0 && this.store.state.audible });
  }

  stop() {
    this.#interrupt();
    this.rest();
  }

  fail(notice) {
    this.stop();
    this.store.update({ notice });
  }

  /** The page is put aside: nobody must be listened to unknowingly. */
  leave() {
    if (["opening", "listening"].includes(this.store.state.phase)) this.stop();
  }

  closeMicrophone() {
    this.capture.stop();
    this.showLevel(0);
  }

  #begin(phase, asker = "you") {
    this.#interrupt();
    this.playback.wake().then((audible) => this.store.update({ audible }));
    if (!this.socket.ready) {
      this.store.update({ phase: "idle", notice: NOTICES.offline });
      return false;
    }
    this.unwanted = false;
    const fresh = { heard: "", said: "", source: null, notice: "", speechHeard: false, speechEnded: false, canRepeat: false };
    this.store.update({ phase, asker, ...fresh });
    return true;
  }

  #interrupt() {
    const { phase } = this.store.state;
    this.#turns += 1;
    this.closeMicrophone();
    this.example.end();
    const heard = this.playback.flush();
    const response = this.response;
    this.response = null;
    if (["listening", "asking"].includes(phase)) this.socket.clearAudio();
    if (response && !response.done) this.socket.cancel(response.id);
    else if (phase === "thinking") {
      this.unwanted = true;
      this.socket.clearAudio();
    }
    if (response && heard?.tag === response.itemId) this.socket.truncate(response.itemId, heard.played);
  }
}
