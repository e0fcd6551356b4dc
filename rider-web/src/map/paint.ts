/** Colour words as drivers write them; what isn't here is drawn in the house's own colour. */
const PAINTS: Record<string, string> = {
  white: '#fdfdfb',
  black: '#2b2d31',
  grey: '#8b9097',
  gray: '#8b9097',
  silver: '#c5cad1',
  red: '#d13b34',
  blue: '#2f6fd0',
  green: '#3d8f5f',
  yellow: '#f2c230',
  orange: '#ee8434',
  brown: '#7d5a44',
  beige: '#ddcfb4',
};

export function paintOf(colour: string | undefined): string | undefined {
  return PAINTS[colour?.trim().toLowerCase().split(/\s+/).at(-1) ?? ''];
}
