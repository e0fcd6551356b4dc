import type { Close, VehicleId } from '@tripcast/protocol';
import {
  CLOSE,
  checkFixes,
  encodeFixes,
  FIX_BYTES,
  fixTime,
  isVehicleId,
  LIMITS,
  parseFix,
  parseObject,
  refusalOf,
  TIMING,
} from '@tripcast/protocol';
import type { Claims } from '../auth/tokens.ts';
import type { Backend } from '../backend.ts';
import type { Clock } from '../clock.ts';
import { DrivenVehicle } from '../live/driven-vehicle.ts';
import type { FixRates } from '../live/fix-rate.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type Refusal, refusal } from '../trips/refusal.ts';
import { LONGEST_MESSAGE_BYTES } from './follow-socket.ts';
import { type Admission, type Doorkeeper, type Handshake, isJson, upgrade } from './handshake.ts';
import type { Service } from './service.ts';
import { IDLE_TIMEOUT_S, SENT, type TemplatedApp, type WebSocket } from './uws.ts';

/** What the drive socket needs of its node. */
export interface DriveSocketOptions {
  door: Doorkeeper;
  service: Service;
  backend: Backend;
  node: string;
  clock: Clock;
  metrics: Metrics;
  rates: FixRates;
  random: () => number;
}

/** A driver's socket. The user data of its WebSocket. */
interface Driver {
  vehicle: DrivenVehicle;
  isJson: boolean;
  expiresAtMs: number;
  /** When something was last sent, ms. */
  sentAt: number;
  closed: boolean;
  ws: WebSocket<Driver> | undefined;
}

/** What a driver doesn't read in time: some hundred events. More means that it reads nothing. */
const DRIVER_BUFFER_BYTES = 65_536;
const EMPTY = new Uint8Array(0);
const decoder = new TextDecoder();

