/** Rules in the order they were made, each used up after so many uses. */
export interface Rules<Rule> {
  /** @param times how often the rule applies; infinity for always */
  add(rule: Rule, times: number): void;
  /** The first rule that fits, which is thereby used once. */
  take(fits: (rule: Rule) => boolean): Rule | undefined;
  list(): readonly { readonly rule: Rule; readonly left: number }[];
  clear(): void;
}

/** More than this is a test gone wrong. */
const maxRules = 1_000;

export function createRules<Rule>(): Rules<Rule> {
  let rules: { rule: Rule; left: number }[] = [];
  return {
    add(rule, times) {
      if (rules.length >= maxRules) throw new Error(`more than ${maxRules} faults pending`);
      rules.push({ rule, left: times });
    },
    take(fits) {
      const found = rules.find(({ rule }) => fits(rule));
      if (found === undefined) return undefined;
      found.left -= 1;
      if (found.left <= 0) rules = rules.filter((other) => other !== found);
      return found.rule;
    },
    list: () => rules,
    clear() {
      rules = [];
    },
  };
}
