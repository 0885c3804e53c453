import { isUnset } from './part.js';
import { isFree, type Ports } from './ports.js';
import { StackError } from './types.js';

/** Where the portal listens. */
export interface PortalAddress {
  host: string;
  port: number;
  /** How to reach it from this machine. */
  url: string;
}

const usualPort = 3001;

/**
 * Settles HOST and PORT before anything starts, because the payment stand-in must know where to send webhooks.
 *
 * @param mode with `free`, an unset PORT means any port, as PORT=0 always does
 * @param mustBeFree whether the portal is among the parts to start
 */
export async function choosePortalAddress(
  env: NodeJS.ProcessEnv,
  ports: Ports,
  mode: 'usual' | 'free',
  mustBeFree: boolean,
): Promise<PortalAddress> {
  const host = isUnset(env, 'HOST') ? '127.0.0.1' : (env.HOST ?? '').trim();
  const wanted = isUnset(env, 'PORT') ? (mode === 'free' ? 0 : usualPort) : Number(env.PORT);
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65_535) {
    throw new StackError(`PORT=${env.PORT} is not a port number: use 1 to 65535, or 0 for any free port.`);
  }
  const port = wanted === 0 ? await ports.choose('portal') : wanted;
  if (mustBeFree && !(await isFree(port, host))) {
    throw new StackError(
      `Cannot listen on ${host} port ${port}: another program has it. Set PORT to a free one (PORT=0 picks one).`,
    );
  }
  return { host, port, url: `http://${reachable(host)}:${port}` };
}

function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
