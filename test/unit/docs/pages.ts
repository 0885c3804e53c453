import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));

export interface Page {
  /** Relative to the project. */
  readonly file: string;
  readonly text: string;
}

export function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

/** Every page people read: the README, the guide for contributors, and all of docs/. */
export function allPages(): Page[] {
  const inDocs = readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join('docs', name));
  return ['README.md', 'CONTRIBUTING.md', ...inDocs].map((file) => ({ file, text: read(file) }));
}

/** The fenced blocks of a page in one language. */
export function blocks({ text }: Page, language: string): string[] {
  return [...text.matchAll(/^ *```(\w*)\n([\s\S]*?)^ *```/gm)].flatMap(([, found, body]) =>
    found === language && body !== undefined ? [body] : [],
  );
}

/** What a heading can be linked by, as GitHub makes it, and anchors set by hand. */
export function anchors(text: string): Set<string> {
  const headings = [...text.replaceAll(/^ *```[\s\S]*?^ *```/gm, '').matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  const set = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id);
  return new Set([...headings, ...set]);
}
