import { runbookOf } from './alert-runbooks.js';
import { createRenderer, type RenderedMail } from './renderer.js';

export interface AlertMail {
  readonly kind: string;
  readonly subject: string;
  readonly message: string;
  /** Shown one per line; no customer data. */
  readonly facts: Record<string, unknown>;
  /** ISO 8601. */
  readonly at: string;
  /** Equal alerts that were kept back since the last mail. */
  readonly repeats: number;
}

/** Renders the mail to the people who run the portal (`templates/admin-alert.*`). */
export function createAlertTemplate(): (alert: AlertMail) => RenderedMail {
  const render = createRenderer();
  return (alert) =>
    render('admin-alert', { alert: { ...alert, facts: factLines(alert.facts), runbook: runbookOf(alert.kind) } });
}

function factLines(facts: Record<string, unknown>): { name: string; value: string }[] {
  return Object.entries(facts).map(([name, value]) => ({
    name,
    value: typeof value === 'string' ? value : JSON.stringify(value),
  }));
}
