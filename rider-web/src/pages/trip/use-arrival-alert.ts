import type { Trip } from '@tripcast/client';
import { useEffect, useRef, useState } from 'react';
import {
  type AlertOutcome,
  alertArrival,
  browserAlerts,
  canAlert,
  prepareAlert,
} from '../../device/arrival-alert.ts';
import { type Reader, useWords } from '../../words/index.ts';

export interface ArrivalAlert {
  isPossible: boolean;
  isOn: boolean;
  /** It is on, but notifications aren't allowed. */
  isBlocked: boolean;
  /** It was on, and the car has come to the pickup. */
  hasArrived: boolean;
  toggle: () => void;
}

/** Alerts whoever asked for it when the car comes to the pickup. */
export function useArrivalAlert(trip: Trip, reader: Reader): ArrivalAlert {
  const words = useWords();
  const [platform] = useState(browserAlerts);
  const [outcome, setOutcome] = useState<AlertOutcome>();
  const isOn = outcome !== undefined;
  const isHere = trip.status === 'ARRIVED_AT_PICKUP';
  const wasHere = useRef(isHere);

  useEffect(
    function alertOnce() {
      if (isHere && !wasHere.current && isOn) {
        const title = reader === 'rider' ? words.alert.title : words.alert.guestTitle;
        const vehicle = trip.vehicle ?? {};
        alertArrival(platform, title, words.alert.text(words.vehicle(vehicle), vehicle.plate ?? ''));
      }
      wasHere.current = isHere;
    },
    [isHere, isOn, platform, reader, trip.vehicle, words],
  );

  return {
    isPossible: canAlert(platform),
    isOn,
    isBlocked: outcome === 'here only' && platform.requestPermission !== undefined,
    hasArrived: isOn && isHere,
    toggle: () => {
      if (isOn) setOutcome(undefined);
      else void prepareAlert(platform).then(setOutcome);
    },
  };
}
