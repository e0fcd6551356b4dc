/** Asks a Prometheus by its HTTP API. */
export class Prometheus {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** The series that an expression gives now. @throws Error with what is wrong with it */
  async series(expression: string): Promise<unknown[]> {
    return (await this.#ask<{ result: unknown[] }>(`query?query=${encodeURIComponent(expression)}`)).result;
  }

  /** Names of all metrics that its targets have. */
  async metrics(): Promise<Set<string>> {
    return new Set(Object.keys(await this.#ask<Record<string, unknown>>('metadata')));
  }

  /** The expression of each rule that it has read. */
  async rules(): Promise<string[]> {
    const { groups } = await this.#ask<{ groups: { rules: { query: string }[] }[] }>('rules');
    return groups.flatMap(({ rules }) => rules.map(({ query }) => query));
  }

  /** Names of alerts that fire, or will when it stays as it is. */
  async alerts(): Promise<string[]> {
    const { alerts } = await this.#ask<{ alerts: { labels: { alertname: string } }[] }>('alerts');
    return alerts.map(({ labels }) => labels.alertname);
  }

  async #ask<Data>(path: string): Promise<Data> {
    const answer = await fetch(`${this.#url}/api/v1/${path}`);
    const body = (await answer.json()) as { status: string; error?: string; data: Data };
    if (body.status !== 'success') throw new Error(`${path}: ${body.error}`);
    return body.data;
  }
}
