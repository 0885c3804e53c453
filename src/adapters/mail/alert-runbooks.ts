const operating = 'docs/guides/operating.md';
const alertsByMail = `${operating}#alerts-by-mail`;

/** Where the guides say what to do about an alert of each kind: a file of the project, and the heading in it. */
export const alertRunbooks: Readonly<Record<string, string>> = {
  'order-export-failed': `${operating}#orders-are-not-exported`,
  'inventory-sync-failed': `${operating}#inventory-is-not-syncing`,
  'inventory-emptied': `${operating}#a-sync-has-emptied-the-shop`,
  'refund-failed': `${operating}#a-refund-has-failed`,
  'notification-failed': `${operating}#an-effect-has-failed`,
  'delivery-scheduling-failed': `${operating}#an-effect-has-failed`,
  'delivery-to-call-off': alertsByMail,
  'payment-conflict': alertsByMail,
  'status-conflict': `${operating}#status-updates-are-missing`,
  'wms-cancellation-refused': `${operating}#portal-and-warehouse-differ`,
  'refunded-while-open': `${operating}#a-refund-and-the-goods`,
  'dispute-opened': alertsByMail,
  'projection-parked': `${operating}#streams-are-parked`,
  'event-store-rewound': 'docs/guides/backup.md#the-event-store-went-back-in-time',
  'seal-broken': 'docs/guides/auditing.md#when-sealing-fails',
  'webhook-failed': `${operating}#payments-do-not-arrive`,
  'effect-failed': `${operating}#an-effect-has-failed`,
  reconciliation: `${operating}#portal-and-warehouse-differ`,
};

export function runbookOf(kind: string): string {
  return alertRunbooks[kind] ?? alertsByMail;
}
