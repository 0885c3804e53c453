import type { WriteStream } from 'node:tty';
import pc from 'picocolors';
import type { StackEvent, UrlName } from './types.js';

/** Shows people how the parts come up. */
export interface ProgressView {
  show(event: StackEvent): void;
  /** Ends the moving part of the display; later lines follow below. */
  close(): void;
}

/** What people know a part as. */
const titles: Record<UrlName, string> = {
  postgres: 'PostgreSQL',
  redis: 'Redis',
  eventstoredb: 'event store',
  extensiv: 'warehouse simulator',
  stripe: 'Stripe stand-in',
  delivery: 'delivery stand-in',
  mail: 'SMTP',
  mailPage: 'mail page',
  portal: 'portal',
  docs: 'API docs',
};
const titleWidth = Math.max(...Object.values(titles).map((title) => title.length)) + 2;

/** Lines as they happen, and on a terminal a last line that tells what is still being waited for. */
export function createProgressView(out: WriteStream): ProgressView {
  const live = out.isTTY === true;
  const waiting = new Map<StackEvent['part'], string>();
  const spinner = live ? setInterval(drawStatus, spinnerMs) : undefined;
  spinner?.unref();
  let frame = 0;
  let closed = false;

  function drawStatus(): void {
    if (closed || waiting.size === 0) return;
    frame += 1;
    const names = [...waiting].map(([part, detail]) => titles[part] + (detail === '' ? '' : ` (${detail})`));
    const text = `${frames[frame % frames.length]} waiting for ${names.join(', ')}`;
    // Cut to the terminal's width: a wrapped line could not be taken back.
    out.write(`${clearLine}${pc.dim(text.slice(0, (out.columns || 80) - 1))}`);
  }

  function print(text: string): void {
    out.write(`${live && !closed ? clearLine : ''}${text}\n`);
    if (live) drawStatus();
  }

  function printReady({ part, urls = {}, elapsedMs = 0 }: StackEvent): void {
    for (const [name, url] of Object.entries(urls)) {
      const took = name === part ? pc.dim(`  ${(elapsedMs / 1000).toFixed(1)} s`) : '';
      print(`  ${pc.green('up')}  ${title(name as UrlName)}${pc.cyan(url)}${took}`);
    }
  }

  return {
    show(event) {
      switch (event.state) {
        case 'starting':
          waiting.set(event.part, '');
          break;
        case 'working':
          waiting.set(event.part, event.detail ?? '');
          // Without a moving line this is the only sign of life during a download.
          if (!live) print(`  ..  ${title(event.part)}${event.detail ?? ''}`);
          break;
        case 'ready':
          waiting.delete(event.part);
          printReady(event);
          break;
        case 'restarting':
          print(`  ${pc.yellow('!!')}  ${title(event.part)}${event.detail ?? ''}`);
          break;
        case 'stopped':
        case 'failed':
          waiting.delete(event.part);
          break;
      }
    },
    close() {
      if (live) out.write(clearLine);
      closed = true;
      clearInterval(spinner);
    },
  };
}

function title(name: UrlName): string {
  return titles[name].padEnd(titleWidth);
}

const spinnerMs = 120;
const frames = ['|', '/', '-', '\\'];
const clearLine = '\r\u001b[2K';
