// The glide: how a car that is measured once a second is shown to drive. Pure: no clock, no frame, no map.
//
//   let buffer = EMPTY_BUFFER;
//   buffer = receiveFixes(buffer, fixes, serverNowMs);     // when a message comes
//   const pose = poseAt(buffer, serverNowMs);              // whenever a frame is drawn

export {
  EMPTY_BUFFER,
  type GlideBuffer,
  isAstray,
  receiveFixes,
  receiveNewest,
  withRoute,
  withStreets,
  withVehiclePace,
} from './buffer.ts';
export { bearingBetween, metresBetween } from './geodesy.ts';
export { headingBetween, turnBetween } from './heading.ts';
export { playbackDelayMs } from './playback-delay.ts';
export { type Pose, poseAt } from './pose.ts';
export {
  headingOnRoute,
  nearestOnRoute,
  placeOnRoute,
  type RouteArc,
  routeArc,
  routeBetween,
} from './route-arc.ts';
export type { StreetLine, Streets } from './streets.ts';
