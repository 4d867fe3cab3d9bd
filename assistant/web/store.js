/** What the page shows. It lives in memory only and is gone with the page: no words are ever stored. */
export class Store extends EventTarget {
  state = {
    link: "connecting", // connecting | open | lost
    phase: "idle", // idle | opening | listening | asking | thinking | answering
    speechHeard: false, // the server hears somebody speak
    speechEnded: false, // … and has found the end of what they said
    asker: "you", // you | example
    heard: "",
    said: "",
    source: null, // {lesson, title, approved_by}
    notice: "",
    profile: "",
    lessons: [],
    canRepeat: false,
    audible: true, // false: this browser cannot play sound, so the answer is only written
  };

  update(patch) {
    Object.assign(this.state, patch);
    this.dispatchEvent(new Event("change"));
  }
}
