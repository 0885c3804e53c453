import type { Terminal } from './terminal.js';

/** A bar for work whose share is known, a counter for work whose end is not. */
export interface Progress {
  /** @param share from 0 to 1, or null when nobody knows */
  show(count: number, share?: number | null): void;
  /** Takes the bar away, so that what follows starts on a clean line. */
  end(): void;
}

/** Redrawn this often at most: drawing must not slow the work. */
const redrawMs = 100;
const barWidth = 30;

export function createProgress(label: string, stream: Terminal['stderr']): Progress {
  const startedAt = performance.now();
  let drawnAt = 0;
  return {
    show(count, share = null) {
      if (stream.isTTY !== true || performance.now() - drawnAt < redrawMs) return;
      drawnAt = performance.now();
      const rate = Math.round((count * 1_000) / Math.max(1, drawnAt - startedAt));
      const parts = [
        label,
        share === null ? null : bar(share),
        count.toLocaleString('en'),
        `${rate.toLocaleString('en')}/s`,
      ];
      stream.write(`\r\u001b[K${parts.filter((part) => part !== null).join('  ')}`);
    },
    end() {
      if (drawnAt > 0) stream.write('\r\u001b[K');
    },
  };
}

function bar(share: number): string {
  const done = Math.round(Math.min(1, Math.max(0, share)) * barWidth);
  const percent = String(Math.floor(Math.min(1, Math.max(0, share)) * 100)).padStart(3);
  return `${'█'.repeat(done)}${'░'.repeat(barWidth - done)} ${percent} %`;
}
