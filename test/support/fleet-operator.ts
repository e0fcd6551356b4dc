import {
  decodePositions,
  type Fix,
  type FleetEvent,
  type FleetVehicle,
  type FleetView,
} from '@tripcast/protocol';
import { operatorToken } from './tokens.ts';
import { type Heard, type Offer, WireClient } from './wire-client.ts';

/** What an operator's map shows: what `/v1/fleet/follow` has told so far, and nothing that it has taken back. */
export interface Shown {
  vehicles: Map<string, FleetVehicle & { fix?: Fix }>;
  clusters: Extract<FleetEvent, { type: 'clusters' }>['clusters'] | undefined;
}

/** Montevideo, at a zoom that shows its cars one by one. */
export const TOWN: FleetView = { south: -34.95, west: -56.25, north: -34.85, east: -56.1, zoom: 14 };

/** An operator's socket, and what its map shows. */
export class FleetOperator {
  readonly client: WireClient;
  readonly #byHandle = new Map<number, FleetVehicle & { fix?: Fix }>();
  #clusters: Shown['clusters'];
  #read = 0;

  private constructor(client: WireClient) {
    this.client = client;
  }

  /** One who has heard `hello`, and looks at `view`. @param url of the node */
  static async open(
    url: string,
    view: FleetView | undefined = TOWN,
    offer: Offer = {},
  ): Promise<FleetOperator> {
    const client = await WireClient.open(`${url}/v1/fleet/follow`, operatorToken(), offer);
    const operator = new FleetOperator(client);
    await client.event('hello');
    if (view) operator.look(view);
    return operator;
  }

  look(view: FleetView): void {
    this.client.send(JSON.stringify({ type: 'view', ...view }));
  }

  get shown(): Shown {
    this.#readAll();
    const vehicles = new Map([...this.#byHandle.values()].map((vehicle) => [vehicle.id as string, vehicle]));
    return { vehicles, clusters: this.#clusters };
  }

  /** Resolves when the map shows what `holds` asks for. */
  async until(what: string, holds: (shown: Shown) => boolean, withinMs?: number): Promise<Shown> {
    await this.client.heard.untilAll(what, () => holds(this.shown), withinMs);
    return this.shown;
  }

  /** Resolves to a vehicle that is shown with a fix. */
  async sees(
    id: string,
    holds: (vehicle: FleetVehicle & { fix?: Fix }) => boolean = () => true,
    withinMs?: number,
  ) {
    const { vehicles } = await this.until(
      `vehicle ${id}`,
      (shown) => {
        const vehicle = shown.vehicles.get(id);
        return vehicle?.fix !== undefined && holds(vehicle);
      },
      withinMs,
    );
    return vehicles.get(id)!;
  }

  #readAll(): void {
    const { seen } = this.client.heard;
    while (this.#read < seen.length) this.#readOne(seen[this.#read++]!);
  }

  #readOne(heard: Heard): void {
    if (heard.kind === 'fixes' && heard.bytes.length > 0) {
      for (const { handle, fix } of decodePositions(heard.bytes)!) this.#place(handle, fix);
    }
    if (heard.kind !== 'event') return;
    const event = heard.event as unknown as FleetEvent;
    if (event.type === 'vehicles') {
      this.#clusters = undefined;
      for (const vehicle of event.vehicles) {
        const fix = this.#byHandle.get(vehicle.handle)?.fix;
        this.#byHandle.set(vehicle.handle, { ...vehicle, ...(fix && { fix }) });
      }
    } else if (event.type === 'left') for (const handle of event.handles) this.#byHandle.delete(handle);
    else if (event.type === 'clusters') {
      this.#byHandle.clear();
      this.#clusters = event.clusters;
    } else if (event.type === 'fix') this.#place(event.handle, event);
  }

  #place(handle: number, fix: Fix): void {
    const vehicle = this.#byHandle.get(handle);
    if (!vehicle) throw new Error(`a position of handle ${handle}, which was never announced`);
    this.#byHandle.set(handle, { ...vehicle, fix });
  }
}
