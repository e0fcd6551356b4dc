// The map's colours by day and by night: calm, so that the car and its route are what one sees first.

import type { AreaKind, RoadClass } from './basemap.ts';

export interface Palette {
  land: string;
  areas: Record<AreaKind, string>;
  buildingEdge: string;
  roads: Record<RoadClass, { fill: string; casing: string }>;
  oneway: string;
  label: { road: string; place: string; park: string; water: string; halo: string };
}

const street = { fill: '#ffffff', casing: '#dcd7cd' };
const avenue = { fill: '#fff6d9', casing: '#e6d6a6' };
const artery = { fill: '#ffe9b0', casing: '#e2c277' };

export const DAY: Palette = {
  land: '#f3f1ec',
  areas: { water: '#aacfe4', park: '#cfe5c3', beach: '#f6eac6', building: '#e6e1d8', other: '#ece7df' },
  buildingEdge: '#d8d2c7',
  roads: {
    motorway: artery,
    trunk: artery,
    primary: artery,
    secondary: avenue,
    tertiary: street,
    residential: street,
    service: street,
    pedestrian: { fill: '#efeae3', casing: '#ddd6cc' },
    path: { fill: '#c9bfb0', casing: '#c9bfb0' },
    rail: { fill: '#b9b6b4', casing: '#b9b6b4' },
  },
  oneway: '#b4ada1',
  label: {
    road: '#5c5850',
    place: '#6d675c',
    park: '#4f7d44',
    water: '#4d7f9f',
    halo: 'rgba(255, 255, 255, 0.85)',
  },
};

const nightStreet = { fill: '#3a424d', casing: '#1c2127' };
const nightAvenue = { fill: '#47515e', casing: '#1c2127' };
const nightArtery = { fill: '#5a5c57', casing: '#1c2127' };

export const NIGHT: Palette = {
  land: '#242a32',
  areas: { water: '#14222f', park: '#24372e', beach: '#3a372d', building: '#2d343d', other: '#2a3038' },
  buildingEdge: '#353d47',
  roads: {
    motorway: nightArtery,
    trunk: nightArtery,
    primary: nightArtery,
    secondary: nightAvenue,
    tertiary: nightStreet,
    residential: nightStreet,
    service: nightStreet,
    pedestrian: { fill: '#323943', casing: '#20262d' },
    path: { fill: '#4a525c', casing: '#4a525c' },
    rail: { fill: '#4d535b', casing: '#4d535b' },
  },
  oneway: '#6c7683',
  label: {
    road: '#b3bcc8',
    place: '#98a3b1',
    park: '#7fa98c',
    water: '#6d93b3',
    halo: 'rgba(25, 30, 37, 0.85)',
  },
};
