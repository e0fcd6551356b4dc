import { fixTime, TIMING, type VehicleId } from '@tripcast/protocol';
import { TOKEN_LIFE_MS } from '../access.ts';
import { BackendUnavailable } from '../backend.ts';
import { vehicleChannel } from '../bus/live-bus.ts';
import type { NodeRegistry } from '../bus/node-registry.ts';
import type { Presence, VehicleStore } from '../trips/vehicle-store.ts';
import type { RedisCommands } from './commands.ts';
import type { Names } from './names.ts';
import type { Script } from './scripts/script.ts';
import { ABANDON, CHANGE_PACE, KEEP_NEWEST, LEAVE, REVOKE_DRIVER, TAKE_OVER } from './scripts/vehicle.ts';

const HOUR_MS = 3_600_000;
/** A vehicle is forgotten this long after it was last written, ms. */
const KEPT_MS = 24 * HOUR_MS;
/** A driver does not wait for longer than this until a replica knows that it is here, ms. */
const KEPT_WITHIN_MS = 1_000;

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
    const args = [String(nowMs), node, pace, this.#channel(id), String(KEPT_MS)];
    const { reply, kept } = await this.#commands.runThenKeep<number>(
      TAKE_OVER,
      [this.#names.vehicle(id)],
      args,
    );
    if (kept) await within(KEPT_WITHIN_MS, kept);
    return reply;
  }

  async leave(
    id: VehicleId,
    session: number,
    nowMs: number,
  ): Promise<{ left: boolean; kept: Promise<void> }> {
    const args = [String(session), String(nowMs), String(KEPT_MS)];
    const { reply, kept } = await this.#commands.runThenKeep<number>(LEAVE, [this.#names.vehicle(id)], args);
    return { left: reply === 1, kept: kept ?? Promise.resolve() };
  }

  async abandon(id: VehicleId, node: string, sinceMs: number, nowMs: number): Promise<boolean> {
    return (await this.#run<number>(ABANDON, id, node, String(sinceMs), String(nowMs))) === 1;
  }

  async changePace(id: VehicleId, session: number, paceMs: number): Promise<boolean> {
    return (await this.#run<number>(CHANGE_PACE, id, String(session), String(paceMs))) === 1;
  }

  async presence(id: VehicleId): Promise<Presence> {
    const fields = ['session', 'node', 'online', 'since', 'pace'];
    const reply = await this.#commands.send<(Buffer | null)[]>('HMGET', this.#names.vehicle(id), ...fields);
    const [session, node, online, since, pace] = reply.map((value) => value?.toString() ?? '');
    return {
      online: online === '1' && (await this.#mayBeAlive(node!)),
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

  async enterCell(id: VehicleId, cell: number, previous: number | undefined): Promise<void> {
    const key = this.#names.cell(cell);
    if (previous !== undefined && previous !== cell) await this.leaveCell(id, previous);
    await this.#commands.send('SADD', key, id);
    await this.#commands.send('PEXPIRE', key, String(KEPT_MS));
  }

  async leaveCell(id: VehicleId, cell: number): Promise<void> {
    await this.#commands.send('SREM', this.#names.cell(cell), id);
  }

  async vehiclesIn(cell: number): Promise<VehicleId[]> {
    const members = await this.#commands.send<Buffer[]>('SMEMBERS', this.#names.cell(cell));
    return members.map((member) => member.toString() as VehicleId);
  }

  async revoke(id: VehicleId, beforeMs: number): Promise<void> {
    const args = [String(beforeMs), this.#channel(id), String(TOKEN_LIFE_MS)];
    await this.#commands.runDurably(REVOKE_DRIVER, [this.#names.revocationOf(id)], args);
  }

  async revokedBefore(id: VehicleId): Promise<number> {
    return Number(await this.#commands.send<Buffer | null>('GET', this.#names.revocationOf(id)));
  }

  /** While nobody can say whether a node is there, what it has said of its drivers holds. */
  async #mayBeAlive(node: string): Promise<boolean> {
    try {
      return await this.#nodes.isAlive(node);
    } catch (error) {
      if (error instanceof BackendUnavailable) return true;
      throw error;
    }
  }

  #run<Reply>(script: Script, id: VehicleId, ...args: (string | Buffer)[]): Promise<Reply> {
    return this.#commands.run<Reply>(script, [this.#names.vehicle(id)], [...args, String(KEPT_MS)]);
  }

  #channel(id: VehicleId): string {
    return this.#names.channel(vehicleChannel(id));
  }
}

/** Resolves when the promise does, or after that time; rejects when it does before. */
async function within(ms: number, promise: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
