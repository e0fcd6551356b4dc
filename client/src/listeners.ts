/** Who wants to hear of events. A listener that throws stops neither the others nor the connection. */
export class Listeners<Event> {
  readonly #listeners = new Set<(event: Event) => void>();

  /** @returns how to stop listening */
  add(listener: (event: Event) => void): () => void {
    const own = (event: Event) => listener(event); // the same function may listen twice, and leave once
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  emit(event: Event): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error; // the app's mistake, reported as its own uncaught error
        });
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
