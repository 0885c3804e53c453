import type { PartPlan, Served } from './part.js';
import { portKey, type Supervisor, type SupervisorOptions } from './supervisor.js';
import { StackError } from './types.js';

/** Runs a part inside this process. It shares its fate, so there is nothing to watch and nothing to start again. */
export function hostPart({ definition, context, ports, onEvent }: SupervisorOptions): Supervisor {
  const { name } = definition;
  let plan: PartPlan | undefined;
  let running: Served | undefined;

  async function serve(): Promise<void> {
    plan = await definition.prepare(context);
    if (plan.serve === undefined) throw new StackError(`${name} cannot run in this process.`);
    running = await plan.serve();
  }

  async function stop(): Promise<void> {
    const ended = running;
    running = undefined;
    if (ended === undefined) return;
    await ended.close();
    onEvent({ part: name, state: 'stopped' });
  }

  return {
    definition,
    plan: () => plan,
    async start() {
      const began = performance.now();
      onEvent({ part: name, state: 'starting' });
      try {
        await serve();
      } catch (error) {
        // Free when it was chosen, taken since.
        if (!isPortTaken(error)) throw error;
        for (const port of Object.keys(definition.ports)) await ports.replace(portKey(name, port));
        await serve();
      }
      onEvent({ part: name, state: 'ready', elapsedMs: performance.now() - began, urls: plan?.urls ?? {} });
    },
    async kill() {
      throw new StackError(`${name} runs in this process, which would be killed with it.`);
    },
    stop,
  };
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && /EADDRINUSE|address already in use/i.test(error.message);
}
