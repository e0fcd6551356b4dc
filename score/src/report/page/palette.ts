/** The canvas's colours, by day, by night and on paper: those of the style sheet. */
export interface Palette {
  land: string;
  areas: { other: string; park: string; beach: string; water: string };
  building: string;
  street: string;
  avenue: string;
  casing: string;
  path: string;
  name: string;
  halo: string;
  route: string;
  truth: string;
  measured: string;
  shown: string;
  paper: string;
}

export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    land: colour('map-land'),
    areas: {
      other: colour('map-other'),
      park: colour('map-park'),
      beach: colour('map-beach'),
      water: colour('map-water'),
    },
    building: colour('map-building'),
    street: colour('map-street'),
    avenue: colour('map-avenue'),
    casing: colour('map-casing'),
    path: colour('map-path'),
    name: colour('map-name'),
    halo: colour('map-halo'),
    route: colour('map-route'),
    truth: colour('truth'),
    measured: colour('measured'),
    shown: colour('shown'),
    paper: colour('paper'),
  };
}
