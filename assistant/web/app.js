import { Capture } from "./capture.js";
import { Conversation } from "./conversation.js";
import { NOTICES } from "./messages.js";
import { Playback } from "./playback.js";
import { RealtimeSocket } from "./socket.js";
import { Store } from "./store.js";
import { bindView, showLevel } from "./view.js";

const store = new Store();
const socket = new RealtimeSocket(new URL("/v1/realtime", location.href).href.replace(/^http/, "ws"));
const conversation = new Conversation({ store, socket, capture: new Capture(), playback: new Playback(), showLevel });

bindView(store, {
  down: () => conversation.down(),
  up: () => conversation.up(),
  stop: () => conversation.stop(),
  again: () => conversation.again(),
  example: () => conversation.askByExample(),
  ask: (text) => conversation.ask(text),
});

async function fetchJson(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

/** The profile and the lessons may be others after a restart of the server, so each new session asks again. */
async function learnAboutServer() {
  const [health, list] = await Promise.allSettled([fetchJson("/healthz"), fetchJson("/v1/kumpel/lessons")]);
  store.update({
    profile: health.value?.profile ?? store.state.profile,
    lessons: list.value?.lessons ?? store.state.lessons,
  });
}

socket.addEventListener("link", ({ detail: link }) => {
  if (link === "open") learnAboutServer();
  const offline = [NOTICES.offline, NOTICES.dropped, NOTICES.busy].includes(store.state.notice);
  if (link === "lost" && !offline) store.update({ link, notice: NOTICES.offline });
  else store.update({ link, notice: link === "open" && offline ? "" : store.state.notice });
});

// A tablet that wakes up or finds its Wi-Fi again should not wait for the next attempt.
window.addEventListener("online", () => socket.connect());
document.addEventListener("visibilitychange", () => {
  if (document.hidden) conversation.leave();
  else socket.connect();
});

socket.connect();
