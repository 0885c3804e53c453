import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { formatPosition } from '../../../src/commands/event-store.js';
import { asBrandId } from '../../../src/domain/shared/ids.js';
import { buildApp } from '../../../src/http/app.js';
import type { Queries, Reached } from '../../../src/projections/queries.js';
import { memoryPortal } from '../../support/memory-portal/index.js';
import { exampleId, placeOrder } from '../../support/orders.js';

const share = { brandShareBps: 8_000, reason: 'new contract' };
const position = { commit: 1n, prepare: 1n };

/** Writes that answer something else than the order they have changed. */
describe.each<['PUT' | 'POST', string, object?]>([
  ['PUT', '/api/v1/brands/vital-hemp/share', share],
  ['POST', `/api/v1/orders/${exampleId(1)}/payment`],
  ['POST', '/api/v1/inventory/sync?wait=true'],
])('%s %s', (method, url, payload) => {
  it.each<[string, () => Reached | Promise<never>]>([
    ['show it', () => 'all'],
    ['are late', () => 'late'],
    ['are away', () => Promise.reject(new Error('down'))],
  ])('is answered once the read models %s', async (_how, reached) => {
    const portal = memoryPortal();
    portal.addOrder(exampleId(1), [placeOrder]);
    const waits: string[] = [];
    const reach: Queries['reach'] = async (wanted) => {
      await nextTurn();
      waits.push(formatPosition(wanted));
      return reached();
    };
    const app = await buildApp({
      ...portal.options,
      queries: { ...portal.options.queries, reach },
      useCases: {
        ...portal.options.useCases,
        overrideBrandShare: async () => ({ value: { brandId: asBrandId('vital-hemp') }, position }),
        fetchPayment: async () => ({ value: { paymentIntentId: 'pi_1', clientSecret: 'secret' }, position }),
        syncInventory: async () => ({ syncId: 's1', position }),
      },
    });
    const { statusCode, headers } = await app.inject({ method, url, ...(payload && { payload }) });
    expect([statusCode, headers['x-event-position'], waits]).toEqual([200, '1/1', ['1/1']]);
    await app.close();
  });
});
