import type { FastifyInstance } from 'fastify';

/**
 * Tells which methods an address would answer, for 405 and `Allow`; the router itself only knows that this one is not.
 * Call before routes are added.
 */
export function allowedMethods(app: FastifyInstance): (url: string) => string[] {
  const routes: { pattern: RegExp; methods: string[] }[] = [];
  app.addHook('onRoute', (route) => {
    routes.push({ pattern: templatePattern(route.url), methods: [route.method].flat() });
  });
  return (url) => {
    // A proxy's form of an address names the host, too (RFC 9112, 3.2.2).
    const path = url.replace(/^https?:\/\/[^/]*/i, '').split('?', 1)[0] ?? url;
    const methods = routes.filter(({ pattern }) => pattern.test(path)).flatMap((route) => route.methods);
    return [...new Set(methods)].sort();
  };
}

/** `/orders/:id/history` -> `^/orders/[^/]+/history$` */
function templatePattern(template: string): RegExp {
  const source = template
    .split('/')
    .map((segment) => {
      if (segment.startsWith(':')) return '[^/]+';
      return segment === '*' ? '.*' : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    })
    .join('/');
  return new RegExp(`^${source}$`);
}
