import { BUTTON, LINK, sourceLine } from "./messages.js";

const $ = (id) => document.getElementById(id);

/** Text goes in through textContent alone; an unchanged text is left alone, so that it is not read out twice. */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function show(element, visible) {
  element.hidden = !visible;
}

function renderLessons(lessons, onAsk) {
  $("lessons").replaceChildren(
    ...lessons.map(({ question }) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "lesson";
      button.textContent = question;
      button.addEventListener("click", () => onAsk(question));
      const item = document.createElement("li");
      item.append(button);
      return item;
    }),
  );
  show($("lessons-box"), lessons.length > 0);
}

/** Draws `store.state` and turns touches into calls of `actions`: down, up, stop, again, example, ask(text). */
export function bindView(store, actions) {
  let shownLessons = null;
  let shownPhase = "idle";
  let shownLength = 0;

  function render() {
    const state = store.state;
    const [label, hint] = BUTTON[state.phase];
    document.body.dataset.phase = state.phase;
    document.body.dataset.link = state.link;
    write($("link"), LINK[state.link]);
    write($("talk-label"), label);
    write($("talk-hint"), state.phase === "listening" && state.speechHeard ? "Ich höre dich. Mach eine Pause, wenn du fertig bist." : hint);
    write($("phase"), state.phase === "idle" ? "" : label);
    write($("notice"), state.notice);
    show($("notice"), state.notice !== "");
    show($("starter"), state.profile === "starter");
    write($("heard-title"), state.asker === "example" ? "Die Beispielstimme fragt" : "Du fragst");
    write($("heard"), state.heard || "…");
    show($("heard-box"), state.heard !== "" || ["listening", "asking", "thinking"].includes(state.phase));
    write($("said"), state.said);
    // What is heard anyway is not read out by a screen reader on top.
    $("said").setAttribute("aria-live", state.audible ? "off" : "polite");
    show($("said-box"), state.said !== "");
    write($("source"), state.source ? sourceLine(state.source) : "");
    show($("source"), state.source !== null);
    if (state.said.length > shownLength) $("said-box").scrollIntoView({ block: "nearest" });
    shownLength = state.said.length;
    const active = state.phase !== "idle";
    const focused = document.activeElement;
    show($("stop"), active);
    show($("example"), !active);
    show($("again"), !active && state.canRepeat);
    // The focus must not fall off the page with a button that disappears.
    if (focused?.hidden) (active ? $("stop") : $("talk")).focus();
    if (state.lessons !== shownLessons) renderLessons((shownLessons = state.lessons), actions.ask);
    if (active && shownPhase === "idle") $("notice").parentElement.scrollTop = 0;
    shownPhase = state.phase;
  }

  bindTalk($("talk"), actions);
  $("stop").addEventListener("click", () => actions.stop());
  $("again").addEventListener("click", () => actions.again());
  $("example").addEventListener("click", () => actions.example());
  $("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = $("text").value.trim();
    if (text && actions.ask(text)) $("text").value = "";
  });
  store.addEventListener("change", render);
  render();
}

/** The big button: held by finger, glove or mouse, or tapped; by keyboard and screen reader it is tapped. */
function bindTalk(button, actions) {
  let byPointer = false;
  button.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    byPointer = true;
    button.setPointerCapture(event.pointerId); // a glove may slide off the button
    actions.down();
  });
  for (const name of ["pointerup", "pointercancel"]) {
    button.addEventListener(name, (event) => event.isPrimary && actions.up());
  }
  button.addEventListener("contextmenu", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    if (!byPointer) {
      actions.down();
      actions.up();
    }
    byPointer = false;
  });
}

/** How loud the microphone is, 0 to 1: outside the store, since it changes 25 times a second. */
export function showLevel(level) {
  $("talk").style.setProperty("--level", level.toFixed(2));
}
