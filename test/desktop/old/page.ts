/**
 * Electron 9's players took answers of an own scheme for broken files (it had no `stream` privilege): the old build
 * fetches them from the same address and plays the bytes. Ranges are asked for by the smoke test itself.
 */
type Player = { src: string };
declare const HTMLMediaElement: { prototype: Player };

const own = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'src');

Object.defineProperty(HTMLMediaElement.prototype, 'src', {
  ...own,
  set(this: Player, address: string) {
    void fetch(address)
      .then((answer) => answer.blob())
      .then((bytes) => own?.set?.call(this, URL.createObjectURL(bytes)));
  },
});
