import { randomUUID } from 'node:crypto';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { createRoute, z } from '@hono/zod-openapi';
import type { VehicleId } from '@tripcast/protocol';
import { DEMO_FAULTS, DemoFaults } from '../fleet/demo-faults.ts';
import { anyOf } from './authentication.ts';
import type { RestEnv, RestParts } from './rest-context.ts';
import * as shape from './schemas.ts';

const security = [{ bearer: [] }];
const Injected = z.object({ id: z.string(), vehicleId: z.string(), fault: z.enum(DEMO_FAULTS) });

/** In demo mode only: faults for simulated vehicles, from an operator's page to the simulator. */
export function addDemoFaultRoutes(app: OpenAPIHono<RestEnv>, parts: RestParts): void {
  const operatorOnly = anyOf(['operator'], parts);
  const faults = new DemoFaults(parts.backend.bus, parts.clock);

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/demo/vehicles/{id}/faults',
      summary: "Have a simulated vehicle's phone fail for a minute",
      description:
        'On nodes in demo mode only. A simulator that asks for faults takes it up within a second.',
      security,
      middleware: [operatorOnly] as const,
      request: {
        params: shape.VehiclePath,
        body: {
          content: { 'application/json': { schema: z.strictObject({ fault: z.enum(DEMO_FAULTS) }) } },
          required: true,
        },
      },
      responses: {
        202: shape.answer('All nodes have been told', Injected),
        ...shape.refusals('invalid_request', 'unauthenticated', 'forbidden', 'too_large'),
      },
    }),
    async (c) => {
      const { id: vehicleId } = c.req.valid('param');
      const { fault } = c.req.valid('json');
      const injected = { id: randomUUID(), vehicleId: vehicleId as VehicleId, fault };
      await faults.inject(injected);
      return c.json(injected, 202);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/demo/faults',
      summary: 'Faults that were injected in the last half minute',
      description: 'On nodes in demo mode only. For simulators, which ask every second.',
      security,
      middleware: [operatorOnly] as const,
      responses: {
        200: shape.answer('Oldest first', z.object({ faults: z.array(Injected) })),
        ...shape.refusals('unauthenticated', 'forbidden'),
      },
    }),
    async (c) => c.json({ faults: await faults.recent() }, 200),
  );
}
