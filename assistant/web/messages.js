/** Everything that the page itself says, in plain German. */
const TYPE_OR_TAP = "Du kannst deine Frage auch schreiben oder antippen.";

export const NOTICES = {
  insecure: `Das Mikrofon geht nur über eine sichere Verbindung (https). ${TYPE_OR_TAP}`,
  denied: `Ich darf dein Mikrofon nicht benutzen. Erlaube es oben im Browser. ${TYPE_OR_TAP}`,
  missing: `Ich finde kein Mikrofon. ${TYPE_OR_TAP}`,
  taken: `Das Mikrofon ist gerade belegt oder aus. Schließ andere Programme. ${TYPE_OR_TAP}`,
  offline: "Ich erreiche den Server gerade nicht. Ich versuche es gleich noch einmal.",
  dropped: "Die Verbindung ist weg. Ich verbinde mich neu. Stell deine Frage danach bitte noch einmal.",
  nothingHeard: "Ich habe nichts gehört. Sprich bitte näher ans Tablet.",
  notUnderstood: `Ich habe dich nicht verstanden. Sprich bitte noch einmal. ${TYPE_OR_TAP}`,
  notUnderstoodStarter: `Das habe ich nicht verstanden. Das Start-Modell kennt nur künstliche Stimmen. ${TYPE_OR_TAP}`,
  slow: "Das dauert zu lange. Bitte versuch es noch einmal.",
  busy: "Gerade sprechen viele mit mir. Bitte warte einen Moment.",
  tooLarge: "Das war zu lang. Bitte frag kürzer.",
  example: "Die Beispielstimme geht gerade nicht. Tipp bitte eine Frage an.",
  unknown: "Da ist etwas schiefgegangen. Bitte versuch es noch einmal.",
};

const BY_CODE = {
  not_understood: "notUnderstood",
  busy: "busy",
  session_limit_reached: "busy",
  input_audio_buffer_commit_empty: "nothingHeard",
  event_too_large: "tooLarge",
  input_audio_buffer_full: "tooLarge",
};

/** An `error` object from the server -> a kind sentence. Its `message` is for developers, its `spoken` for learners. */
export function describeError(error, profile) {
  const name = BY_CODE[error?.code];
  if (name === "notUnderstood" && profile === "starter") return NOTICES.notUnderstoodStarter;
  return NOTICES[name] ?? error?.spoken ?? NOTICES.unknown;
}

/** phase -> [label, hint] of the big button. */
export const BUTTON = {
  idle: ["Drück und sprich", "Kurz drücken – oder halten, so lange du sprichst."],
  opening: ["Moment …", "Ich schalte das Mikrofon ein."],
  listening: ["Ich höre zu", "Fertig? Drück noch einmal oder mach eine Pause."],
  asking: ["Die Beispielstimme fragt", "Drück, wenn du selbst sprechen willst."],
  thinking: ["Ich überlege …", "Gleich kommt die Antwort."],
  answering: ["Ich antworte", "Drück, wenn du dazwischen sprechen willst."],
};

export const LINK = { connecting: "Verbinde …", open: "Verbunden", lost: "Nicht verbunden" };

/** The line under an answer: which lesson it comes from and who vouches for it. */
export function sourceLine({ title, approved_by: approvedBy }) {
  return `Quelle: Lektion „${title}“ – ${approvedBy ? `freigegeben von ${approvedBy}` : "noch nicht fachlich freigegeben"}`;
}
