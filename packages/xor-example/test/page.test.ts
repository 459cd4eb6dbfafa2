import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorLine } from '../src/command.js';
import { presets, resolve } from '../src/configuration.js';
import { loadRegistry } from '../src/plugins.js';
import { reportFiles } from '../src/report/report.js';
import { interpreterSource, policyOf } from '../src/report/scripts.js';
import { trainNetwork } from '../src/run.js';

/** The report's page in a browser that lets no text become code. */

const browserPath = '/usr/bin/chromium';

async function smallReport(): Promise<string> {
  const registry = await loadRegistry([]);
  if (E.isLeft(registry)) throw new Error(errorLine(registry.left));
  const resolved = resolve({ ...presets.numpy, epochs: 30, grid: 8 }, registry.right);
  if (E.isLeft(resolved)) throw new Error(errorLine(resolved.left));
  const network = await trainNetwork(resolved.right)();
  if (E.isLeft(network)) throw new Error(errorLine(network.left));
  const files = await reportFiles([network.right]);
  if (E.isLeft(files)) throw new Error(errorLine(files.left));
  return files.right.get('report.html') ?? '';
}

describe.skipIf(!existsSync(browserPath) && process.env.CI === undefined)('the page', () => {
  let html = '';
  let folder = '';
  let browser: Browser | undefined;
  beforeAll(async () => {
    html = await smallReport();
    folder = mkdtempSync(join(tmpdir(), 'adjoint-page-'));
    writeFileSync(join(folder, 'report.html'), html);
    browser = await chromium.launch({
      executablePath: browserPath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens the page, and gives what it complains of once its charts had their time. */
  async function opened(
    open: (page: Page) => Promise<unknown>,
  ): Promise<{ page: Page; complaints: readonly string[] }> {
    if (browser === undefined) throw new Error('no browser');
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await open(page);
    await page.waitForFunction(
      '[...document.querySelectorAll("[data-chart]")].every((chart) => chart.querySelector("svg path"))',
      undefined,
      { timeout: 30_000 },
    );
    return { page, complaints };
  }

  it('draws its charts under its own policy, and turns its surface', async () => {
    const { page, complaints } = await opened((each) =>
      each.goto(pathToFileURL(join(folder, 'report.html')).href),
    );
    const surface = page.locator('[data-chart^="surface-3d"]').first();
    const before = await surface.locator('svg').innerHTML();
    await surface.locator('input[type=range]').first().fill('75');
    await expect.poll(() => surface.locator('svg').innerHTML()).not.toBe(before);
    // The policy holds: a text does not become code.
    const refused = await page.evaluate(`(() => {
      const script = document.createElement('script');
      script.textContent = 'window.broken = true';
      document.body.append(script);
      return window.broken === undefined;
    })()`);
    expect(refused).toBe(true);
    expect(complaints.filter((complaint) => !complaint.includes('inline script'))).toEqual([]);
    await page.close();
  });

  it('draws its charts where a server’s policy allows no eval', async () => {
    const { page, complaints } = await opened(async (each) => {
      await each.route('http://report.test/', (route) =>
        route.fulfill({
          contentType: 'text/html',
          body: html,
          headers: {
            'Content-Security-Policy': "default-src 'self' 'unsafe-inline'; img-src data: 'self'",
          },
        }),
      );
      await each.goto('http://report.test/');
    });
    expect(complaints).toEqual([]);
    await page.close();
  });
});

describe('the policy', () => {
  it('names each script by its hash and allows no eval', () => {
    expect(policyOf(['alert(1)'])).toMatch(
      /^default-src 'none'; script-src 'sha256-[\w+/]{43}='; style-src 'unsafe-inline'; img-src data:; /,
    );
    expect(policyOf([''])).not.toContain('eval');
  });
});

it('knows the form of the module that interprets expressions', () => {
  const module = "import { a } from 'vega-util';\nconst f = a;\nexport { f as expressionInterpreter };\n";
  expect(interpreterSource(module)).toContain('const { a } = vega;\nconst f = a;\nreturn f;');
  expect(() => interpreterSource('export default 1;')).toThrow('not the module');
});
