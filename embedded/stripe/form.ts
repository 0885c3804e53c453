/** A decoded form: strings, and objects for `a[b]=c`. */
export interface Form {
  readonly [name: string]: string | Form;
}

/** Stripe nests at most a few levels; deeper input is refused rather than built. */
const maxDepth = 8;

/** Decodes the bracket notation of Stripe's form bodies and query strings (`metadata[order_id]=1`). */
export function parseForm(text: string): Form {
  const root: MutableForm = Object.create(null) as MutableForm;
  for (const [name, value] of new URLSearchParams(text)) assign(root, keysOf(name), value);
  return root;
}

interface MutableForm {
  [name: string]: string | MutableForm;
}

function keysOf(name: string): string[] {
  const [first = '', ...rest] = name.split('[');
  return [first, ...rest.map((part) => part.replace(/\]$/, ''))].slice(0, maxDepth);
}

function assign(form: MutableForm, keys: string[], value: string): void {
  const [key = '', ...rest] = keys;
  if (rest.length === 0) {
    form[key] = value;
    return;
  }
  const next = form[key];
  const nested = typeof next === 'object' ? next : (Object.create(null) as MutableForm);
  form[key] = nested;
  assign(nested, rest, value);
}
