/**
 * When a number of drivers send, each at the same interval and with a phase of its own. Sorted by phase they come in turn
 * for ever, so a look costs no more than what is due. Times are ms on whatever clock it is given.
 */
export class Schedule {
  readonly #order: Uint32Array;
  readonly #dueAt: Float64Array;
  readonly #intervalMs: number;
  #turn = 0;

  constructor(drivers: number, perSecond: number, random: () => number, nowMs: number) {
    this.#intervalMs = 1_000 / perSecond;
    const phases = Array.from({ length: drivers }, random);
    const order = phases.map((_, driver) => driver).sort((a, b) => phases[a]! - phases[b]!);
    this.#order = Uint32Array.from(order);
    this.#dueAt = Float64Array.from(order, (driver) => nowMs + phases[driver]! * this.#intervalMs);
  }

  /** When the next one is due; never, without drivers. */
  get nextAt(): number {
    return this.#dueAt[this.#turn] ?? Number.POSITIVE_INFINITY;
  }

  /** Calls `send` for each driver that is due, in order; one that is far behind as often as it should have sent. */
  sendDue(nowMs: number, send: (driver: number) => void): void {
    while (this.nextAt <= nowMs) {
      const { [this.#turn]: driver } = this.#order;
      this.#dueAt[this.#turn]! += this.#intervalMs;
      this.#turn = (this.#turn + 1) % this.#order.length;
      send(driver!);
    }
  }
}
