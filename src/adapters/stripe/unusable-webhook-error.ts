/** A signed event whose content cannot be used: kept as it came, for an operator to look at. */
export class UnusableWebhookError extends Error {
  override readonly name = 'UnusableWebhookError';
  constructor(
    readonly eventId: string | null,
    readonly eventType: string | null,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`Stripe event ${eventId ?? 'without id'} (${eventType ?? 'no type'}) is unusable: ${reason}`, options);
  }
}
