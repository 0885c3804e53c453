import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startStack } from '../../../embedded/stack/index.js';
import { openPorts } from '../../../embedded/stack/ports.js';
import { startTestStack, type TestStack } from '../../support/stack.js';

let stack: TestStack | undefined;
afterEach(async () => {
  await stack?.stop();
  stack = undefined;
});

const answers = (url: string | undefined) =>
  fetch(`${url}/healthz`).then(
    () => true,
    () => false,
  );

describe('a part inside this process', () => {
  it('answers where the settings say, and no longer after the stop', async () => {
    stack = await startTestStack(['delivery']);
    expect(stack.env.DELIVERY_PARTNER_URL).toBe(stack.urls.delivery);
    expect(await answers(stack.urls.delivery)).toBe(true);
    await stack.stop();
    expect(await answers(stack.urls.delivery)).toBe(false);
  });

  it('cannot be killed, and says why', async () => {
    stack = await startTestStack(['delivery']);
    await expect(stack.kill('delivery')).rejects.toThrow(
      'delivery runs in this process, which would be killed with it.',
    );
    expect(await answers(stack.urls.delivery)).toBe(true);
  });

  it('is refused for a part that needs a program', async () => {
    stack = await startTestStack([]);
    const start = startStack({ dataDir: `${stack.dataDir}/other`, parts: ['redis'], inProcess: ['redis'], env: {} });
    await expect(start).rejects.toThrow('redis cannot run in this process.');
  });

  it('takes another port when its own is taken after it was chosen', async () => {
    stack = await startTestStack([]);
    const dataDir = `${stack.dataDir}/other`;
    const other = createServer();
    let thief: Promise<unknown> | undefined;
    const second = await startStack({
      dataDir,
      parts: ['delivery'],
      inProcess: ['delivery'],
      ports: 'free',
      env: {},
      // Told between the choice and the start, synchronously; the kernel binds before `listening` is told.
      onProgress({ state }) {
        if (state !== 'starting') return;
        other.listen(openPorts(dataDir, 'free').current('delivery'), '127.0.0.1');
        thief = once(other, 'listening');
      },
    });
    await thief;
    expect(await answers(second.urls.delivery)).toBe(true);
    await second.stop();
    other.close();
  });
});
