import { createRequire } from 'node:module';

/** The portal's own version: that of package.json, wherever the built code lies. */
export const { version } = createRequire(import.meta.url)('#package') as { version: string };
