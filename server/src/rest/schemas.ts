// The shapes of the REST API: what is checked and what `/openapi.json` says are this one definition.

import { z } from '@hono/zod-openapi';
import type { ProblemCode } from '@tripcast/protocol';
import { decodePolyline, ID_PATTERN, MAX_TIME, PROBLEMS, problem, TRIP_STATUSES } from '@tripcast/protocol';

/** Characters of a route: some 10,000 points, and it still fits into a body. */
const ROUTE_CHARACTERS = 32_768;
const NAME_CHARACTERS = 200;

const id = z.string().regex(ID_PATTERN, 'must be 1 to 64 of A-Z a-z 0-9 _ -');
const timeMs = z.int().min(0).max(MAX_TIME).openapi({ description: 'ms since the Unix epoch' });
const name = z.string().max(NAME_CHARACTERS);

const TRIP_REQUEST = {
  id: 'ride-1',
  vehicleId: 'car-1',
  pickup: { latitude: -34.9055, longitude: -56.1913, name: 'Plaza Independencia' },
  dropoff: { latitude: -34.9158, longitude: -56.1502 },
  vehicle: { make: 'Fiat', model: 'Cronos', colour: 'white', plate: 'SCB 1234' },
};
const TRIP = {
  ...TRIP_REQUEST,
  status: 'ENROUTE_TO_PICKUP',
  version: 2,
  createdAt: 1_795_473_000_000,
  updatedAt: 1_795_473_060_000,
  startedAt: 1_795_473_060_000,
};

export const Place = z
  .strictObject({
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
    name: name.optional(),
  })
  .openapi('Place', { description: 'WGS 84, degrees' });

export const VehicleDescription = z
  .strictObject({
    make: name.optional(),
    model: name.optional(),
    colour: name.optional(),
    plate: name.optional(),
    driverName: name.optional(),
  })
  .openapi('VehicleDescription');

const Route = z
  .string()
  .max(ROUTE_CHARACTERS)
  .refine((text) => (decodePolyline(text)?.length ?? 0) >= 2, {
    error: 'must be an encoded polyline (precision 1e-5) of at least 2 points on the Earth',
  })
  .openapi({ description: 'encoded polyline, precision 1e-5, at least 2 points' });

const TripStatus = z.enum(TRIP_STATUSES).openapi('TripStatus');

export const Trip = z
  .object({
    id,
    vehicleId: id,
    status: TripStatus,
    version: z.int().openapi({ description: 'grows with every change' }),
    pickup: Place,
    dropoff: Place,
    route: Route.optional(),
    vehicle: VehicleDescription.optional(),
    eta: timeMs.optional(),
    simulated: z.literal(true).optional(),
    createdAt: timeMs,
    updatedAt: timeMs,
    startedAt: timeMs.optional(),
    endedAt: timeMs.optional(),
  })
  .openapi('Trip', { example: TRIP });

export const TripRequest = z
  .strictObject({
    id: id.optional(),
    vehicleId: id,
    pickup: Place,
    dropoff: Place,
    route: Route.optional(),
    vehicle: VehicleDescription.optional(),
    simulated: z.boolean().optional(),
  })
  .openapi('TripRequest', { example: TRIP_REQUEST });

export const TripChange = z
  .strictObject({
    status: TripStatus.optional(),
    eta: timeMs.optional(),
    route: Route.optional(),
    dropoff: Place.optional(),
    vehicle: VehicleDescription.optional(),
  })
  .refine((change) => Object.keys(change).length > 0, {
    error: 'must change something: status, eta, route, dropoff or vehicle',
  })
  .openapi('TripChange', { example: { status: 'ENROUTE_TO_PICKUP', eta: TRIP.updatedAt + 300_000 } });

export const RiderAccess = z
  .object({
    riderToken: z.string().optional(),
    followUrl: z
      .url()
      .optional()
      .openapi({ description: 'the page that follows the trip; the token is in its fragment' }),
  })
  .openapi('RiderAccess', { description: 'absent where the node has no secret to sign tokens with' });

export const TripPath = z.object({ id: id.openapi({ param: { name: 'id', in: 'path' } }) });
export const VehiclePath = TripPath;
export const SharePath = TripPath.extend({ shareId: id.openapi({ param: { name: 'shareId', in: 'path' } }) });

const A_DAY_MINUTES = 1_440;

export const ShareRequest = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1)
      .max(80)
      .openapi({ description: 'for whom it is, to tell the links apart' }),
    lastsMinutes: z.int().min(1).max(A_DAY_MINUTES).default(240),
  })
  .openapi('ShareRequest', { example: { name: 'Mum', lastsMinutes: 60 } });

export const Share = z
  .object({
    id,
    name: z.string(),
    createdAt: timeMs,
    expiresAt: timeMs,
    followUrl: z.string().optional().openapi({ description: 'absent on a node that cannot sign' }),
  })
  .openapi('Share');

/** A query value is text. */
export const WholeNumber = z
  .string()
  .regex(/^\d{1,15}$/, 'must be a whole number')
  .transform(Number);

export const TripListQuery = z.object({
  status: TripStatus.optional(),
  limit: WholeNumber.pipe(z.int().min(1).max(200))
    .optional()
    .openapi({ description: '1 to 200, default 50' }),
  cursor: z.string().max(200).optional().openapi({ description: "the previous page's" }),
});

export const TrackQuery = z.object({
  since: WholeNumber.optional().openapi({ description: 'only fixes after this time, ms' }),
  format: z.enum(['geojson', 'gpx']).optional().openapi({ description: 'default geojson' }),
});

const VERSION = /^(?:"(\d{1,15})"|(\d{1,15}))$/;

export const IfMatch = z.object({
  'if-match': z
    .string()
    .regex(VERSION, "must be the trip's version, as it is or in quotes")
    .transform((text) => Number(text.replaceAll('"', '')))
    .optional()
    .openapi({ description: "the trip's version that you have read" }),
});

const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem', {
    description: 'RFC 9457',
    example: problem('invalid_request', 'eta: there is no such time', [
      { path: 'eta', message: 'there is no such time' },
    ]),
  });

/** The refusals of a call, by status, for its definition. Every call may answer 503; one that wants a token, 429. */
export function refusals(...codes: ProblemCode[]): Record<number, ReturnType<typeof refusalOf>> {
  const guessing: ProblemCode[] = codes.includes('unauthenticated') ? ['too_many_requests'] : [];
  const all = [...new Set<ProblemCode>([...codes, ...guessing, 'unavailable'])];
  const statuses = [...new Set(all.map((code) => PROBLEMS[code].status))];
  return Object.fromEntries(
    statuses.map((status) => [status, refusalOf(all.filter((code) => PROBLEMS[code].status === status))]),
  );
}

function refusalOf(codes: readonly ProblemCode[]) {
  const description = codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('; ');
  return { description, content: { 'application/problem+json': { schema: Problem } } };
}

/** A JSON answer, for a call's definition. */
export function answer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } };
}

/** A JSON body, for a call's definition. */
export function body<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { 'application/json': { schema } } };
}
