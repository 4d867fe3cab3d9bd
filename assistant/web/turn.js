import { describeError, NOTICES } from "./messages.js";

/** What each event of the server and of the loudspeaker means for the conversation. */
export function listenToServer(conversation) {
  const { store, socket, playback } = conversation;
  const on = (type, react) => socket.addEventListener(type, ({ detail }) => react(detail));
  const ours = (event) => conversation.response !== null && event.response_id === conversation.response.id;

  on("link", (link) => {
    if (link === "lost" && store.state.phase !== "idle") {
      conversation.response = null;
      conversation.fail(NOTICES.dropped);
    }
  });

  on("input_audio_buffer.speech_started", () => store.update({ speechHeard: true }));
  on("input_audio_buffer.speech_stopped", () => {
    store.update({ speechEnded: true });
    conversation.example.end();
    if (!["listening", "asking"].includes(store.state.phase)) return;
    conversation.closeMicrophone();
    conversation.think();
  });

  on("conversation.item.input_audio_transcription.delta", ({ delta }) => store.update({ heard: store.state.heard + delta }));
  on("conversation.item.input_audio_transcription.completed", ({ transcript }) => store.update({ heard: transcript.trim() }));
  on("conversation.item.input_audio_transcription.failed", ({ error }) => {
    // A spoken sentence that helps follows as an answer.
    store.update({ notice: describeError({ code: "not_understood", ...error }, store.state.profile) });
  });

  on("response.created", ({ response }) => {
    if (conversation.unwanted) {
      conversation.unwanted = false;
      socket.cancel(response.id);
    } else conversation.beginAnswer(response.id);
  });
  on("kumpel.sources", (event) => {
    if (ours(event)) store.update({ source: event.sources[0] ?? null });
  });
  on("response.output_audio_transcript.delta", (event) => {
    if (!ours(event)) return;
    conversation.response.captions.add(event.delta, playback.queued(event.item_id));
    if (!store.state.audible) store.update({ phase: "answering", said: conversation.response.captions.all() });
  });
  on("response.output_text.delta", (event) => {
    if (ours(event)) store.update({ phase: "answering", said: store.state.said + event.delta });
  });
  on("response.output_audio.delta", (event) => {
    if (!ours(event)) return;
    conversation.play(event.item_id, event.delta);
    if (store.state.phase === "thinking") store.update({ phase: "answering" });
  });
  on("response.done", ({ response }) => {
    if (conversation.response?.id !== response.id) return;
    conversation.response.done = true;
    if (response.status === "failed") store.update({ notice: describeError(response.status_details?.error, store.state.profile) });
    if (!playback.busy) heardAll();
  });

  on("error", ({ error }) => {
    if (error.code === "response_cancel_not_active") return; // it had just ended by itself
    if (error.code === "input_audio_buffer_commit_empty" && store.state.speechEnded) return; // the server was quicker
    console.warn("server:", error);
    store.update({ notice: describeError(error, store.state.profile) });
    if (store.state.phase === "thinking" && !conversation.response) conversation.rest();
  });

  function heardAll() {
    const said = conversation.response?.captions.all();
    if (said) store.update({ said });
    conversation.rest();
  }

  playback.addEventListener("progress", ({ detail: { tag, played } }) => {
    if (tag === "example") conversation.exampleHeard(played);
    else if (tag === conversation.response?.itemId) store.update({ said: conversation.response.captions.upTo(played) });
  });
  playback.addEventListener("drained", ({ detail: { tag } }) => {
    if (tag === conversation.response?.itemId ? conversation.response.done : tag.startsWith("again")) heardAll();
  });
}
