/** The key that one person's data is encrypted with. */
export interface DataKey {
  /** Random UUID; says nothing about the person. */
  readonly id: string;
  /** 32 bytes. */
  readonly secret: Buffer;
}

/** The key for a customer's new data is damaged where it is kept. Only an operator can bring it back, or give it up. */
export class PersonalKeyDamaged extends Error {
  override readonly name = 'PersonalKeyDamaged';
  constructor(keyId: string | undefined) {
    super(`the key ${keyId} of a customer cannot be opened`);
  }
}

/** What opening keys came to. */
interface OpenedKeys {
  readonly opened: number;
  /** Ids of those that cannot be opened. */
  readonly damaged: readonly string[];
  /** Whether all were tried. */
  readonly all: boolean;
}

/** The keys of persons, as encrypting and opening see them. */
export interface PersonalKeys {
  /**
   * Runs `work` with the key for new data of a subject, made on first use and durable before `work` begins. The key is
   * not retired while `work` runs, so nothing is written with a key that an erasure has looked at already.
   * @throws PersonalKeyDamaged
   */
  using<Value>(subject: string, work: (key: DataKey) => Promise<Value>): Promise<Value>;
  /** Keys by id, in one query. A key that was destroyed is `erased`; one that is lost or damaged is absent. */
  find(ids: readonly string[]): Promise<ReadonlyMap<string, DataKey | 'erased'>>;
}

/** A key as operators see it. */
export interface PersonalKey {
  readonly id: string;
  readonly createdAt: string;
  /** Since when it encrypts nothing new. */
  readonly retiredAt: string | null;
  readonly erasedAt: string | null;
}

interface KeyCounts {
  readonly live: number;
  readonly retired: number;
  readonly erased: number;
  /** Wrapped by another master key than the first. */
  readonly underFormerMaster: number;
  /** Wrapped by a master key that is not configured, the key of the index among them: nothing can be read with these. */
  readonly underUnknownMaster: number;
}

/** The keys of persons, as erasing and operating see them. */
export interface KeyRegister {
  /** @throws when the keys cannot be used with the master key that is configured */
  ready(): Promise<void>;
  /** Keys that encrypt, or have encrypted, the data of these subjects; what was destroyed knows its subject no more. */
  ofSubjects(subjects: readonly string[]): Promise<PersonalKey[]>;
  get(id: string): Promise<PersonalKey | null>;
  /** New data of their subjects get another key. Returns when nobody is writing with these any more. */
  retire(ids: readonly string[]): Promise<void>;
  /** Destroys a key; repeating it, or destroying a lost key, leaves the same mark. */
  destroy(id: string): Promise<void>;
  /** Wraps every key with the current master key, but for those that are damaged. @returns how many were wrapped by another */
  rewrap(onProgress?: (keys: number) => void): Promise<number>;
  counts(): Promise<KeyCounts>;
  /** Tries keys that are not erased, `most` of them at most. @throws when a master key is missing */
  tryAll(most: number): Promise<OpenedKeys>;
}
