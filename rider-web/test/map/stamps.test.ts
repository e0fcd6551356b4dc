import { describe, expect, test } from '@jest/globals';
import { Stamps } from '../../src/map/stamps.ts';

const [FULL, EDGE] = [0xff0000aa, 0x400000bb];

/** As the browser has it: 4 bytes a pixel. */
function image(width: number, height: number): ImageData {
  return { width, height, data: new Uint8ClampedArray(width * height * 4) } as unknown as ImageData;
}
globalThis.ImageData = class {
  constructor(width: number, height: number) {
    Object.assign(this, image(width, height));
  }
} as unknown as typeof ImageData;

/** One row of two pictures of 2 × 2: a full one, and one with an empty pixel, an edge and two full ones. */
function stamps(): Stamps {
  const sheet = image(4, 2);
  new Uint32Array(sheet.data.buffer).set([FULL, FULL, 0, EDGE, FULL, FULL, FULL, FULL]);
  return new Stamps(sheet, 2);
}

function shown(put: Stamps): number[] {
  let pixels: number[] = [];
  const putImageData = ({ data }: ImageData) => {
    pixels = [...new Uint32Array(data.buffer)];
  };
  put.show({ putImageData } as unknown as CanvasRenderingContext2D);
  return pixels;
}

describe('pictures that are put down by their pixels', () => {
  test('are cut at every side', () => {
    const put = stamps();
    put.begin(3, 3);
    for (const [left, top] of [
      [-1, -1],
      [2, 2],
      [-2, 1],
      [3, 1],
      [1, -2],
      [1, 3],
    ] as const) {
      put.put(0, 0, left, top);
    }
    expect(shown(put)).toEqual([FULL, 0, 0, 0, 0, 0, 0, 0, FULL]);
  });

  test('an empty pixel hides nothing, an edge only what is empty', () => {
    const put = stamps();
    put.begin(2, 2);
    put.put(1, 0, 0, 0);
    expect(shown(put)).toEqual([0, EDGE, FULL, FULL]);
    put.put(0, 0, 0, 0);
    put.put(1, 0, 0, 0);
    expect(shown(put)).toEqual([FULL, FULL, FULL, FULL]);
  });

  test('each picture begins empty, whatever its size', () => {
    const put = stamps();
    put.begin(2, 2);
    put.put(0, 0, 0, 0);
    put.begin(2, 2);
    expect(shown(put)).toEqual([0, 0, 0, 0]);
    put.begin(1, 2);
    expect(shown(put)).toEqual([0, 0]);
  });
});
