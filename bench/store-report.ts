import type { Stack } from '../embedded/stack/index.js';
import { reportOf } from './program.js';

/** What a task measured. */
export interface StoreReport {
  readonly events: number;
  readonly ms: number;
  /** Processor time of the process that did it, servers not counted. Other work on the machine hardly shows in it. */
  readonly cpuMs: number;
  readonly peakResidentMiB: number;
}

/** Events per second. */
export function perSecond({ events, ms }: StoreReport): number {
  return (events * 1000) / ms;
}

/** Events per second of processor time. */
export function perCpuSecond({ events, cpuMs }: StoreReport): number {
  return (events * 1000) / cpuMs;
}

/** Does one task of `store-process.ts` in a process of its own. @returns what it reported */
export function storeProcess({ env }: Stack, ...task: string[]): Promise<StoreReport> {
  return reportOf<StoreReport>('store-process.js', task, env);
}
