import type { Close, VehicleId } from '@tripcast/protocol';
import {
  CLOSE,
  checkFixes,
  encodeFixes,
  FIX_BYTES,
  fixTime,
  isVehicleId,
  parseFix,
  refusalOf,
  TIMING,
} from '@tripcast/protocol';
import { Agenda } from '../agenda.ts';
import type { Claims } from '../auth/tokens.ts';
import type { Backend } from '../backend.ts';
import { type SteadyClock, settingOf, stepSince } from '../clock.ts';
import type { FleetSource } from '../fleet/fleet-source.ts';
import type { Allowances } from '../limits/allowances.ts';
import type { Guest } from '../limits/arrivals.ts';
import { AFewAtOnce } from '../live/a-few-at-once.ts';
import {
  ACKNOWLEDGE_NO_SOONER_MS,
  type DriveLimits,
  DrivenVehicle,
  REMINDERS_EVERY_MS,
} from '../live/driven-vehicle.ts';
import { Farewells } from '../live/farewells.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { Spread } from '../spread.ts';
import { type Refusal, refusal } from '../trips/refusal.ts';
import {
  type Admission,
  type Doorkeeper,
  type Handshake,
  type IsStillThere,
  isJson,
  upgrade,
} from './handshake.ts';
import { longestMessageBytes, readText, type SmallTalk, type Talker } from './incoming.ts';
import type { SentAway } from './sent-away.ts';
import { Service } from './service.ts';
import { IDLE_TIMEOUT_S, SENT, type TemplatedApp, utf8, type WebSocket } from './uws.ts';

/** What the drive socket needs of its node. */
export interface DriveSocketOptions {
  door: Doorkeeper;
  backend: Backend;
  node: string;
  clock: SteadyClock;
  metrics: Metrics;
  /** How many fixes each vehicle may still send, remembered across its connections to this node. */
  rates: Allowances<VehicleId>;
  smallTalk: SmallTalk;
  random: () => number;
  sentAway: SentAway;
  fleet: Pick<FleetSource, 'arrived' | 'left'>;
  limits: DriveLimits & { messageBytes: number; fixBehindMs: number };
}

/** A driver's socket. The user data of its WebSocket. */
interface Driver extends Talker {
  guest: Guest;
  vehicle: DrivenVehicle;
  service: Service;
  isJson: boolean;
  expiresAtMs: number;
  /** When something was last sent, by the monotonic clock, ms. */
  sentAt: number;
  /** How the node's clock was set when the driver was told the time. */
  clockSetting: number;
  closed: boolean;
  ws: WebSocket<Driver> | undefined;
}

/** What a driver doesn't read in time: some hundred events. More means that it reads nothing. */
const DRIVER_BUFFER_BYTES = 65_536;
/** Closes that say nothing of the driver. */
const ORDINARY: readonly Close[] = [CLOSE.restarting, CLOSE.tokenExpired];
/** How often each driver is looked at, ms. */
const TICK_EVERY_MS = 500;
/** Vehicles that are read again at once when notes to their drivers may have been lost. */
const REREADS_AT_ONCE = 32;
const EMPTY = new Uint8Array(0);

