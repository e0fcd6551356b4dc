import type { Pose } from '../glide/index.ts';
import { carPicture } from './car-picture.ts';
import { PlacedLayer } from './placed-layer.ts';

export interface CarLayerOptions {
  /** For `data-testid`. */
  testId: string;
  /** A paint for the body, any CSS colour; the house's own otherwise. */
  paint?: string | undefined;
  onSelect?: () => void;
  /** Smaller, for maps with many cars. */
  small?: boolean;
}

/** A car on the map. `show` may be called at any rate. */
export class CarLayer extends PlacedLayer {
  readonly #turning = document.createElement('div');
  #shown: Pose | undefined;

  constructor({ testId, paint, onSelect, small }: CarLayerOptions) {
    super(document.createElement('div'));
    const { element } = this;
    element.className += ` car${small ? ' car-small' : ''}${onSelect ? ' leaflet-interactive' : ''}`;
    element.dataset.testid = testId;
    element.hidden = true;
    if (paint) element.style.setProperty('--paint', paint);
    const halo = document.createElement('div');
    halo.className = 'car-halo';
    this.#turning.className = 'car-turning';
    this.#turning.append(carPicture());
    element.append(halo, this.#turning);
    if (onSelect) element.addEventListener('click', onSelect);
  }

  show(pose: Pose): void {
    const previous = this.#shown;
    if (previous && isSamePose(previous, pose)) return;
    this.#shown = pose;
    this.moveTo(pose);
    this.#turning.style.transform = `rotate(${pose.heading.toFixed(2)}deg)`;
    const { style, dataset } = this.element;
    style.opacity = pose.opacity === 1 ? '' : pose.opacity.toFixed(3);
    this.element.hidden = false;
    dataset.kind = pose.kind;
    dataset.latitude = pose.latitude.toFixed(7);
    dataset.longitude = pose.longitude.toFixed(7);
    dataset.heading = pose.heading.toFixed(1);
    dataset.shownTime = pose.shownTime.toFixed(0);
  }

  setHighlighted(isHighlighted: boolean): void {
    this.element.classList.toggle('car-highlighted', isHighlighted);
  }
}

function isSamePose(a: Pose, b: Pose): boolean {
  return (
    a.latitude === b.latitude &&
    a.longitude === b.longitude &&
    a.heading === b.heading &&
    a.kind === b.kind &&
    a.opacity === b.opacity
  );
}
