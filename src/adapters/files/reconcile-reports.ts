import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { KeepReport } from '../../processes/reconcile/daily.js';
import { readableReport } from '../../processes/reconcile/report.js';

/** {@link KeepReport} as `reconcile-{date}.json` and `.txt` in a folder, which is made when it is missing. */
export function keepReportsIn(folder: string): KeepReport {
  return async (date, report) => {
    const file = path.join(folder, `reconcile-${date}`);
    await mkdir(folder, { recursive: true });
    await writeFile(`${file}.json`, `${JSON.stringify(report, null, 2)}\n`);
    await writeFile(`${file}.txt`, readableReport(report));
  };
}
