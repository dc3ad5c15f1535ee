/**
 * Plays every track of a shot at once on one audio clock and lets some of them be heard: switching is a change of gains,
 * so there is no gap and no jump. Chunks of all tracks are scheduled ahead, to the sample.
 */
import {
  CHUNK_SEC,
  firstLap,
  type Lap,
  type LoopRange,
  lapEndClock,
  nextLap,
  type Piece,
  piecesOf,
  positionAt,
} from './timeline.ts';

/** A track as the player needs it. `offsetMs`: how much later it sounds; `gainDb`: what brings it to the others' level. */
export type PlayerTrack = { id: string; offsetMs: number; gainDb: number };

/** Fetches a chunk of a track as a file that the browser decodes. */
export type LoadChunk = (
  trackId: string,
  startSec: number,
  endSec: number,
  signal: AbortSignal,
) => Promise<ArrayBuffer>;

const RATE_HZ = 48_000;
/** Sound is scheduled this far ahead, s. */
const AHEAD_SEC = 4;
const TICK_MS = 100;
/** From the call to the first sample: scheduling takes a moment, s. */
const START_DELAY_SEC = 0.04;
/** Time constant of the change from one track to another, s: shorter clicks, longer is heard as a fade (our choice). */
const SWITCH_SEC = 0.0015;

/** How long before its own time a change of what is scheduled is asked for: sound devices take blocks ahead, s. */
const HAND_OVER_SEC = 0.05;

/** Decoded chunks held, 4 MB each. */
const CHUNKS_A_TRACK = 3;
const SPARE_CHUNKS = 16;

type Scheduled = { source: AudioBufferSourceNode; endClockSec: number };
type Channel = {
  track: PlayerTrack;
  gain: GainNode;
  /** Lap and chunk of pieces that are scheduled, by name. */
  pieces: Set<string>;
  scheduled: Scheduled[];
  /** Nothing of it is heard before this, on the audio clock: until then what was scheduled earlier is. */
  fromClockSec: number;
};

/** One player a page; `close` when it goes. */
export class SoundPlayer {
  readonly #load: LoadChunk;
  readonly #onChange: () => void;
  #context: AudioContext | null = null;
  #channels = new Map<string, Channel>();
  #chunks = new Map<string, Promise<AudioBuffer | null>>();
  #loading = new AbortController();
  #durationSec = 0;
  #laps: Lap[] = [];
  #pausedSec = 0;
  #rate = 1;
  #loop: LoopRange | null = null;
  #heardIds: readonly string[] = [];
  #isMatched = true;
  #timer: ReturnType<typeof setInterval> | null = null;
  /** Goes up with every start and stop: what was begun for an earlier one is dropped. */
  #turn = 0;

  /** @param onChange called when playing begins, ends by itself or waits */
  constructor(load: LoadChunk, onChange: () => void) {
    this.#load = load;
    this.#onChange = onChange;
  }

  get isPlaying(): boolean {
    return this.#laps.length > 0;
  }

