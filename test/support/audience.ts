import { expect } from '@jest/globals';
import type { ComposeStack } from './compose-stack.ts';
import { eventually } from './eventually.ts';
import { ReturningFollower } from './returning-follower.ts';

/** Riders of a stack's simulated trips, spread over them. */
export class Audience {
  readonly followers: readonly ReturningFollower[];
  readonly #stack: ComposeStack;

  private constructor(stack: ComposeStack, followers: ReturningFollower[]) {
    this.#stack = stack;
    this.followers = followers;
  }

  static async of(stack: ComposeStack, count: number): Promise<Audience> {
    // A rider who has not been picked up yet follows for some minutes more than one who has.
    const underWay = async () =>
      (await stack.trips()).filter(({ trip }) => trip.status === 'ENROUTE_TO_PICKUP');
    await eventually('trips under way', async () => (await underWay()).length > 2, 60_000);
    const trips = await underWay();
    const followers = await Promise.all(
      Array.from({ length: count }, (_, index) =>
        ReturningFollower.of(stack.url, trips[index % trips.length]!),
      ),
    );
    const audience = new Audience(stack, followers);
    await audience.isBack();
    return audience;
  }

  /** Codes of all closes that were seen since `act` began. Those of trips that ended are left out. */
  async closesDuring(act: () => Promise<unknown>): Promise<number[]> {
    const before = this.followers.map(({ closes }) => closes.length);
    await act();
    await this.isBack();
    return this.followers
      .flatMap(({ closes }, index) => closes.slice(before[index]))
      .filter((code) => code !== 1000);
  }

  /** Resolves when everybody whose trip has not ended has heard a fix that was measured after now. */
  async isBack(): Promise<void> {
    const now = Date.now();
    const hears = (follower: ReturningFollower) => follower.isOver || (follower.times.at(-1) ?? 0) > now;
    await eventually('a new fix for everybody', () => this.followers.every(hears), 30_000);
  }

  /** Each has been sent every stored fix up to the last that it was sent, once, in order. */
  async expectNoHoles(): Promise<void> {
    await this.isBack();
    const heard = this.followers.map(({ trip, times }) => ({ trip, times }));
    const tracks = new Map<string, number[]>();
    for (const { id } of new Set(heard.map(({ trip }) => trip))) tracks.set(id, await this.#stack.track(id));
    for (const { trip, times } of heard) {
      expect(times.length).toBeGreaterThan(0);
      expect(times).toEqual(tracks.get(trip.id)!.filter((time) => time <= times.at(-1)!));
    }
  }

  close(): void {
    for (const follower of this.followers) follower.stop();
  }
}
