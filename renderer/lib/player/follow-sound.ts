/** Keeps a silent film at the sound: the sound's clock leads, the picture is sped up, held back or moved. */

/** Difference that is corrected by a jump, s. */
const JUMP_SEC = 0.3;
/** Difference that is left alone: half a frame at 25 a second, s. */
const FINE_SEC = 0.02;
/** How much faster or slower the picture may go to catch up. */
const MOST_CHANGE = 0.1;

/** What the picture has to follow. */
export type SoundState = { isPlaying: boolean; positionSec: number; rate: number };

/** Brings the picture to the sound; called for every frame of the page. */
export function followSound(video: HTMLVideoElement, { isPlaying, positionSec, rate }: SoundState): void {
  if (video.readyState < HTMLMediaElement.HAVE_METADATA) return;
  const target = Math.max(0, Math.min(positionSec, video.duration || positionSec));
  const ahead = video.currentTime - target;
  if (!isPlaying) {
    if (!video.paused) video.pause();
    if (Math.abs(ahead) > FINE_SEC && !video.seeking) video.currentTime = target;
    return;
  }
  if (video.paused && target < (video.duration || Number.POSITIVE_INFINITY) - 0.05)
    void video.play().catch(() => {});
  if (Math.abs(ahead) > JUMP_SEC && !video.seeking) {
    video.currentTime = target;
    video.playbackRate = rate;
  } else if (Math.abs(ahead) > FINE_SEC) {
    video.playbackRate = rate * (1 - Math.max(-MOST_CHANGE, Math.min(MOST_CHANGE, ahead * 2)));
  } else if (video.playbackRate !== rate) {
    video.playbackRate = rate;
  }
}
