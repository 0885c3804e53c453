import { fileURLToPath } from 'node:url';
import nunjucks from 'nunjucks';

export interface RenderedMail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** As buyers know the portal. */
const portalName = 'VitalLogistics';

/**
 * Renders `templates/{name}.html` (everything put in is escaped) and `templates/{name}.txt`, whose first line is
 * `Subject: …`. A name that a template uses and nobody provides is an error, not an empty place in a mail.
 */
export function createRenderer(): (name: string, context: object) => RenderedMail {
  const folder = fileURLToPath(new URL('./templates', import.meta.url));
  const environment = (autoescape: boolean) =>
    new nunjucks.Environment(new nunjucks.FileSystemLoader(folder), {
      autoescape,
      throwOnUndefined: true,
      trimBlocks: true,
      lstripBlocks: true,
    }).addGlobal('portalName', portalName);
  const html = environment(true);
  const text = environment(false);

  return (name, context) => {
    const { subject, body } = splitSubject(name, text.render(`${name}.txt`, context));
    return { subject, text: body, html: html.render(`${name}.html`, { ...context, subject }) };
  };
}

function splitSubject(name: string, rendered: string): { subject: string; body: string } {
  const [, subject, body] = /^Subject: (.+)\n\s*\n([\s\S]+)$/.exec(rendered) ?? [];
  if (subject === undefined || body === undefined) throw new Error(`${name}.txt does not begin with its subject`);
  return { subject: subject.replace(/\s+/g, ' ').trim(), body: `${body.trim()}\n` };
}
