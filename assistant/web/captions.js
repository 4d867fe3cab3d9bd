/** Shows the words of an answer when they are heard, though they arrive ahead of their sound. */
export class Captions {
  #pieces = []; // [{text, at}]: `at` is the sample of the answer at which the text begins to sound

  add(text, at) {
    this.#pieces.push({ text, at });
  }

  /** The text whose sound has begun once `played` samples were heard. */
  upTo(played) {
    return this.#pieces.filter((piece) => piece.at < played).map((piece) => piece.text).join("").trim();
  }

  all() {
    return this.upTo(Infinity);
  }
}
