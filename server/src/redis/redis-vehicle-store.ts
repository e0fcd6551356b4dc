import { fixTime, TIMING, type VehicleId } from '@tripcast/protocol';
import { vehicleChannel } from '../bus/live-bus.ts';
import type { NodeRegistry } from '../bus/node-registry.ts';
import type { Presence, VehicleStore } from '../trips/vehicle-store.ts';
import type { RedisCommands } from './commands.ts';
import type { Names } from './names.ts';
import type { Script } from './scripts/script.ts';
import { CHANGE_PACE, KEEP_NEWEST, LEAVE, REVOKE_DRIVER, TAKE_OVER } from './scripts/vehicle.ts';

const HOUR_MS = 3_600_000;
/** A vehicle is forgotten this long after it was last written, ms. */
const KEPT_MS = 24 * HOUR_MS;
/** A cutoff is kept as long as any token that it kills can live, ms: nobody should sign one for longer than a year. */
const REVOCATION_KEPT_MS = 400 * 24 * HOUR_MS;

export class RedisVehicleStore implements VehicleStore {
  readonly #commands: RedisCommands;
  readonly #names: Names;
  readonly #nodes: NodeRegistry;

  constructor(commands: RedisCommands, names: Names, nodes: NodeRegistry) {
    this.#commands = commands;
    this.#names = names;
    this.#nodes = nodes;
  }

  async takeOver(id: VehicleId, node: string, nowMs: number): Promise<number> {
    const pace = String(TIMING.paceUnwatchedMs);
    return this.#run<number>(TAKE_OVER, id, String(nowMs), node, pace, this.#channel(id));
  }

  async leave(id: VehicleId, session: number, nowMs: number): Promise<boolean> {
    return (await this.#run<number>(LEAVE, id, String(session), String(nowMs))) === 1;
  }

  async changePace(id: VehicleId, session: number, paceMs: number): Promise<boolean> {
    return (await this.#run<number>(CHANGE_PACE, id, String(session), String(paceMs))) === 1;
  }

  async presence(id: VehicleId): Promise<Presence> {
    const fields = ['session', 'node', 'online', 'since', 'pace'];
    const reply = await this.#commands.send<(Buffer | null)[]>('HMGET', this.#names.vehicle(id), ...fields);
    const [session, node, online, since, pace] = reply.map((value) => value?.toString() ?? '');
    return {
      online: online === '1' && (await this.#nodes.isAlive(node!)),
      time: Number(since),
      paceMs: Number(pace) || TIMING.paceUnwatchedMs,
      session: Number(session),
      node: node!,
    };
  }

  async keepNewest(id: VehicleId, session: number, fix: Uint8Array): Promise<void> {
    const bytes = Buffer.from(fix.buffer, fix.byteOffset, fix.byteLength);
    const time = fixTime(new DataView(fix.buffer, fix.byteOffset, fix.byteLength), 0);
    await this.#run(KEEP_NEWEST, id, String(session), String(time), bytes);
  }

  async newest(id: VehicleId): Promise<Uint8Array | undefined> {
    return (await this.#commands.send<Buffer | null>('HGET', this.#names.vehicle(id), 'fix')) ?? undefined;
  }

  async revoke(id: VehicleId, beforeMs: number): Promise<void> {
    const args = [String(beforeMs), this.#channel(id), String(REVOCATION_KEPT_MS)];
    await this.#commands.runDurably(REVOKE_DRIVER, [this.#names.revocationOf(id)], args);
  }

  async revokedBefore(id: VehicleId): Promise<number> {
    return Number(await this.#commands.send<Buffer | null>('GET', this.#names.revocationOf(id)));
  }

  #run<Reply>(script: Script, id: VehicleId, ...args: (string | Buffer)[]): Promise<Reply> {
    return this.#commands.run<Reply>(script, [this.#names.vehicle(id)], [...args, String(KEPT_MS)]);
  }

  #channel(id: VehicleId): string {
    return this.#names.channel(vehicleChannel(id));
  }
}
