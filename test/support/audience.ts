import { expect } from '@jest/globals';
import type { ComposeStack } from './compose-stack.ts';
import { eventually } from './eventually.ts';
import { ReturningFollower } from './returning-follower.ts';

/** Riders of a stack's simulated trips, spread over them. */
export class Audience {
  #followers: readonly ReturningFollower[] = [];
  /** Whose trips have ended. */
  readonly #gone: ReturningFollower[] = [];
  readonly #stack: ComposeStack;
  readonly #count: number;

  private constructor(stack: ComposeStack, count: number) {
    this.#stack = stack;
    this.#count = count;
  }

  static async of(stack: ComposeStack, count: number): Promise<Audience> {
    const audience = new Audience(stack, count);
    await audience.#fill();
    await audience.isBack();
    return audience;
  }

  get followers(): readonly ReturningFollower[] {
    return this.#followers;
  }

  /** Codes of all closes that were seen since `act` began, by as many as ever. Those of trips that ended are left out. */
  async closesDuring(act: () => Promise<unknown>): Promise<number[]> {
    await this.#fill();
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
    await eventually('a new fix for everybody', () => this.followers.every(hears), 60_000);
  }

  /** Each has been sent every stored fix up to the last that it was sent, once, in order. */
  async expectNoHoles(): Promise<void> {
    await this.isBack();
    const heard = [...this.followers, ...this.#gone].map(({ trip, times }) => ({ trip, times }));
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

  /** Trips end, on a slow machine before the test does: others take the places of those who followed them. */
  async #fill(): Promise<void> {
    this.#gone.push(...this.#followers.filter(({ isOver }) => isOver));
    const staying = this.#followers.filter(({ isOver }) => !isOver);
    const missing = this.#count - staying.length;
    if (missing === 0) return;
    // A rider who has not been picked up yet follows for some minutes more than one who has.
    const underWay = async () =>
      (await this.#stack.trips()).filter(({ trip }) => trip.status === 'ENROUTE_TO_PICKUP');
    const wanted = Math.min(3, missing);
    await eventually('trips under way', async () => (await underWay()).length >= wanted, 120_000);
    const trips = await underWay();
    const coming = Array.from({ length: missing }, (_, index) =>
      ReturningFollower.of(this.#stack.url, trips[index % trips.length]!),
    );
    this.#followers = [...staying, ...(await Promise.all(coming))];
  }
}
