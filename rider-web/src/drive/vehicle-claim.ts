// One tab at a time drives a vehicle: two would each send what the other has kept, and push each other off the node.

import type { VehicleId } from '@tripcast/protocol';

export interface VehicleClaim {
  /** Lets the next tab have it. May be called twice. */
  close(): void;
}

/**
 * Waits until no other tab of this browser drives the vehicle.
 * @param locks `navigator.locks`; without it, every tab may, and the node lets the newest
 * @param onHeld this tab may drive
 * @param onLost another tab has taken it by force
 * @param byForce take it from another tab
 */
export function claimVehicle(
  vehicle: VehicleId,
  locks: Pick<LockManager, 'request'> | undefined,
  { onHeld, onLost, byForce }: { onHeld: () => void; onLost: () => void; byForce: boolean },
): VehicleClaim {
  let letGo = () => {};
  let isClosed = false;
  const untilLetGo = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const hold = () => {
    if (!isClosed) onHeld();
    return untilLetGo;
  };
  if (!locks) void hold();
  else
    locks.request(`tripcast.drive.${vehicle}`, { steal: byForce }, hold).catch(() => {
      if (!isClosed) onLost(); // AbortError: it was stolen
    });
  return {
    close() {
      isClosed = true;
      letGo();
    },
  };
}
