import { useEffect, useMemo, useRef, useState } from 'react';
import type { Replay } from '../../fleet/replay.ts';
import { useFleetWords } from '../../fleet/words/index.ts';
import { metresBetween } from '../../glide/index.ts';
import { Car } from '../../map/car.tsx';
import { MeasuredTrack } from '../../map/measured-track.tsx';
import { useTripMap } from '../../map/trip-map.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useWords } from '../../words/index.ts';

const SPEEDS = [1, 4, 16] as const;
/** The slider and the words are written this often while it plays, ms. */
const TELL_EVERY_MS = 200;

/** A ride once more: what was measured, and what its rider was shown, by a slider over time. */
export function ReplayBar({ replay, onClose }: { replay: Replay; onClose: () => void }) {
  const words = useFleetWords().replay;
  const { exactTime, exactDistance } = useWords();
  const { frames } = useTripMap();
  const [atMs, setAtMs] = useState(replay.startMs);
  const [isPlaying, setPlaying] = useState(true);
  const [speed, setSpeed] = useState<(typeof SPEEDS)[number]>(4);
  /** The moment that is shown, which every frame moves on. */
  const moment = useRef(replay.startMs);

  useEffect(
    function play() {
      if (!isPlaying) return;
      let lastMs: number | undefined;
      let toldMs = 0;
      return frames.onFrame((nowMs) => {
        moment.current = Math.min(replay.endMs, moment.current + (nowMs - (lastMs ?? nowMs)) * speed);
        lastMs = nowMs;
        if (nowMs - toldMs < TELL_EVERY_MS && moment.current < replay.endMs) return;
        toldMs = nowMs;
        setAtMs(moment.current);
        if (moment.current === replay.endMs) setPlaying(false);
      });
    },
    [frames, replay, isPlaying, speed],
  );

  const poseAt = useMemo(() => () => replay.displayedAt(moment.current), [replay]);
  const measuredAt = useMemo(() => () => replay.measuredAt(moment.current), [replay]);
  const displayedLine = useMemo(() => replay.displayedLine(), [replay]);
  const measured = replay.measuredAt(atMs);
  const displayed = replay.displayedAt(atMs);

  function seek(ms: number): void {
    moment.current = ms;
    setAtMs(ms);
  }

  return (
    <>
      <MeasuredTrack fixes={replay.fixes} displayed={displayedLine} measuredAt={measuredAt} />
      <Car poseAt={poseAt} testId="replayed-car" />
      <section className="replay-bar" aria-label={words.label}>
        <button
          type="button"
          className="icon-button"
          aria-label={isPlaying ? words.pause : words.play}
          onClick={() => {
            if (!isPlaying && atMs >= replay.endMs) seek(replay.startMs);
            setPlaying(!isPlaying);
          }}
        >
          {isPlaying ? '❚❚' : '▶'}
        </button>
        <input
          type="range"
          aria-label={words.label}
          aria-valuetext={exactTime(atMs)}
          min={replay.startMs}
          max={replay.endMs}
          step={100}
          value={atMs}
          onInput={(event) => seek(Number(event.currentTarget.value))}
        />
        <output className="replay-time">{exactTime(atMs)}</output>
        <button
          type="button"
          className="button-small replay-speed"
          aria-label={`${words.speed}: ${speed}×`}
          onClick={() => setSpeed(SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length]!)}
        >
          {speed}×
        </button>
        <button type="button" className="icon-button" aria-label={words.close} onClick={onClose}>
          <Icon name="close" />
        </button>
        <p className="replay-legend">
          <span className="legend-measured">{words.measured}</span>
          <span className="legend-displayed">{words.displayed}</span>
          {measured && displayed && (
            <span>{words.away(exactDistance(metresBetween(measured, displayed)))}</span>
          )}
        </p>
      </section>
    </>
  );
}