/** Serves `/v1/vehicles/{vehicleId}/drive`. Returns what its node does with its drivers over time. */
export function serveDrivers(app: TemplatedApp, options: DriveSocketOptions) {
  const { door, service, backend, node, clock, metrics, rates, random } = options;
  const open = new Set<Driver>();
  /** Drivers that have gone, until followers are told. */
  const leaving = new Set<Promise<void>>();

  backend.bus.onResubscribed(() => {
    for (const driver of open) void driver.vehicle.reread();
  });

  app.ws<Driver>('/v1/vehicles/:id/drive', {
    maxPayloadLength: LONGEST_MESSAGE_BYTES,
    maxBackpressure: DRIVER_BUFFER_BYTES,
    idleTimeout: IDLE_TIMEOUT_S,
    sendPingsAutomatically: true,
    upgrade: upgrade(door, admit, metrics.handshakeRefused),
    open(ws) {
      const driver = ws.getUserData();
      driver.ws = ws;
      driver.sentAt = clock.now();
      open.add(driver);
      metrics.socketOpened('driver');
      driver.vehicle.greet({
        send: (event) => tell(driver, JSON.stringify(event)),
        close: (why) => end(driver, why),
      });
      if (!service.isAvailable) tell(driver, service.text);
    },
    message(ws, message, isBinary) {
      const driver = ws.getUserData();
      const malformed = message.byteLength > 0 && hear(driver, message, isBinary);
      if (malformed) end(driver, malformed);
    },
    close(ws, code) {
      const driver = ws.getUserData();
      driver.closed = true;
      open.delete(driver);
      metrics.socketClosed('driver', code);
      const gone = driver.vehicle.leave().finally(() => leaving.delete(gone));
      leaving.add(gone);
    },
  });

  async function admit(handshake: Handshake, claims: Claims): Promise<Admission<Driver> | Refusal> {
    const { id } = handshake;
    if (!isVehicleId(id)) return refusal('invalid_request', 'a vehicle id is 1 to 64 of A-Z a-z 0-9 _ -');
    if (claims.role !== 'driver' || claims.vehicle !== id) {
      return refusal('forbidden', 'only the driver of a vehicle may drive it');
    }
    if (claims.issuedAtMs < (await backend.vehicles.revokedBefore(id))) {
      return refusal('unauthenticated', 'the token was revoked');
    }
    const vehicle = drivenVehicle(id, claims.issuedAtMs);
    try {
      await vehicle.takeOver(node);
    } catch (error) {
      void vehicle.leave();
      throw error;
    }
    const driver: Driver = {
      vehicle,
      isJson: isJson(handshake),
      expiresAtMs: claims.expiresAtMs,
      sentAt: 0,
      closed: false,
      ws: undefined,
    };
    return { data: driver, withdraw: () => void vehicle.leave() };
  }

  function drivenVehicle(id: VehicleId, tokenIssuedAtMs: number): DrivenVehicle {
    return new DrivenVehicle({ id, tokenIssuedAtMs, backend, clock, figures: metrics, phase: random() });
  }

  /** A message that isn't empty. Returns the close that it deserves, if any. */
  function hear(driver: Driver, message: ArrayBuffer, isBinary: boolean): Close | undefined {
    if (message.byteLength > LIMITS.messageBytes) return CLOSE.malformed;
    if (isBinary) return driver.isJson ? CLOSE.malformed : hearFixes(driver, message);
    const event = parseObject(decoder.decode(message));
    if (!event) return CLOSE.malformed;
    return driver.isJson && event.type === 'fix' ? hearJsonFix(driver, event) : undefined;
  }

  function hearFixes(driver: Driver, message: ArrayBuffer): Close | undefined {
    const view = new DataView(message);
    const count = checkFixes(view);
    if (count === undefined) return CLOSE.malformed;
    if (!rates.take(driver.vehicle.id, count)) return CLOSE.tooFast;
    metrics.fixesReceived(count);
    const now = clock.now();
    let good = 0;
    const kept = new Uint8Array(message).slice(); // uWebSockets.js takes `message` back on return: the one copy
    for (let offset = 0; offset < message.byteLength; offset += FIX_BYTES) {
      const refused = refusalOf(view, offset, now);
      if (refused) driver.vehicle.refuse(fixTime(view, offset), refused);
      else {
        if (good !== offset) kept.copyWithin(good, offset, offset + FIX_BYTES);
        good += FIX_BYTES;
      }
    }
    if (good > 0) driver.vehicle.accept(good === kept.byteLength ? kept : kept.slice(0, good));
    return undefined;
  }

  function hearJsonFix(driver: Driver, event: { [field: string]: unknown }): Close | undefined {
    const fix = parseFix(event);
    if (fix) return hearFixes(driver, encodeFixes([fix]).buffer);
    if (!rates.take(driver.vehicle.id, 1)) return CLOSE.tooFast;
    driver.vehicle.refuse(Number.isFinite(event.time) ? (event.time as number) : undefined, 'fix_invalid');
    return undefined;
  }

  function tell(driver: Driver, text: string): void {
    if (driver.closed) return;
    driver.sentAt = clock.now();
    // When it reads nothing, cut it off, so that it comes back and hears what it has missed.
    if (driver.ws?.send(text, false) === SENT.dropped) driver.ws.close();
  }

  function end(driver: Driver, why: Close): void {
    if (driver.closed) return;
    driver.vehicle.acknowledge(); // what is stored is said to be so, whatever comes next
    driver.ws?.end(why.code, why.reason);
  }

  return {
    size: () => open.size,

    /** Whether the node can keep fixes has changed. */
    serviceChanged(): void {
      for (const driver of open) tell(driver, service.text);
    },

    /** Settles when the followers of all who have gone are told. */
    async farewells(): Promise<void> {
      await Promise.all(leaving);
    },

    /** Call it each `ACKNOWLEDGE_EVERY_MS`. */
    acknowledge(): void {
      for (const driver of open) driver.vehicle.acknowledge();
    },

    /** What falls due with time. Call it some times a second. */
    tick(): void {
      const now = clock.now();
      for (const driver of open) {
        driver.vehicle.tick();
        if (now >= driver.expiresAtMs) end(driver, CLOSE.tokenExpired);
        else if (now - driver.sentAt >= TIMING.emptyAfterMs) {
          driver.sentAt = now;
          driver.ws?.send(EMPTY, true);
        }
      }
    },

    /** One step of a drain: lets one driver's fixes settle, acknowledges them, closes. */
    async closeOne(why: Close): Promise<void> {
      const [driver] = open;
      if (!driver) return;
      await driver.vehicle.settle();
      end(driver, why);
    },
  };
}
