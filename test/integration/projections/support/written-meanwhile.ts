import type { Knex } from 'knex';

/** A database in which something is written right behind the answer to its first question, and before all others are asked. */
export function writtenMeanwhile(db: Knex, write: () => Promise<unknown>): Knex {
  let first: Promise<unknown> | null = null;
  const asking = <Asked extends Knex>(asked: Asked): Asked =>
    new Proxy(asked, {
      get(target, key) {
        if (key === 'transaction') {
          return (read: (moment: Knex.Transaction) => Promise<unknown>, how: Knex.TransactionConfig) =>
            target.transaction((moment) => read(asking(moment)), how);
        }
        if (key !== 'raw') return Reflect.get(target, key);
        return (...question: [string, Knex.RawBinding[]]) => {
          if (first) return first.then(() => target.raw(...question));
          first = target.raw(...question).then(async (answer) => {
            await write();
            return answer;
          });
          return first;
        };
      },
    });
  return asking(db);
}
