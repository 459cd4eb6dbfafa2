import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The backend in a page: with threads where it is isolated from other origins, without elsewhere. */

const browserPath = '/usr/bin/chromium';
const packages = fileURLToPath(new URL('../../', import.meta.url));

async function bundled(): Promise<string> {
  const results = await build({
    configFile: false,
    logLevel: 'silent',
    resolve: {
      alias: [
        { find: '@adjoint/core/extend', replacement: `${packages}core/src/extend.ts` },
        { find: /^@adjoint\/(.*)$/, replacement: `${packages}$1/src/index.ts` },
        { find: /^(fp-ts|io-ts)\/lib\/(.*)\.js$/, replacement: '$1/es6/$2.js' },
      ],
    },
    build: {
      write: false,
      minify: false,
      lib: { entry: fileURLToPath(new URL('page/entry.ts', import.meta.url)), formats: ['es'] },
    },
  });
  const [result] = [results].flat();
  if (result === undefined || !('output' in result)) throw new Error('nothing was bundled');
  return result.output[0].code;
}

const isolated = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** What pages allow themselves, by their address. */
const policies: Readonly<Record<string, string>> = {
  '/strict': "script-src 'self'",
  '/without-blobs': "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'",
  '/with-blobs': "script-src 'self' 'wasm-unsafe-eval'; worker-src blob:",
};

describe.skipIf(!existsSync(browserPath) && process.env.CI === undefined)('the backend in a page', () => {
  let browser: Browser;
  let server: Server;
  let address = '';

  beforeAll(async () => {
    const code = await bundled();
    server = createServer(({ url = '' }, response) => {
      const isScript = url === '/script.js';
      response.writeHead(200, {
        'content-type': isScript ? 'text/javascript' : 'text/html',
        ...(url !== '/alone' ? isolated : {}),
        ...(url in policies ? { 'content-security-policy': policies[url] } : {}),
      });
      response.end(isScript ? code : '<script type="module" src="/script.js"></script>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const listening = server.address();
    if (listening === null || typeof listening === 'string') throw new Error('the server has no port');
    address = `http://127.0.0.1:${listening.port}`;
    browser = await chromium.launch({
      executablePath: browserPath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
  });

  afterAll(async () => {
    await browser.close();
    server.close();
  });

  it.each([
    ['isolated', '/shared', 1],
    ['not isolated', '/alone', 0],
    ['isolated, and allows workers', '/with-blobs', 1],
    ['isolated, and lets no worker start', '/without-blobs', 0],
  ])('that is %s computes the same, with as many workers as it may have', async (_, path, workers) => {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => void errors.push(error.message));
    await page.goto(address + path);
    await page.waitForFunction(() => document.title !== '', undefined, { timeout: 60_000 });
    expect({ title: await page.title(), errors, workers: page.workers().length }).toEqual({
      title: 'the same',
      errors: [],
      workers,
    });
    await page.close();
  });

  it('that lets nothing be compiled is told what its policy has to say', async () => {
    const page = await browser.newPage();
    await page.goto(`${address}/strict`);
    await page.waitForFunction(() => document.title !== '', undefined, { timeout: 60_000 });
    const title = await page.title();
    expect(title).toMatch(/^refused: .*wasm-unsafe-eval.* and at once .*wasm-unsafe-eval/);
    await page.close();
  });
});
