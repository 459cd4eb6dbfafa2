import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** `npm start` on a fresh copy of the repository, as a newcomer runs it, and its report in a browser without a network. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const browser = '/usr/bin/chromium';
const hasBrowser = existsSync(browser);

let copy = '';

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'adjoint-start-'));
  // What git would hand out, with the changes that are not committed yet.
  const files = spawnSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
  });
  const present = files.stdout.split('\0').filter((file) => file !== '' && existsSync(join(root, file)));
  const packed = spawnSync('tar', ['-c', '--null', '-T', '-'], {
    cwd: root,
    input: present.join('\0'),
    maxBuffer: 2 ** 28,
  });
  spawnSync('tar', ['-x'], { cwd: copy, input: packed.stdout });
});

afterAll(() => {
  rmSync(copy, { recursive: true, force: true });
});

describe('npm start', () => {
  it('installs, builds, prints the notebook and writes the report', { timeout: 600_000 }, () => {
    const { stdout, stderr, status } = spawnSync('npm', ['start'], {
      cwd: copy,
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('Epoch 480, Loss: 0.0009\n');
    expect(stdout).toContain('Epoch 480, Loss: 0.0008\n');
    expect(stdout.match(/^Accuracy: 1\.0$/gm)).toHaveLength(2);
    // The progress display stays away from what is not a terminal.
    expect(`${stdout}${stderr}`).not.toContain('\u001b[');
    expect(existsSync(join(copy, 'out/report.html'))).toBe(true);
  });

  it.skipIf(!hasBrowser && process.env.CI === undefined)(
    'writes a report that needs no network',
    async () => {
      const launched = await chromium.launch({
        executablePath: browser,
        args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
      });
      try {
        const context = await launched.newContext({ offline: true });
        const page = await context.newPage();
        const complaints: string[] = [];
        page.on('console', (message) => {
          if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
        });
        page.on('pageerror', (error) => complaints.push(error.message));
        page.on('request', (request) => {
          if (!/^(file|data|blob):/.test(request.url())) complaints.push(`requested ${request.url()}`);
        });
        await page.goto(pathToFileURL(join(copy, 'out/report.html')).href);
        await page.waitForLoadState('load');
        const charts = page.locator('[data-chart]');
        await page.waitForFunction(
          '[...document.querySelectorAll("[data-chart]")].every((chart) => chart.querySelector("svg"))',
        );
        expect(await charts.count()).toBeGreaterThanOrEqual(8);
        for (const chart of await charts.all()) {
          const box = await chart.locator('svg').first().boundingBox();
          expect(box?.width).toBeGreaterThan(100);
          expect(await chart.locator('svg path, svg rect').count()).toBeGreaterThan(3);
        }
        const surface = page.locator('[data-chart^="surface-3d"]').first();
        const before = await surface.locator('svg').innerHTML();
        await surface.locator('input[type=range]').first().fill('75');
        await expect.poll(() => surface.locator('svg').innerHTML()).not.toBe(before);
        expect(await page.locator('math').count()).toBeGreaterThanOrEqual(18);
        expect(complaints).toEqual([]);
      } finally {
        await launched.close();
      }
    },
  );
});
