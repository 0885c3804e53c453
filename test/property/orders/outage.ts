/** A neighbour that is away ends the work, and nobody takes it up. */
export async function unlessAway(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isOutage(error)) throw error;
  }
}

/** Whether it comes from a neighbour that is away, or has refused. */
export function isOutage(error: unknown): boolean {
  return error instanceof Error && ['WarehouseError', 'PaymentsError', 'DeliveryError'].includes(error.name);
}
