declare const kind: unique symbol;

/** Text that names one kind of thing, so that the compiler refuses it where another kind is named. Plain text at run time. */
export type Nominal<Kind extends string> = string & { readonly [kind]: Kind };
