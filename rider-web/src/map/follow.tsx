import type { Coordinates } from '@tripcast/client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type Pose, routeBetween } from '../glide/index.ts';
import { Icon } from '../ui/icon.tsx';
import { useWords } from '../words/index.ts';
import { Car } from './car.tsx';
import { FollowCamera } from './follow-camera.ts';
import { useTripMap } from './trip-map.tsx';

export interface FollowedCarProps {
  poseAt: (nowMs: number) => Pose | undefined;
  /** How exact the newest measurement is, m. */
  accuracyOf: () => number | undefined;
  colour?: string | undefined;
  /** The stop that the car drives to: shown with it at first, and whenever it changes. */
  next: Coordinates;
  /** Where the ride began or begins: shown with `next` while there is no car. */
  other: Coordinates;
}

/** The rider's own car, with the camera that follows it. */
export function FollowedCar({ poseAt, accuracyOf, colour, next, other }: FollowedCarProps) {
  const words = useWords();
  const { map } = useTripMap();
  const camera = useRef<FollowCamera>(undefined);
  const [isFollowing, setFollowing] = useState(true);
  const isFramed = useRef(false);
  const { latitude, longitude } = next;
  const { latitude: otherLatitude, longitude: otherLongitude } = other;

  useEffect(
    function followCar() {
      const following = new FollowCamera(map, setFollowing);
      camera.current = following;
      setFollowing(true);
      return function letCarGo() {
        following.close();
      };
    },
    [map],
  );

  const wayAhead = useCallback(
    (pose: Pose | undefined): Coordinates[] => {
      const onRoute = pose?.onRoute;
      const stop = { latitude, longitude };
      return onRoute
        ? [...routeBetween(onRoute.route, onRoute.metres, onRoute.route.lengthMetres), stop]
        : [stop];
    },
    [latitude, longitude],
  );

  useEffect(
    function frameWay() {
      const pose = poseAt(Date.now());
      isFramed.current = pose !== undefined;
      if (!camera.current?.isFollowing) return;
      if (pose) camera.current.frame(pose, wayAhead(pose), false);
      else
        camera.current.overview([...wayAhead(pose), { latitude: otherLatitude, longitude: otherLongitude }]);
    },
    [poseAt, wayAhead, otherLatitude, otherLongitude],
  );

  const onPose = useCallback(
    (pose: Pose, nowMs: number) => {
      if (!isFramed.current) {
        isFramed.current = true;
        camera.current?.frame(pose, wayAhead(pose), false);
      }
      camera.current?.see(pose, () => wayAhead(pose), nowMs);
    },
    [wayAhead],
  );

  const recentre = () => {
    const pose = poseAt(Date.now());
    if (pose) camera.current?.recentre(pose, wayAhead(pose));
  };

  return (
    <>
      <Car poseAt={poseAt} accuracyOf={accuracyOf} colour={colour} onPose={onPose} />
      {!isFollowing && (
        <button type="button" className="recentre" onClick={recentre}>
          <Icon name="recentre" />
          {words.recentre}
        </button>
      )}
    </>
  );
}
