import { useEffect, useRef } from 'react';
import type { Pose } from '../glide/index.ts';
import { CarLayer } from './car-layer.ts';
import { paintOf } from './paint.ts';
import { useTripMap } from './trip-map.tsx';

export interface CarProps {
  /** What glides: asked for its pose in every frame, by this device's clock. */
  poseAt: (nowMs: number) => Pose | undefined;
  /** The vehicle's colour in words. */
  colour?: string | undefined;
  /** How exact the newest measurement is, m; asked in every frame. */
  accuracyOf?: (() => number | undefined) | undefined;
  /** Each frame's pose, after it is shown. Must keep its identity. */
  onPose?: (pose: Pose, nowMs: number) => void;
  onSelect?: () => void;
  isSmall?: boolean;
  isHighlighted?: boolean;
  testId?: string;
}

export function Car({
  poseAt,
  colour,
  accuracyOf,
  onPose,
  onSelect,
  isSmall = false,
  isHighlighted = false,
  testId = 'car',
}: CarProps) {
  const { map, frames } = useTripMap();
  const shown = useRef<CarLayer>(undefined);
  const paint = paintOf(colour);

  useEffect(
    function showCar() {
      const car = new CarLayer({ testId, paint, small: isSmall, ...(onSelect && { onSelect }) });
      car.addTo(map);
      shown.current = car;
      const stop = frames.onFrame((nowMs) => {
        const pose = poseAt(nowMs);
        if (!pose) return;
        car.show(pose);
        if (accuracyOf) car.showAccuracy(accuracyOf());
        onPose?.(pose, nowMs);
      });
      return function removeCar() {
        stop();
        car.remove();
      };
    },
    [map, frames, poseAt, accuracyOf, paint, onPose, onSelect, isSmall, testId],
  );

  useEffect(
    function highlightCar() {
      shown.current?.setHighlighted(isHighlighted);
    },
    [isHighlighted],
  );
  return null;
}
