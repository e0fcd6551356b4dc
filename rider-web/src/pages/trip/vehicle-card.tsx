import type { Trip } from '@tripcast/client';
import { CarSwatch } from '../../map/car-swatch.tsx';
import { useWords } from '../../words/index.ts';

/** The car as one looks for it at the kerb: its colour and plate largest while it comes. */
export function VehicleCard({ trip }: { trip: Trip }) {
  const words = useWords();
  const { colour, plate, driverName } = trip.vehicle ?? {};
  const car = words.vehicle(trip.vehicle ?? {});
  if (!car && !plate && !driverName) return null;
  const isHere = trip.status === 'ARRIVED_AT_PICKUP';
  const isComing = isHere || trip.status === 'ENROUTE_TO_PICKUP';
  return (
    <section className={`vehicle${isComing ? ' vehicle-coming' : ''}${isHere ? ' vehicle-here' : ''}`}>
      {isHere && <h2 className="vehicle-title">{words.lookFor}</h2>}
      <CarSwatch colour={colour} />
      <div className="vehicle-text">
        <span className="driver">{driverName ?? words.someCar}</span>
        <span className="model">{car}</span>
      </div>
      {plate && (
        <span className="plate">
          <span className="visually-hidden">{words.plate}: </span>
          {plate}
        </span>
      )}
    </section>
  );
}
