import { messageOf } from '../shared/errors.js';
import type { PartPlan, Served } from './part.js';
import { isPortTaken, replacePorts } from './part-ports.js';
import type { Supervisor, SupervisorOptions } from './supervisor.js';
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
    plan: () => plan,
    async start() {
      const began = performance.now();
      onEvent({ part: name, state: 'starting' });
      try {
        await serve();
      } catch (error) {
        if (!isPortTaken(messageOf(error))) throw error;
        await replacePorts(definition, ports);
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
