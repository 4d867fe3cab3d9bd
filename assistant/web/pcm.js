/** PCM16 at 24 kHz: the wire's base64 and the example's WAV. */
export const RATE = 24000;

export function toBase64(pcm) {
  const bytes = new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

export function fromBase64(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Int16Array(bytes.buffer, 0, bytes.length >> 1);
}

/** The samples of a mono PCM16 WAV at `RATE`; throws for anything else. */
export function samplesOfWav(buffer) {
  const view = new DataView(buffer);
  const name = (at) => String.fromCharCode(...new Uint8Array(buffer, at, 4));
  if (buffer.byteLength < 44 || name(0) !== "RIFF" || name(8) !== "WAVE") throw new Error("not a WAV file");
  let format = "";
  for (let at = 12; at + 8 <= buffer.byteLength; ) {
    const size = view.getUint32(at + 4, true);
    if (name(at) === "fmt ") {
      format = [view.getUint16(at + 8, true), view.getUint16(at + 10, true), view.getUint32(at + 12, true), view.getUint16(at + 22, true)].join();
    } else if (name(at) === "data") {
      if (format !== `1,1,${RATE},16`) throw new Error(`unexpected WAV format ${format}`);
      const end = Math.min(at + 8 + size, buffer.byteLength);
      return new Int16Array(buffer.slice(at + 8, end - ((end - at) % 2)));
    }
    at += 8 + size + (size % 2);
  }
  throw new Error("a WAV file without samples");
}
