/**
 * Members of a payment provider's event that tell about a person, at any depth. What the portal works with is not among
 * them.
 */
const personalMembers: ReadonlySet<string> = new Set([
  'address',
  'billing_details',
  'customer_details',
  'customer_email',
  'customer_name',
  'email',
  'evidence',
  'name',
  'payment_method_details',
  'phone',
  'receipt_email',
  'receipt_url',
  'shipping',
]);

/** The same event with null in place of everything personal. */
export function withoutPersonalData(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPersonalData);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      personalMembers.has(name) ? null : withoutPersonalData(member),
    ]),
  );
}
