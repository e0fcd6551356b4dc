// The car from above, its front to the north, in the vehicle's own colour.

const SVG = 'http://www.w3.org/2000/svg';

const BODY =
  'M13 2.2c4.6 0 7.6 1.5 8.5 4.6.7 2.5 1 6.6 1 12.2v17.4c0 4.2-.4 7.2-1.2 9-1 2.1-4 3.1-8.3 3.1s-7.3-1-8.3-3.1c-.8-1.8-1.2-4.8-1.2-9V19c0-5.6.3-9.7 1-12.2C5.4 3.7 8.4 2.2 13 2.2z';
const WINDSCREEN =
  'M6.2 17.8c.5-2.6 1.3-4.3 2.4-4.8 2.6-.9 6.2-.9 8.8 0 1.1.5 1.9 2.2 2.4 4.8-4.5-1.3-9.1-1.3-13.6 0z';
const REAR_WINDOW =
  'M6.7 38.5c.4 2 1 3.4 1.9 3.9 2.7.8 6.1.8 8.8 0 .9-.5 1.5-1.9 1.9-3.9-4.2 1-8.4 1-12.6 0z';
const LEFT_WINDOWS =
  'M5.2 20.3c.5 2.3.8 4.7.8 8s-.2 5.6-.6 8.3c-.5-1.5-.7-3.5-.7-5.9v-5.5c0-1.9.2-3.5.5-4.9z';
const RIGHT_WINDOWS =
  'M20.8 20.3c-.5 2.3-.8 4.7-.8 8s.2 5.6.6 8.3c.5-1.5.7-3.5.7-5.9v-5.5c0-1.9-.2-3.5-.5-4.9z';
const LIGHTS =
  'M5.6 5.8c.7-1.2 1.8-1.9 3.3-2.2l-.4 1.5c-1 .4-1.9 1-2.6 1.9zM20.4 5.8c-.7-1.2-1.8-1.9-3.3-2.2l.4 1.5c1 .4 1.9 1 2.6 1.9z';
const BRAKE_LIGHTS =
  'M4.9 45.2c.6 1.3 1.7 2.1 3.4 2.5l-.2-1.3c-1.1-.3-2-.9-2.6-1.8zM21.1 45.2c-.6 1.3-1.7 2.1-3.4 2.5l.2-1.3c1.1-.3 2-.9 2.6-1.8z';
const MIRRORS =
  'M3.7 16.5c-1.7-.2-2.9.2-3.2 1.2 1.1.7 2.2.8 3.2.4zM22.3 16.5c1.7-.2 2.9.2 3.2 1.2-1.1.7-2.2.8-3.2.4z';

/** The picture, 26 by 50 units. Colours are set by the style sheet. */
export function carPicture(): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 26 51');
  svg.setAttribute('aria-hidden', 'true');
  svg.classList.add('car-picture');
  const parts: readonly [string, string][] = [
    ['mirrors', MIRRORS],
    ['body', BODY],
    ['glass', WINDSCREEN],
    ['glass', REAR_WINDOW],
    ['glass', LEFT_WINDOWS],
    ['glass', RIGHT_WINDOWS],
    ['lights', LIGHTS],
    ['brake-lights', BRAKE_LIGHTS],
  ];
  for (const [name, outline] of parts) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('class', name);
    path.setAttribute('d', outline);
    svg.append(path);
  }
  return svg;
}
