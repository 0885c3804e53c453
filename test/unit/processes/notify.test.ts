import { describe, expect, it } from 'vitest';
import { EventStoreUnavailable } from '../../../src/commands/event-store.js';
import type { CommandHandler } from '../../../src/commands/handler.js';
import type { OrderCommand } from '../../../src/domain/order/commands.js';
import type { NotificationKind } from '../../../src/domain/order/values.js';
import { createNotifyHandler } from '../../../src/processes/handlers/notify.js';
import type { Mailer } from '../../../src/processes/ports/outbound.js';
import { clock, context, knowing, locks, openEffect } from '../../support/known-order.js';
import { cancel, minute, observe, refund, toExported, toPaid } from '../../support/orders.js';

const erase: OrderCommand = { type: 'EraseCustomerData', at: minute(9) };

function mailing(handler: CommandHandler, signal?: AbortSignal) {
  const ids: string[] = [];
  const mailer: Mailer = { send: async ({ messageId }) => void ids.push(messageId) };
  const templates = { render: () => ({ subject: '', html: '', text: '' }) };
  const deps = { handler, clock, locks, mailer, templates, messageIdDomain: 'portal', ...(signal && { signal }) };
  return { ...createNotifyHandler(deps), ids };
}

/** The event store takes nothing so many times. */
async function awayFor(times: number): Promise<CommandHandler> {
  const handler = await knowing(toPaid);
  let left = times;
  const handle: CommandHandler['handle'] = async (...command) => {
    left -= 1;
    if (left >= 0) throw new EventStoreUnavailable('it is away');
    return handler.handle(...command);
  };
  return { ...handler, handle };
}

describe('a mail', () => {
  async function sent(kind: NotificationKind, commands: readonly OrderCommand[]) {
    const handler = await knowing(commands);
    const { perform, ids } = mailing(handler);
    for (const _time of [1, 2]) await perform(openEffect('notify', { notification: kind }), context);
    return ids;
  }

  const confirmation = '<o1.order-confirmation@portal>';
  const cancelled = [...toPaid, cancel()];
  const bounced = [...toPaid, refund('re_1', 300), refund('re_1', 300, 'failed')];
  it.each<[string, NotificationKind, readonly OrderCommand[], string[]]>([
    ['confirms a paid order, once', 'order-confirmation', toPaid, [confirmation]],
    ['confirms no cancelled one', 'order-confirmation', cancelled, []],
    ['tells of a cancellation', 'cancelled', cancelled, ['<o1.cancelled@portal>']],
    [
      'tells of a refund with its amount',
      'refunded',
      [...cancelled, refund('re_1', 300)],
      ['<o1.refunded.300@portal>'],
    ],
    ['tells of no refund that has bounced', 'refunded', bounced, []],
    [
      'tells of a parcel with its number',
      'shipped',
      [...toExported, observe('shipped', minute(10), '1Z 9')],
      ['<o1.shipped.1Z9@portal>'],
    ],
    ['goes to nobody who was erased', 'order-confirmation', [...toPaid, erase], []],
    ['goes to nobody of whom there is no order', 'order-confirmation', [], []],
  ])('%s', async (_what, kind, commands, ids) => {
    expect(await sent(kind, commands)).toEqual(ids);
  });

  const confirming = openEffect('notify', { notification: 'order-confirmation' });

  it('goes out once when the event store is away before it is recorded', async () => {
    const { perform, ids } = mailing(await awayFor(1));
    await perform(confirming, context);
    await perform(confirming, context);
    expect(ids).toEqual([confirmation]);
  });

  it('is left unrecorded by a process that stops meanwhile', async () => {
    const { perform, ids } = mailing(await awayFor(Number.POSITIVE_INFINITY), AbortSignal.abort());
    await expect(perform(confirming, context)).rejects.toThrow(EventStoreUnavailable);
    expect(ids).toEqual([confirmation]);
  });
});
