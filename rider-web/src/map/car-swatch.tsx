import { useEffect, useRef } from 'react';
import { carPicture } from './car-picture.ts';
import { paintOf } from './paint.ts';

/** The car in its own colour, as it is on the map. */
export function CarSwatch({ colour }: { colour: string | undefined }) {
  const swatch = useRef<HTMLSpanElement>(null);
  const paint = paintOf(colour);

  useEffect(
    function drawCar() {
      const picture = carPicture();
      picture.style.setProperty('--paint', paint ?? 'var(--paint-unknown)');
      swatch.current!.replaceChildren(picture);
    },
    [paint],
  );
  return <span ref={swatch} className="swatch" aria-hidden="true" />;
}
