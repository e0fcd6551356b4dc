/** Whether things may swing and slide rather than step: asked each time, since a reader may change it. */
export function mayMove(): boolean {
  return !window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}
