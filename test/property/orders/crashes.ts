/** The death of the process at a moment that a test picks. From then on it does nothing more to the world outside. */
export interface Crashes {
  /** It dies at this one of the moments to come, counted from 0; null when it shall live. */
  dieAt(moment: number | null): void;
  /** The port with a moment before and one after each call. */
  exposed<Port extends object>(port: Port): Port;
  /** @throws when the process dies now, or is dead */
  moment(): void;
  /** Does what a process does; when it dies over it, another one starts. @returns whether it died */
  survive(act: () => Promise<void>): Promise<boolean>;
}

/**
 * @param restart what was in memory is gone
 * @param turn waited for before and after each call, so that what runs at the same time interleaves
 */
export function createCrashes(restart: () => void, turn: () => Promise<unknown>): Crashes {
  let left: number | null = null;
  let dead = false;
  const moment = () => {
    if (left === 0) dead = true;
    if (left !== null) left -= 1;
    if (dead) throw new Error('the process has died');
  };

  return {
    dieAt(next) {
      left = next;
    },
    moment,
    exposed<Port extends object>(port: Port): Port {
      const exposed = Object.entries(port).map(([name, call]: [string, (...args: unknown[]) => Promise<unknown>]) => [
        name,
        async (...args: unknown[]) => {
          moment();
          await turn();
          const answer = await call(...args);
          await turn();
          moment();
          return answer;
        },
      ]);
      return Object.fromEntries(exposed) as Port;
    },
    async survive(act) {
      try {
        await act();
      } catch (error) {
        if (!dead) throw error;
      }
      const died = dead;
      left = null;
      dead = false;
      if (died) restart();
      return died;
    },
  };
}
