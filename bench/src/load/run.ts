// The process of one load: orders come from its parent, reports go back. It ends with its parent.

import { Load } from './load.ts';
import type { FromLoad, ToLoad } from './load-message.ts';
import { randomFrom } from './random.ts';

let load: Load | undefined;

process.on('message', (message: ToLoad) => {
  const beganAt = performance.now();
  obey(message)
    .then((report) => {
      tell(report ?? { type: 'done', elapsedMs: performance.now() - beganAt });
    })
    .catch((error: unknown) => tell({ type: 'failed', why: String(error) }));
});
process.on('disconnect', () => process.exit());

async function obey(message: ToLoad): Promise<FromLoad | undefined> {
  if (message.type === 'begin') {
    const { order } = message;
    load = new Load(order, randomFrom(order.seed), (why) => tell({ type: 'failed', why }));
    return undefined;
  }
  if (!load) throw new Error('told to do something before it was told to begin');
  switch (message.type) {
    case 'prepare':
      await load.prepare(message.trips);
      return undefined;
    case 'connect':
      await load.connect(message.drivers, message.trips, message.ridersPerTrip, message.atOnce);
      return undefined;
    case 'drive':
      load.drive(message.perSecond);
      return undefined;
    case 'open-window':
      load.openWindow();
      return undefined;
    case 'close-window':
      return { type: 'window', report: await load.closeWindow() };
    case 'upload':
      await load.upload(message.positions);
      return undefined;
    case 'await-positions':
      await load.awaitPositions(message.positions);
      return undefined;
    case 'storm':
      await load.storm(message.atOnce);
      return undefined;
    default:
      return message satisfies never;
  }
}

function tell(message: FromLoad): void {
  process.send?.(message);
}
