// A real Chromium, and the page in it.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { server } from '../../web/serve.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').BrowserContextOptions} Options */
/** @typedef {{ page: Page, requests: string[], violations: string[], url: string }} Opened */

export const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = process.env.DIST ?? `${root}dist`;

/** Quiet and without a network of its own: the browser asks nobody anything. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Starts the browser. */
export async function startBrowser() {
  const executablePath = process.env.CHROMIUM ?? PLACES.find((path) => existsSync(path));
  assert.ok(executablePath, `no Chromium: set CHROMIUM, or install one of ${PLACES.join(', ')}`);
  return chromium.launch({ executablePath, args: ARGUMENTS });
}

/**
 * The two shapes of the page.
 * @typedef {object} Shape
 * @property {string} name
 * @property {() => Promise<{ url: string, stop: () => Promise<void> }>} start
 */

/** @type {Shape[]} */
export const SHAPES = [
  {
    name: 'file://',
    start: async () => ({ url: pathToFileURL(`${dist}/tlsmend.html`).href, stop: async () => {} }),
  },
  {
    name: 'http://',
    start: async () => {
      const http = server(`${dist}/site`);
      await new Promise((resolve) => http.listen(0, '127.0.0.1', () => resolve(undefined)));
      const address = /** @type {import('node:net').AddressInfo} */ (http.address());
      return {
        url: `http://127.0.0.1:${address.port}/`,
        stop: async () => {
          http.close();
          http.closeAllConnections?.();
        },
      };
    },
  },
];

/**
 * Opens the page in a context of its own. Every request of the page and of its
 * workers is written down, and whatever the policy refuses.
 * @param {import('playwright-core').Browser} browser
 * @param {string} url
 * @param {Options} [options]
 * @returns {Promise<Opened & { close: () => Promise<void> }>}
 */
export async function open(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  /** @type {string[]} */ const requests = [];
  /** @type {string[]} */ const violations = [];
  context.on('request', (request) => requests.push(request.url()));
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') violations.push(message.text());
  });
  page.on('pageerror', (error) => violations.push(String(error)));
  await watchNetwork(context, page, requests);
  await page.goto(url);
  await page.locator('tls-mend .cm-content').waitFor();
  return { page, requests, violations, url, close: () => context.close() };
}

/**
 * The same once more from the browser's own events, sockets included: of the
 * page, and of each worker as it starts.
 * @param {import('playwright-core').BrowserContext} context @param {Page} page @param {string[]} requests
 */
async function watchNetwork(context, page, requests) {
  const session = await context.newCDPSession(page);
  session.on('Network.requestWillBeSent', ({ request }) => requests.push(request.url));
  session.on('Network.webSocketCreated', ({ url }) => requests.push(url));
  session.on('Network.webTransportCreated', ({ url }) => requests.push(url));
  await session.send('Network.enable');
}

/** What is in the field of the config. @param {Page} page */
export function editor(page) {
  return page.getByRole('textbox', { name: 'nginx config' });
}

/** @param {Page} page */
export function evidence(page) {
  return page.getByRole('textbox', { name: /^Evidence: / }).first();
}

/**
 * Pastes a text as a user does, by the clipboard.
 * @param {Page} page @param {import('playwright-core').Locator} where @param {string} text
 */
export async function paste(page, where, text) {
  await page.evaluate((words) => navigator.clipboard.writeText(words), text);
  await where.click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('ControlOrMeta+v');
}

/**
 * Does something and waits for the answer that follows.
 * @param {Page} page @param {() => Promise<unknown>} act
 * @returns {Promise<any>} the response that is shown then
 */
export async function answered(page, act) {
  await page.evaluate(() => {
    const element = document.querySelector('tls-mend');
    Object.assign(window, {
      answer: new Promise((resolve) => element?.addEventListener('result', resolve, { once: true })),
    });
  });
  await act();
  return page.evaluate(async () => {
    const { answer } = /** @type {any} */ (window);
    await Promise.race([
      answer,
      new Promise((_, reject) => setTimeout(() => reject(new Error('no answer')), 20_000)),
    ]);
    return /** @type {any} */ (document.querySelector('tls-mend')).response;
  });
}

/** The diff as it is on the screen, as text. @param {Page} page */
export function shownDiff(page) {
  return page.locator('.diff .hunk tbody tr:has(.code)').evaluateAll((rows) =>
    rows.map((row) => {
      const sign = row.matches('.add') ? '+' : row.matches('.del') ? '-' : ' ';
      return `${sign}${row.querySelector('.code')?.textContent}`.replace('\u200b', '');
    }),
  );
}
