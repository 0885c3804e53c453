import type { Decider, Decision } from '../shared/decider.js';
import type { InventoryCommand } from './commands.js';
import type { InventoryEvent } from './events.js';
import { commit, release, reserve } from './reservation.js';
import { applySnapshotItem, delist } from './snapshot.js';
import { evolve, type InventoryState } from './state.js';

/** The stock of one SKU: stream `inventory-{sku}`. */
export const inventoryDecider: Decider<InventoryCommand, InventoryEvent, InventoryState> = {
  initial: null,
  evolve,
  decide,
};

function decide(command: InventoryCommand, state: InventoryState): Decision<InventoryEvent> {
  switch (command.type) {
    case 'ApplySnapshotItem':
      return applySnapshotItem(command, state);
    case 'Delist':
      return delist(command, state);
    case 'Reserve':
      return reserve(command, state);
    case 'Release':
      return release(command, state);
    case 'Commit':
      return commit(command, state);
  }
}
