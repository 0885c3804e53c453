/** Whose streams share a category: an aggregate, or what is made of one. */
interface OfCategory {
  readonly category: string;
}

/** The name of a stream: `{category}-{id}`. Ids may hold hyphens, categories do not. */
export function streamOf({ category }: OfCategory, id: string): string {
  return `${category}-${id}`;
}

/** What the names of all streams of a category begin with. */
export function prefixOf(of: OfCategory): string {
  return streamOf(of, '');
}

export function isStreamOf(of: OfCategory, stream: string): boolean {
  return stream.startsWith(prefixOf(of));
}

export function categoryOf(stream: string): string {
  return stream.slice(0, stream.indexOf('-'));
}

export function idOf(stream: string): string {
  return stream.slice(stream.indexOf('-') + 1);
}

/** Of an aggregate the ids whose streams these events are of, each once. */
export function idsOf<Id extends string>(
  aggregate: OfCategory & { asId(text: string): Id },
  events: readonly { readonly stream: string }[],
): Id[] {
  const streams = new Set(events.map(({ stream }) => stream));
  return [...streams].filter((stream) => isStreamOf(aggregate, stream)).map((stream) => aggregate.asId(idOf(stream)));
}
