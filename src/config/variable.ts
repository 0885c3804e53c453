import type { Form } from './forms.js';

/** One environment variable: what it is for, and how it is read. */
export interface Variable<Value> {
  readonly doc: string;
  /** What a value must be, in words. */
  readonly rule: string;
  readonly secret: boolean;
  readonly required: boolean;
  readonly default: Value | undefined;
  /** @throws with the end of a sentence that begins with the variable's name */
  parse(raw: string | undefined): Value;
}

interface Options {
  readonly secret?: boolean;
  /** What the text must look like; any text without it. */
  readonly form?: Form;
}

export function required(doc: string, { secret = false, form }: Options = {}): Variable<string> {
  return {
    doc,
    rule: 'text',
    secret,
    required: true,
    default: undefined,
    parse: (raw) => {
      if (raw === undefined) throw new Error('is missing');
      return formed(raw, form);
    },
  };
}

export function masterKeys(doc: string): Variable<readonly string[]> {
  /** For AES-256. */
  const bytes = 32;
  const rule = `${bytes} random bytes in base64`;
  return {
    doc,
    rule,
    secret: true,
    required: false,
    default: [],
    parse: (raw) => {
      if (raw === undefined) return [];
      const keys = raw.split(',').map((key) => key.trim());
      if (keys.some((key) => Buffer.from(key, 'base64').length !== bytes)) throw new Error(`must be ${rule}`);
      return keys;
    },
  };
}

export function text(doc: string, fallback: string, { secret = false, form }: Options = {}): Variable<string> {
  return {
    doc,
    rule: 'text',
    secret,
    required: false,
    default: fallback,
    parse: (raw) => (raw === undefined ? fallback : formed(raw, form)),
  };
}

function formed(raw: string, form: Form | undefined): string {
  // Such as what is left of a line end of Windows: a secret would be another one, and nobody would see why.
  if (raw !== raw.trim()) throw new Error('must not begin or end with white space');
  if (form && !form.fits(raw)) throw new Error(`must be ${form.rule}`);
  return raw;
}

/** Text that `check` can read; empty is fine. */
export function checked(
  doc: string,
  rule: string,
  check: (text: string) => unknown,
  { secret = false }: Options = {},
): Variable<string> {
  return {
    doc,
    rule,
    secret,
    required: false,
    default: '',
    parse: (raw = '') => {
      if (raw !== '') check(raw);
      return raw;
    },
  };
}

export function list(doc: string, fallback: readonly string[]): Variable<readonly string[]> {
  return {
    doc,
    rule: 'list, separated by commas',
    secret: false,
    required: false,
    default: fallback,
    parse: (raw) =>
      raw === undefined
        ? fallback
        : raw
            .split(',')
            .map((item) => item.trim())
            .filter((item) => item !== ''),
  };
}

export function integer(doc: string, fallback: number, { min, max }: { min: number; max: number }): Variable<number> {
  const fits = (value: number) => Number.isInteger(value) && value >= min && value <= max;
  return numeric(doc, fallback, `whole number from ${min} to ${max}`, fits);
}

export function fraction(doc: string, fallback: number): Variable<number> {
  return numeric(doc, fallback, 'number from 0 to 1', (value) => value >= 0 && value <= 1);
}

function numeric(doc: string, fallback: number, rule: string, fits: (value: number) => boolean): Variable<number> {
  return {
    doc,
    rule,
    secret: false,
    required: false,
    default: fallback,
    parse: (raw) => {
      if (raw === undefined) return fallback;
      const value = number(raw);
      if (!fits(value)) throw new Error(`must be a ${rule}, not "${raw}"`);
      return value;
    },
  };
}

/** For JavaScript blank text is 0. */
function number(raw: string): number {
  return raw.trim() === '' ? Number.NaN : Number(raw);
}

export function choice<const Value extends string>(
  doc: string,
  values: readonly Value[],
  fallback: Value,
): Variable<Value> {
  return {
    doc,
    rule: `one of ${values.join(', ')}`,
    secret: false,
    required: false,
    default: fallback,
    parse: (raw) => {
      if (raw === undefined) return fallback;
      const value = values.find((candidate) => candidate === raw.trim().toLowerCase());
      if (value === undefined) throw new Error(`must be one of ${values.join(', ')}, not "${raw}"`);
      return value;
    },
  };
}
