/** What of an event's data is about a person. It is stored encrypted with a key of that person, see docs/guides/privacy.md. */
export interface PersonalMembers {
  /** Who the data is about, as `customer:{id}` or `email:{address}`. @param data of the current schema version */
  subject(data: unknown): string;
  /** The personal members by name, each with what is read instead once the key is destroyed. */
  readonly erased: Readonly<Record<string, unknown>>;
}

/** Stands in every text that was erased. */
export const erasedText = 'erased';

export function customerSubject(customerId: string): string {
  return `customer:${customerId}`;
}

/** Spellings of an address that reach the same mailbox nearly everywhere are one subject. */
export function emailSubject(email: string): string {
  return `email:${email.trim().normalize('NFC').toLowerCase()}`;
}