/** Serves `/v1/vehicles/{vehicleId}/drive`. Returns what its node does with its drivers over time. */
export function serveDrivers(app: TemplatedApp, options: DriveSocketOptions) {
  const { door, backend, node, clock, metrics, rates, smallTalk, random, sentAway, fleet, limits } = options;
  const open = new Set<Driver>();
  const reminders = new Agenda<DrivenVehicle>(REMINDERS_EVERY_MS, ACKNOWLEDGE_NO_SOONER_MS, clock);
  const ticking = new Spread(open, TICK_EVERY_MS, clock);
  const farewells = new Farewells(backend, clock);
  /** Drivers that have gone, until followers and operators are told. */
  const leaving = new Set<Promise<void>>();

  const rereads = new AFewAtOnce<Driver>(REREADS_AT_ONCE, (driver) => driver.vehicle.reread());
  backend.bus.onResubscribed(() => {
    for (const driver of open) rereads.add(driver);
  });

  app.ws<Driver>('/v1/vehicles/:id/drive', {
    maxPayloadLength: longestMessageBytes(limits),
    maxBackpressure: DRIVER_BUFFER_BYTES,
    idleTimeout: IDLE_TIMEOUT_S,
    sendPingsAutomatically: true,
    upgrade: upgrade(door, admit, metrics.handshakeRefused),
    open(ws) {
      const driver = ws.getUserData();
      driver.ws = ws;
      driver.sentAt = clock.monotonic();
      driver.clockSetting = settingOf(clock);
      open.add(driver);
      metrics.socketOpened('driver');
      door.log.info({ vehicle: driver.vehicle.id, session: driver.vehicle.session }, 'driver connected');
      void fleet.arrived(driver.vehicle);
      driver.vehicle.greet({
        send: (event) => tell(driver, JSON.stringify(event)),
        close: (why) => end(driver, why),
      });
    },
    message(ws, message, isBinary) {
      const driver = ws.getUserData();
      const why = hear(driver, message, isBinary);
      if (why) end(driver, why);
    },
    ping: chat,
    pong: chat,
    close(ws, code) {
      const driver = ws.getUserData();
      driver.closed = true;
      driver.guest.leave();
      open.delete(driver);
      rereads.delete(driver);
      metrics.socketClosed('driver', code);
      door.log.info({ vehicle: driver.vehicle.id, session: driver.vehicle.session, code }, 'driver gone');
      const gone = leave(driver.vehicle).finally(() => leaving.delete(gone));
      leaving.add(gone);
    },
  });

  function chat(ws: WebSocket<Driver>): void {
    const tooMuch = smallTalk.hear(ws.getUserData());
    if (tooMuch) end(ws.getUserData(), tooMuch);
  }

  async function admit(
    handshake: Handshake,
    claims: Claims,
    guest: Guest,
    isStillThere: IsStillThere,
  ): Promise<Admission<Driver> | Refusal> {
    const { id } = handshake;
    if (!isVehicleId(id)) return refusal('invalid_request', 'a vehicle id is 1 to 64 of A-Z a-z 0-9 _ -');
    if (claims.role !== 'driver' || claims.vehicle !== id) {
      return refusal('forbidden', 'only the driver of a vehicle may drive it');
    }
    const tooOften = door.arrivals.takeOver(id);
    if (tooOften) return tooOften;
    if (claims.issuedAtMs < (await backend.vehicles.revokedBefore(id))) {
      return refusal('unauthenticated', 'the token was revoked');
    }
    if (sentAway.refuses(id)) return refusal('unavailable', 'another node has more room');
    // Taking over closes whatever connection the driver has by now: only for one that is here itself.
    if (!(await isStillThere())) return refusal('unavailable', 'the driver has gone');
    const vehicle = drivenVehicle(id, claims.issuedAtMs);
    try {
      await vehicle.takeOver(node);
    } catch (error) {
      void vehicle.leave();
      throw error;
    }
    const driver: Driver = {
      guest,
      vehicle,
      service: new Service(),
      isJson: isJson(handshake),
      expiresAtMs: claims.expiresAtMs,
      sentAt: 0,
      clockSetting: 0,
      closed: false,
      ws: undefined,
    };
    return { data: driver, withdraw: () => void vehicle.leave() };
  }

  async function leave(vehicle: DrivenVehicle): Promise<void> {
    await fleet.left(vehicle, await vehicle.leave());
  }

  function drivenVehicle(id: VehicleId, tokenIssuedAtMs: number): DrivenVehicle {
    return new DrivenVehicle({
      id,
      tokenIssuedAtMs,
      backend,
      clock,
      figures: metrics,
      limits,
      farewells,
      reminders,
      phase: random(),
    });
  }

  /** Returns the close that a message deserves, if any. */
  function hear(driver: Driver, message: ArrayBuffer, isBinary: boolean): Close | undefined {
    if (message.byteLength === 0) return smallTalk.hear(driver);
    if (message.byteLength > limits.messageBytes) return CLOSE.malformed;
    if (isBinary) return driver.isJson ? CLOSE.malformed : hearFixes(driver, message);
    const event = readText(message);
    if (!event) return CLOSE.malformed;
    return driver.isJson && event.type === 'fix' ? hearJsonFix(driver, event) : smallTalk.hear(driver);
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
      const refused = refusalOf(view, offset, now, limits);
      // It corrects its fixes by a time that we take back: it comes again, with the same fixes, and is told the right one.
      if (refused === 'fix_from_future' && stepSince(driver.clockSetting, clock) < 0) return CLOSE.restarting;
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
    driver.sentAt = clock.monotonic();
    // When it reads nothing, cut it off, so that it comes back and hears what it has missed.
    if (driver.ws?.send(utf8(text), false) === SENT.dropped) driver.ws.close();
  }

  function end(driver: Driver, why: Close): void {
    if (driver.closed) return;
    driver.vehicle.acknowledge(); // what is stored is said to be so, whatever comes next
    const { code, reason } = why;
    if (!ORDINARY.includes(why))
      door.log.info({ vehicle: driver.vehicle.id, code, reason }, 'driver sent away');
    driver.ws?.end(code, reason);
  }

  return {
    size: () => open.size,

    /** Waiting to be sent to all of them, bytes. */
    unsentBytes(): number {
      let bytes = 0;
      for (const driver of open) if (!driver.closed) bytes += driver.ws?.getBufferedAmount() ?? 0;
      return bytes;
    },

    /** Fixes that were accepted and are not settled. */
    waitingFixes(): number {
      let count = 0;
      for (const driver of open) count += driver.vehicle.waitingFixes;
      return count;
    },

    /** Settles when it is told of all who have gone, as far as that can be done now. No others come. */
    async farewells(): Promise<void> {
      await farewells.close();
      await Promise.allSettled(leaving); // a mistake of ours with one of them is logged, and keeps nobody
    },

    /** Of acknowledgements that are owed, those go out that are due. Call it each `REMINDERS_EVERY_MS`. */
    acknowledge(): void {
      reminders.visitDue((vehicle) => vehicle.acknowledgeAsReminded());
    },

    /** What falls due with time. Call it often. */
    tick(): void {
      const [time, now] = [clock.now(), clock.monotonic()];
      farewells.tick();
      ticking.visit((driver) => {
        driver.vehicle.tick();
        if (driver.service.changed(driver.vehicle.isServed)) tell(driver, driver.service.text);
        if (time >= driver.expiresAtMs) end(driver, CLOSE.tokenExpired);
        else if (now - driver.sentAt >= TIMING.emptyAfterMs) {
          driver.sentAt = now;
          driver.ws?.send(EMPTY, true);
        }
      });
    },

    /** Of the driver that is here for longest: lets its fixes settle, acknowledges them, closes. Resolves to its vehicle. */
    async closeOne(why: Close): Promise<string | undefined> {
      const [driver] = open;
      if (!driver) return undefined;
      await driver.vehicle.settle();
      end(driver, why);
      return driver.vehicle.id;
    },
  };
}
