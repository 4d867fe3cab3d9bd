import { samplesOfWav } from "./pcm.js";

const TAIL_SECONDS = 1.5; // silence that lets the server's voice activity detection find the end

/** The example voice: played, and sent as a microphone would send it, in the pace in which it is heard. */
export class ExampleVoice {
  #socket;
  #playback;
  #next = 0;
  #pcm = null;
  #sent = 0;

  constructor(socket, playback) {
    this.#socket = socket;
    this.#playback = playback;
  }

  /** The next question's samples; throws if the server has none. */
  async fetch() {
    const response = await fetch(`/v1/kumpel/example?n=${this.#next}`);
    if (!response.ok) throw new Error(`example: ${response.status}`);
    this.#next += 1;
    return samplesOfWav(await response.arrayBuffer());
  }

  begin(pcm) {
    this.#pcm = pcm;
    this.#sent = 0;
    this.#socket.setPushToTalk(false);
    this.#playback.enqueue("example", pcm);
  }

  /** Sends what was heard up to sample `played`; true once the question has been asked to its end. */
  send(played) {
    if (!this.#pcm) return false;
    this.#socket.appendAudio(this.#pcm.slice(this.#sent, played));
    this.#sent = played;
    if (played < this.#pcm.length) return false;
    this.#socket.appendSilence(TAIL_SECONDS);
    this.end();
    return true;
  }

  end() {
    this.#pcm = null;
  }
}