  /** Where the sound is, s of the original's time. */
  get positionSec(): number {
    if (this.#context === null || this.#laps.length === 0) return this.#pausedSec;
    return positionAt(this.#laps, this.#context.currentTime, this.#rate);
  }

  /** What leaves the loudspeaker now was due so much earlier, s. */
  get latencySec(): number {
    return this.#context?.outputLatency ?? 0;
  }

  /** Takes up another shot: stops, and forgets the sound of the last. */
  open(tracks: readonly PlayerTrack[], durationSec: number): void {
    this.pause();
    this.#loading.abort();
    this.#loading = new AbortController();
    this.#chunks.clear();
    // Before the first sound there is no device, and nothing to let go.
    if (this.#context !== null) for (const { gain } of this.#channels.values()) gain.disconnect();
    this.#channels = new Map(tracks.map((track) => [track.id, this.#channelOf(track)]));
    this.#durationSec = durationSec;
    this.#pausedSec = 0;
    this.#loop = null;
    if (!this.#heardIds.some((id) => this.#channels.has(id)))
      this.#heardIds = tracks.slice(0, 1).map(({ id }) => id);
    this.#applyGains();
  }

  /** Begins at a place, or where it was paused. Resolves when the sound is under way; false where it could not begin. */
  async play(fromSec = this.#pausedSec): Promise<boolean> {
    const context = this.#requireContext();
    this.#stopSources();
    const turn = this.#turn;
    const at = fromSec >= this.#durationSec - 0.01 ? (this.#loop?.startSec ?? 0) : Math.max(0, fromSec);
    this.#pausedSec = at;
    const resumed = context.resume();
    const wanted = [...this.#channels.values()].map((channel) => this.#chunkAt(channel, at));
    await Promise.all([resumed, ...wanted]);
    if (turn !== this.#turn) return false;
    // On the grid of samples, so that pieces join without being interpolated.
    const clockSec = Math.ceil((context.currentTime + START_DELAY_SEC) * RATE_HZ) / RATE_HZ;
    this.#laps = [firstLap(clockSec, onGrid(at), this.#durationSec, this.#loop)];
    this.#timer = setInterval(() => this.#schedule(), TICK_MS);
    this.#schedule();
    this.#onChange();
    return true;
  }

  /** Stops and stays where it is. */
  pause(): void {
    const at = this.positionSec;
    this.#stopSources();
    this.#pausedSec = at;
    this.#onChange();
  }

  /** Goes to a place and plays on if it was playing. */
  seek(toSec: number): void {
    const wasPlaying = this.isPlaying;
    this.#stopSources();
    this.#pausedSec = Math.max(0, Math.min(this.#durationSec, toSec));
    if (wasPlaying) void this.play(this.#pausedSec);
    else this.#onChange();
  }

  /** Makes these tracks the audible ones, at the same instant; none is silence. */
  hear(trackIds: readonly string[]): void {
    this.#heardIds = trackIds;
    this.#applyGains();
  }

  /** Whether all tracks sound equally loud. */
  setMatched(isMatched: boolean): void {
    this.#isMatched = isMatched;
    this.#applyGains();
  }

  /** Hears a track from another place; the others do not move. */
  setOffset(trackId: string, offsetMs: number): void {
    const channel = this.#channels.get(trackId);
    if (channel === undefined || channel.track.offsetMs === offsetMs) return;
    channel.track = { ...channel.track, offsetMs };
    this.#handOver(channel);
    if (this.isPlaying) this.#schedule();
  }

  /** Hears a range again and again; null ends that. Inside of it the sound goes on without a gap. */
  setLoop(loop: LoopRange | null): void {
    // On the grid of samples, so that every turn is.
    this.#loop = loop && { startSec: onGrid(loop.startSec), endSec: onGrid(loop.endSec) };
    const context = this.#context;
    if (context === null || !this.isPlaying) return;
    const at = this.positionSec;
    const { startSec, endSec } = this.#loop ?? { startSec: 0, endSec: Number.POSITIVE_INFINITY };
    if (at < startSec || at >= endSec - 2 * HAND_OVER_SEC * this.#rate) {
      this.seek(startSec);
      return;
    }
    const begun = this.#laps.filter(({ clockSec }) => clockSec <= context.currentTime);
    const lap = begun[begun.length - 1] ?? this.#laps[0]!;
    this.#laps = [{ ...lap, endSec: Math.min(endSec, this.#durationSec) }];
    for (const channel of this.#channels.values()) this.#handOver(channel);
    this.#schedule();
  }

  /** Speed of playing; the pitch goes along. */
  setRate(rate: number): void {
    if (rate === this.#rate) return;
    const [at, wasPlaying] = [this.positionSec, this.isPlaying];
    this.#stopSources();
    this.#rate = rate;
    this.#pausedSec = at;
    if (wasPlaying) void this.play(at);
  }

  /** Gives the sound device back. */
  async close(): Promise<void> {
    this.#stopSources();
    this.#loading.abort();
    await this.#context?.close();
    this.#context = null;
  }

  #requireContext(): AudioContext {
    if (this.#context !== null) return this.#context;
    this.#context = new AudioContext({ sampleRate: RATE_HZ, latencyHint: 'interactive' });
    for (const [id, { track }] of this.#channels) this.#channels.set(id, this.#channelOf(track));
    this.#applyGains();
    return this.#context;
  }

  #channelOf(track: PlayerTrack): Channel {
    return { track, gain: this.#gainNode() as GainNode, pieces: new Set(), scheduled: [], fromClockSec: 0 };
  }

  /** A silent gain, connected; null before there is a sound device. */
  #gainNode(): GainNode | null {
    const gain = this.#context?.createGain() ?? null;
    if (gain === null) return null;
    gain.gain.value = 0;
    gain.connect(this.#context!.destination);
    return gain;
  }

  /** Lets what is scheduled of a track go on for a moment, then what is scheduled from now on takes over from it. */
  #handOver(channel: Channel): void {
    const context = this.#context;
    const { gain: old, scheduled } = channel;
    if (context === null || !this.isPlaying) {
      stopChannel(channel);
      return;
    }
    const atSec = context.currentTime + HAND_OVER_SEC;
    old.gain.setTargetAtTime(0, atSec, SWITCH_SEC);
    for (const { source } of scheduled) source.stop(atSec + 10 * SWITCH_SEC);
    channel.gain = this.#gainNode()!;
    channel.gain.gain.setTargetAtTime(this.#gainOf(channel), atSec, SWITCH_SEC);
    channel.pieces = new Set();
    channel.scheduled = [];
    channel.fromClockSec = atSec - SWITCH_SEC;
  }

  #applyGains(): void {
    const context = this.#context;
    if (context === null) return;
    for (const channel of this.#channels.values()) {
      const { gain } = channel.gain;
      // A track that is just being handed over becomes audible at its own moment, not before.
      const atSec = Math.max(context.currentTime, channel.fromClockSec);
      gain.cancelScheduledValues(context.currentTime);
      gain.setTargetAtTime(this.#gainOf(channel), atSec, SWITCH_SEC);
    }
  }

  /** Brought down to the quietest wish, and shared by those that are heard: nothing is driven over full scale. */
  #gainOf({ track }: Channel): number {
    const channels = [...this.#channels.values()];
    const count = channels.filter((channel) => this.#heardIds.includes(channel.track.id)).length;
    if (!this.#heardIds.includes(track.id)) return 0;
    const loudest = Math.max(0, ...channels.map((channel) => channel.track.gainDb));
    return (this.#isMatched ? 10 ** ((track.gainDb - loudest) / 20) : 1) / count;
  }

  #schedule(): void {
    const context = this.#context;
    if (context === null || this.#laps.length === 0) return;
    const untilClockSec = context.currentTime + AHEAD_SEC;
    let last = this.#laps[this.#laps.length - 1]!;
    while (lapEndClock(last, this.#rate) < untilClockSec) {
      const next = nextLap(last, this.#rate, this.#durationSec, this.#loop);
      if (next === null) break;
      this.#laps.push(next);
      last = next;
    }
    while (this.#laps.length > 1 && this.#laps[1]!.clockSec < context.currentTime - 1) this.#laps.shift();
    for (const channel of this.#channels.values()) {
      for (const lap of this.#laps) {
        for (const piece of piecesOf(lap, offsetOf(channel), this.#rate, untilClockSec)) {
          this.#schedulePiece(channel, lap, piece);
        }
      }
      void this.#chunkAt(channel, this.positionSec + CHUNK_SEC);
      channel.scheduled = channel.scheduled.filter(
        ({ endClockSec }) => endClockSec > context.currentTime - 1,
      );
    }
    if (context.currentTime >= lapEndClock(last, this.#rate)) this.#end();
  }

  #end(): void {
    this.#stopSources();
    this.#pausedSec = this.#durationSec;
    this.#onChange();
  }

  #schedulePiece(channel: Channel, lap: Lap, piece: Piece): void {
    const name = `${lap.clockSec}/${piece.chunkIndex}`;
    if (channel.pieces.has(name)) return;
    channel.pieces.add(name);
    const { pieces } = channel;
    const turn = this.#turn;
    void this.#chunk(channel.track.id, piece.chunkIndex).then((buffer) => {
      const context = this.#context;
      // Another start, or another offset, since.
      if (buffer === null || context === null || turn !== this.#turn || channel.pieces !== pieces) return;
      // A chunk that came late joins where the others are by now.
      const earliest = onGrid(Math.max(context.currentTime + START_DELAY_SEC / 2, channel.fromClockSec));
      const lateSec = Math.max(0, earliest - piece.clockSec);
      const skipSec = lateSec * this.#rate;
      if (skipSec >= piece.lengthSec) return;
      const source = new AudioBufferSourceNode(context, { buffer, playbackRate: this.#rate });
      source.connect(channel.gain);
      source.start(piece.clockSec + lateSec, piece.chunkOffsetSec + skipSec, piece.lengthSec - skipSec);
      channel.scheduled.push({ source, endClockSec: piece.clockSec + piece.lengthSec / this.#rate });
    });
  }

  #chunkAt(channel: Channel, positionSec: number): Promise<AudioBuffer | null> {
    const at = positionSec + offsetOf(channel);
    if (at >= this.#durationSec + Math.abs(offsetOf(channel))) return Promise.resolve(null);
    return this.#chunk(channel.track.id, Math.max(0, Math.floor(at / CHUNK_SEC)));
  }

  /** A decoded chunk; null where it could not be had, which is silence and is asked for again next time. */
  #chunk(trackId: string, index: number): Promise<AudioBuffer | null> {
    const name = `${trackId}/${index}`;
    const known = this.#chunks.get(name);
    if (known !== undefined) return known;
    const context = this.#requireContext();
    const { signal } = this.#loading;
    const loading = this.#load(trackId, index * CHUNK_SEC, (index + 1) * CHUNK_SEC, signal)
      .then((bytes) => context.decodeAudioData(bytes))
      .catch(() => {
        this.#chunks.delete(name);
        return null;
      });
    this.#chunks.set(name, loading);
    this.#forgetOldest();
    return loading;
  }

  /** A film's sound would fill the memory: the chunks that were asked for longest ago go. */
  #forgetOldest(): void {
    const most = SPARE_CHUNKS + CHUNKS_A_TRACK * this.#channels.size;
    for (const name of this.#chunks.keys()) {
      if (this.#chunks.size <= most) return;
      this.#chunks.delete(name);
    }
  }

  #stopSources(): void {
    this.#turn += 1;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#laps = [];
    for (const channel of this.#channels.values()) stopChannel(channel);
  }
}

/** s, on the grid of samples. */
function offsetOf({ track }: Channel): number {
  return onGrid(track.offsetMs / 1000);
}

function onGrid(sec: number): number {
  return Math.round(sec * RATE_HZ) / RATE_HZ;
}

function stopChannel(channel: Channel): void {
  channel.pieces = new Set();
  for (const { source } of channel.scheduled) source.stop();
  channel.scheduled = [];
  channel.fromClockSec = 0;
}
