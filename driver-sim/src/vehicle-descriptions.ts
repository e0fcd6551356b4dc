// Cars as a rider in Montevideo would look for them. Invented: no plate or driver is meant to be anybody's.

import type { VehicleDescription } from '@tripcast/protocol';
import { pick, type Random, uniform } from './random.ts';

const MODELS = [
  ['Chevrolet', 'Onix'],
  ['Chevrolet', 'Prisma'],
  ['Fiat', 'Cronos'],
  ['Volkswagen', 'Gol'],
  ['Volkswagen', 'Virtus'],
  ['Hyundai', 'HB20'],
  ['Hyundai', 'Accent'],
  ['Renault', 'Logan'],
  ['Suzuki', 'Dzire'],
  ['Toyota', 'Etios'],
  ['Toyota', 'Corolla'],
  ['Nissan', 'Versa'],
  ['Peugeot', '208'],
  ['Citroën', 'C-Elysée'],
  ['BYD', 'Dolphin'],
] as const;

const COLOURS = ['white', 'white', 'grey', 'grey', 'silver', 'black', 'red', 'blue', 'dark green'];

const FIRST_NAMES = [
  'Agustín',
  'Alejandra',
  'Andrés',
  'Camila',
  'Carolina',
  'Diego',
  'Elena',
  'Federico',
  'Florencia',
  'Gabriel',
  'Gonzalo',
  'Graciela',
  'Ignacio',
  'Javier',
  'Julieta',
  'Leticia',
  'Lucía',
  'Marcelo',
  'Mariana',
  'Martín',
  'Natalia',
  'Nicolás',
  'Pablo',
  'Rodrigo',
  'Rosario',
  'Santiago',
  'Sofía',
  'Valentina',
  'Verónica',
  'Washington',
];

/** Montevideo's plates begin with S; three letters and four digits. */
export function describeVehicle(random: Random): VehicleDescription {
  const [make, model] = pick(random, MODELS);
  const letters = 'ABCDEFGHIJKLMNOPRSTUVWXYZ';
  return {
    make,
    model,
    colour: pick(random, COLOURS),
    plate: `S${pick(random, [...letters])}${pick(random, [...letters])} ${Math.floor(uniform(random, 1_000, 10_000))}`,
    driverName: pick(random, FIRST_NAMES),
  };
}
