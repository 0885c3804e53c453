import type { Knex } from 'knex';
import type { PersonsOrder } from '../../commands/erase-personal-data.js';
import type { OrderId } from '../../domain/shared/ids.js';
import { select } from './sql.js';

const columns = 'order_id, order_number, status, customer_id, personal_key';

/** Every order encrypted with one of these keys, the oldest first. @throws ReadModelMissing */
export function ordersOfKeys(db: Knex, keyIds: readonly string[]): Promise<PersonsOrder[]> {
  return find(db, 'personal_key = any(?::uuid[])', [[...keyIds]]);
}

/** Orders not erased that name this customer id or e-mail address. Looks at every order. @throws ReadModelMissing */
export function ordersNaming(db: Knex, customer: string): Promise<PersonsOrder[]> {
  const email = "lower(state #>> '{order,customer,email}') = lower(?)";
  const notErased = "state #>> '{order,erasedAt}' is null";
  return find(db, `(customer_id = ? or ${email}) and ${notErased}`, [customer, customer.trim()]);
}

async function find(db: Knex, condition: string, bindings: readonly (string | string[])[]): Promise<PersonsOrder[]> {
  const rows = await select<Row>(
    db,
    `select ${columns} from "read".orders where ${condition} order by position, order_id`,
    [...bindings],
  );
  return rows.map((row) => ({
    orderId: row.order_id,
    orderNumber: row.order_number,
    status: row.status,
    customerId: row.customer_id,
    keyId: row.personal_key,
  }));
}

interface Row {
  order_id: OrderId;
  order_number: string;
  status: string;
  customer_id: string | null;
  personal_key: string | null;
}
