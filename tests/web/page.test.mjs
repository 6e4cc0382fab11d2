// The page as it is shipped, in a real browser: from file:// and from a server.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import Ajv from 'ajv/dist/2020.js';
import { answered, editor, evidence, open, paste, root, SHAPES, shownDiff, startBrowser } from './browser.mjs';

const config = readFileSync(`${root}web/example/nginx.conf`, 'utf8');
const log = readFileSync(`${root}web/example/error.log`, 'utf8');
const NAME = 'payments.internal.example.com';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** @type {import('playwright-core').Browser} */
let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser?.close());

for (const shape of SHAPES) {
  describe(`the page from ${shape.name}`, () => {
    let url = '';
    /** @type {() => Promise<void>} */
    let stop;
    before(async () => ({ url, stop } = await shape.start()));
    after(() => stop());

    /**
     * A test with a page of its own.
     * @param {string} name
     * @param {(opened: Awaited<ReturnType<typeof open>>) => Promise<void>} body
     * @param {import('playwright-core').BrowserContextOptions} [options]
     */
    function withPage(name, body, options) {
      test(name, { timeout: 60_000 }, async () => {
        const opened = await open(browser, url, options);
        try {
          await body(opened);
        } finally {
          await opened.close();
        }
      });
    }

    withPage('a pasted config and log line give a diff and the reason', async ({ page, violations }) => {
      await answered(page, () => paste(page, editor(page), config));
      const response = await answered(page, () => paste(page, evidence(page), log));
      assert.match(response.diff, /^\+ +proxy_ssl_protocols +TLSv1\.2 TLSv1\.3;$/m);
      assert.deepEqual(await shownDiff(page), linesOf(response.diff));
      assert.equal(await page.locator('.result h2').first().textContent(), response.diagnosis[0].title);
      assert.equal(await page.locator('.finding').count(), response.findings.length);
      assert.ok((await page.locator('.cm-lint-marker').count()) > 0, 'findings are marked in the gutter');
      assert.deepEqual(violations, []);
    });

    withPage('an answer changes the diff, and can be taken back', async ({ page }) => {
      const first = await example(page);
      const field = page.locator('[data-ask="upstream-name"] input');
      assert.ok(!first.diff.includes(NAME));
      const verdict = page.locator('.verdict');
      assert.match((await verdict.textContent()) ?? '', /The likeliest cause is not among them: it needs an answer\./);
      const second = await answered(page, () => field.fill(NAME));
      assert.match(second.diff, new RegExp(`^\\+ +proxy_ssl_name +${NAME};$`, 'm'));
      assert.match(second.diff, /^\+ +proxy_ssl_server_name +on;$/m);
      assert.doesNotMatch((await verdict.textContent()) ?? '', /likeliest/);
      assert.deepEqual(await shownDiff(page), linesOf(second.diff));
      assert.equal(await field.inputValue(), NAME, 'the answer stays in its field');
      assert.ok(await field.evaluate((input) => input.matches(':focus')), 'and the focus too');
      const third = await answered(page, () => page.getByRole('button', { name: 'Take back' }).click());
      assert.equal(third.diff, first.diff);
    });

    withPage('an answer that cannot be is refused at its field', async ({ page }) => {
      const { diff } = await example(page);
      await page.locator('[data-ask="upstream-name"] input').fill('10.0.4.22');
      const fault = page.locator('[data-ask="upstream-name"] .fault');
      await fault.waitFor();
      assert.match((await fault.textContent()) ?? '', /DNS name/);
      assert.deepEqual(await shownDiff(page), linesOf(diff), 'the last good diff stays');
      await answered(page, () => page.locator('[data-ask="upstream-name"] input').fill(NAME));
      assert.ok(await fault.isHidden());
    });

    withPage('copied, downloaded and applied: the same fixed file', async ({ page }) => {
      await example(page);
      const { diff, files } = await answered(page, () =>
        page.locator('[data-ask="upstream-name"] input').fill(NAME),
      );
      await page.getByRole('button', { name: 'Copy the diff' }).click();
      await page.getByRole('button', { name: /^Copied/ }).waitFor();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), diff);
      assert.equal(await downloaded(page, 'Download .patch', 'nginx.conf.patch'), diff);
      const fixed = await downloaded(page, 'Download nginx.conf', 'nginx.conf');
      assert.equal(fixed, files[0].text);
      assert.equal(applied(config, diff), fixed);
    });

    withPage('nothing leaves the page', async ({ page, requests }) => {
      await example(page);
      await answered(page, () => page.locator('[data-ask="upstream-name"] input').fill(NAME));
      await page.getByRole('button', { name: 'Copy the diff' }).click();
      await page.waitForTimeout(300);
      const own = shape.name === 'file://' ? [url] : ['', 'page.css', 'page.js', 'module.js'].map((file) => url + file);
      const other = requests.filter((each) => !own.includes(each) && !/^(blob|data):/.test(each));
      assert.deepEqual(other, []);
      assert.ok(requests.includes(url), 'the requests are seen at all');
    });

    withPage('the browser refuses every way out', async ({ page }) => {
      await example(page);
      const sink = await startSink();
      // Its own server is no better than another.
      const tried = await page.evaluate(tryEverything, [sink.url, `${url}?secret`]);
      assert.deepEqual(tried.reached, []);
      assert.deepEqual(
        [...new Set(tried.refusedBy)].sort(),
        ['connect-src', 'font-src', 'form-action', 'frame-src', 'img-src', 'media-src', 'object-src', 'script-src-elem', 'style-src-elem'],
      );
      const [worker] = page.workers();
      assert.ok(worker, 'the module runs in a worker');
      const inWorker = await worker.evaluate(
        (to) => fetch(to, { mode: 'no-cors' }).then(() => 'reached', (error) => String(error)),
        sink.url,
      );
      assert.match(inWorker, /Failed to fetch|Refused/);
      await page.waitForTimeout(300);
      assert.equal(sink.taken(), '', 'and not a byte came');
      assert.equal((await fetch(sink.url)).status, 200);
      assert.match(sink.taken(), /^GET/, 'though the door was open');
      await sink.stop();
    });

    withPage('the policy allows no eval and no inline code', async ({ page }) => {
      const policies = await page
        .locator('meta[http-equiv="Content-Security-Policy"]')
        .evaluateAll((all) => all.map((each) => each.getAttribute('content') ?? ''));
      assert.ok(policies.length > 0);
      for (const policy of policies) {
        assert.match(policy, /^default-src 'none'; connect-src 'none'; /);
        assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|https?:|\*/);
      }
      const ran = await page.evaluate(() => {
        const script = document.createElement('script');
        script.textContent = 'window.inline = true';
        document.body.append(script);
        return 'inline' in window;
      });
      assert.equal(ran, false);
    });

    withPage('what is pasted is text and never markup', async ({ page, violations }) => {
      const hostile = config.replace('payments_pool {', '<img/src=x/onerror=alert(1)> {').replaceAll('https://payments_pool', 'https://<b>x</b>');
      await answered(page, () => paste(page, editor(page), hostile));
      await answered(page, () => paste(page, evidence(page), log.replaceAll('shop.example.com', '<script>x</script>')));
      const made = await page.evaluate(() => {
        const root = document.querySelector('tls-mend')?.shadowRoot;
        return root?.querySelectorAll('b, script, .result img').length;
      });
      assert.equal(made, 0);
      assert.deepEqual(violations, []);
    });

    withPage('the request and the response are as the schema says', async ({ page }) => {
      const response = await example(page);
      const request = await page.evaluate(() => /** @type {any} */ (document.querySelector('tls-mend')).request);
      validate('request', request);
      validate('fix_response', response);
    });

    withPage('with the keyboard alone: from paste to copied diff', async ({ page }) => {
      await page.evaluate((words) => navigator.clipboard.writeText(words), config);
      await tabTo(page, 'nginx config');
      await answered(page, () => page.keyboard.press('ControlOrMeta+v'));
      await page.evaluate((words) => navigator.clipboard.writeText(words), log);
      await tabTo(page, 'Evidence: error.log');
      await answered(page, () => page.keyboard.press('ControlOrMeta+v'));
      await tabTo(page, /What name|name/);
      const { diff } = await answered(page, () => page.keyboard.type(NAME));
      await tabTo(page, 'Copy the diff');
      const settled = await page.evaluate(() => /** @type {any} */ (document.querySelector('tls-mend')).response.diff);
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: /^Copied/ }).waitFor();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), settled);
      assert.ok(diff);
    });

    withPage('a finding leads to its line', async ({ page }) => {
      await example(page);
      const place = page.locator('.finding .place').first();
      const number = Number(/:(\d+)$/.exec((await place.textContent()) ?? '')?.[1]);
      await place.click();
      assert.ok(await editor(page).evaluate((element) => element.matches(':focus')));
      assert.equal(await lineOfCursor(page), config.split('\n')[number - 1]);
    });

    withPage('a finding in a dump leads to its line of the dump', async ({ page }) => {
      const dump =
        '# configuration file /etc/nginx/nginx.conf:\nhttp {\n    include conf.d/*.conf;\n}\n\n' +
        '# configuration file /etc/nginx/conf.d/a.conf:\nserver {\n    location / {\n        proxy_pass https://api.example.com;\n    }\n}\n';
      const { diff } = await answered(page, () => paste(page, editor(page), dump));
      assert.match(diff, /^\+\+\+ b\/etc\/nginx\/conf\.d\/a\.conf$/m);
      await page.getByRole('button', { name: 'Go to /etc/nginx/conf.d/a.conf:3' }).first().click();
      assert.match(await lineOfCursor(page), /proxy_pass https:\/\/api\.example\.com;/);
    });

    withPage('a long list is shown bit by bit', async ({ page }) => {
      /** @param {number} space  lines between the servers */
      const config = (space) =>
        `http {\n${Array.from(
          { length: 250 },
          (_, i) =>
            `    server {\n        location / {\n            proxy_pass https://b${i}.example.com;\n        }\n    }\n${'\n'.repeat(space)}`,
        ).join('')}}\n`;
      /** @param {string} selector @param {RegExp} button @param {number[]} counts */
      const grows = async (selector, button, counts) => {
        for (const [i, count] of counts.entries()) {
          if (i > 0) await page.getByRole('button', { name: button }).click();
          assert.equal(await page.locator(selector).count(), count);
        }
      };
      const apart = await answered(page, () => paste(page, editor(page), config(8)));
      await grows('.hunk', /^Show more of the other \d+ places$/, [100, 200, 250]);
      assert.deepEqual(await shownDiff(page), linesOf(apart.diff));
      const together = await answered(page, () => paste(page, editor(page), config(0)));
      const lines = linesOf(together.diff);
      assert.ok(lines.length > 1000);
      const steps = Array.from({ length: Math.ceil(lines.length / 500) }, (_, i) => Math.min(500 * (i + 1), lines.length));
      await grows('.hunk tr:has(.code)', /^Show more of the other \d+ lines$/, steps);
      assert.deepEqual(await shownDiff(page), lines);
    });

    withPage('a config in which nothing is wrong', async ({ page }) => {
      const fine = 'http {\n    server {\n        location / {\n            proxy_pass http://127.0.0.1:3000;\n        }\n    }\n}\n';
      const { diff, hops } = await answered(page, () => paste(page, editor(page), fine));
      assert.equal(diff, '');
      assert.equal(hops.length, 1);
      assert.ok(await page.locator('.diff').isHidden());
      assert.equal(await page.locator('.result h2').textContent(), 'Nothing to change.');
      assert.match((await page.locator('.hops').textContent()) ?? '', /http:\/\/127\.0\.0\.1:3000/);
    });

    withPage('evidence without a config is explained', async ({ page }) => {
      await evidence(page).fill(log.split('\n')[0]);
      await page.locator('.explanation h2').waitFor();
      assert.match((await page.locator('.result').textContent()) ?? '', /Paste the config too/);
    });

    withPage('files are dropped and picked, and keep their bytes', async ({ page }) => {
      const windows = `\ufeff${config.replaceAll('\n', '\r\n')}`;
      await drop(page, [['gw.conf', windows], ['error.log', log]]);
      await page.locator('.diff tbody').waitFor();
      const response = await answered(page, () => page.locator('[data-ask="upstream-name"] input').fill(NAME));
      const { request } = await elementState(page);
      assert.deepEqual(request.files, [{ path: 'gw.conf', text: windows }]);
      assert.deepEqual(request.evidence, [{ name: 'error.log', text: log }]);
      assert.equal(applied(windows, response.diff, 'gw.conf'), response.files[0].text);
      const picker = page.locator('.config input[type=file]');
      await answered(page, () =>
        picker.setInputFiles({ name: 'b.conf', mimeType: 'text/plain', buffer: Buffer.from('server {\n}\n') }),
      );
      assert.deepEqual((await elementState(page)).request.files.map((/** @type {any} */ file) => file.path), ['gw.conf', 'b.conf']);
      await answered(page, () => page.getByRole('button', { name: 'Remove gw.conf' }).click());
      assert.deepEqual((await elementState(page)).request.files.map((/** @type {any} */ file) => file.path), ['b.conf']);
    });

    withPage('a file that is not UTF-8 is said to be so', async ({ page }) => {
      const buffer = Buffer.concat([Buffer.from('# caf'), Buffer.from([0xe9]), Buffer.from('\n')]);
      await page.locator('.config input[type=file]').setInputFiles({ name: 'l1.conf', mimeType: 'text/plain', buffer });
      await page.getByText('l1.conf is not UTF-8').waitFor();
    });

    withPage('a trap keeps the text and goes on with a new worker', async ({ page }) => {
      await example(page);
      const [worker] = page.workers();
      await worker.evaluate(() => {
        JSON.stringify = () => {
          throw new WebAssembly.RuntimeError('unreachable');
        };
      });
      await page.getByLabel('nginx version').selectOption({ label: '1.22.1 (Debian 12)' });
      await page.locator('.trouble').waitFor();
      assert.match((await page.locator('.trouble').textContent()) ?? '', /unreachable/);
      assert.equal((await elementState(page)).request.files[0].text, config);
      const response = await answered(page, () => page.getByRole('button', { name: 'Try again' }).click());
      assert.equal(response.target.nginx, '1.22.1');
      assert.equal(await page.locator('.trouble').count(), 0);
      assert.notEqual(page.workers()[0], worker);
    });

    withPage('what the user unfolded stays unfolded', async ({ page }) => {
      await example(page);
      await page.locator('.finding.error summary, .finding summary').first().click();
      await answered(page, () => page.getByLabel('nginx version').selectOption({ label: '1.26.3 (Debian 13)' }));
      assert.ok((await page.locator('.finding details[open]').count()) >= 1);
    });

    withPage('clearing empties everything', async ({ page }) => {
      await example(page);
      await page.getByRole('button', { name: 'Clear' }).click();
      await page.getByRole('button', { name: 'Try the example' }).waitFor();
      const { request, response } = await elementState(page);
      assert.deepEqual([request.files, request.evidence, request.answers, response], [[], [], [], null]);
    });

    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      for (const [size, viewport] of Object.entries({ wide: { width: 1440, height: 900 }, phone: { width: 360, height: 740 } })) {
        withPage(
          `axe finds nothing: ${colorScheme}, ${size}`,
          async ({ page }) => {
            assert.deepEqual(await audit(page), []);
            await example(page);
            assert.deepEqual(await audit(page), []);
            await page.locator('.finding summary').first().click();
            await page.locator('.privacy summary').click();
            await page.locator('[data-ask="upstream-name"] input').fill('no name');
            await page.locator('.fault:visible').waitFor();
            assert.deepEqual(await audit(page), []);
          },
          { colorScheme, viewport, reducedMotion: 'reduce' },
        );
      }
    }

    withPage(
      'fits a phone: nothing to scroll sideways',
      async ({ page }) => {
        const wide = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.equal(await wide(), 0);
        await example(page);
        await answered(page, () => page.locator('[data-ask="upstream-name"] input').fill(NAME));
        for (const summary of await page.locator('.result summary:visible').all()) await summary.click();
        assert.equal(await wide(), 0);
      },
      { viewport: { width: 360, height: 740 } },
    );
  });
}

// --- Steps --------------------------------------------------------------------

/** @param {import('playwright-core').Page} page */
function example(page) {
  return answered(page, () => page.getByRole('button', { name: 'Try the example' }).click());
}

/** @param {import('playwright-core').Page} page */
function elementState(page) {
  return page.evaluate(() => {
    const { request, response } = /** @type {any} */ (document.querySelector('tls-mend'));
    return { request, response };
  });
}

/** The line of the editor that the cursor is in. @param {import('playwright-core').Page} page */
function lineOfCursor(page) {
  return page.evaluate(() => {
    const root = /** @type {any} */ (document.querySelector('tls-mend')?.shadowRoot);
    const { anchorNode } = root.getSelection();
    const element = anchorNode instanceof Element ? anchorNode : anchorNode?.parentElement;
    return element?.closest('.cm-line')?.textContent ?? '';
  });
}

/** The lines of a diff's hunks. @param {string} diff */
function linesOf(diff) {
  return diff.split('\n').filter((line) => /^[ +-]/.test(line) && !/^(---|\+\+\+) /.test(line));
}

/** @param {import('playwright-core').Page} page @param {string} button @param {string} name */
async function downloaded(page, button, name) {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button, exact: true }).click(),
  ]);
  assert.equal(download.suggestedFilename(), name);
  return readFileSync(await download.path(), 'utf8');
}

/** What `git apply` and `patch -p1` make of it: the same. @param {string} text @param {string} diff */
function applied(text, diff, name = 'nginx.conf') {
  const results = ['git apply -p1', 'patch -p1 --binary --no-backup-if-mismatch -s'].map((command) => {
    const folder = mkdtempSync(join(tmpdir(), 'tlsmend-'));
    try {
      writeFileSync(join(folder, name), text);
      const [program, ...rest] = command.split(' ');
      execFileSync(program, rest, { cwd: folder, input: diff });
      return readFileSync(join(folder, name), 'utf8');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
  assert.equal(results[0], results[1]);
  return results[0];
}

/** Presses Tab until something of that name has the focus. @param {import('playwright-core').Page} page @param {string | RegExp} name */
async function tabTo(page, name) {
  /** @type {string[]} */
  const seen = [];
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab');
    const label = await page.evaluate(() => {
      const element = document.querySelector('tls-mend')?.shadowRoot?.activeElement;
      if (!(element instanceof HTMLElement)) return '';
      const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])].map((each) => each.textContent) : [];
      return element.getAttribute('aria-label') ?? (labels.join(' ') || element.textContent || '');
    });
    seen.push(label.trim());
    if (typeof name === 'string' ? label.trim() === name : name.test(label) && label.includes('?')) return;
  }
  assert.fail(`Tab never came to ${name}; it came to:\n${seen.join('\n')}`);
}

/** Drops files on the page. @param {import('playwright-core').Page} page @param {[name: string, text: string][]} files */
async function drop(page, files) {
  const transfer = await page.evaluateHandle((list) => {
    const data = new DataTransfer();
    for (const [name, text] of list) data.items.add(new File([text], name));
    return data;
  }, files);
  await page.locator('.editor').dispatchEvent('drop', { dataTransfer: transfer });
}

/** Every way a page has to reach a server. @param {string[]} urls */
async function tryEverything(urls) {
  /** @type {string[]} */ const refusedBy = [];
  /** @type {string[]} */ const reached = [];
  document.addEventListener('securitypolicyviolation', (event) => refusedBy.push(event.effectiveDirective));
  /** @param {string} way @param {Promise<unknown>} attempt */
  const attempt = (way, attempt) => attempt.then(() => reached.push(way), () => {});
  /** @param {string} tag @param {Record<string, string>} attributes */
  const element = (tag, attributes) =>
    new Promise((resolve, reject) => {
      const made = document.createElement(tag);
      made.onload = resolve;
      made.onerror = reject;
      Object.assign(made, attributes);
      document.body.append(made);
      // A frame that is refused shows an error page: that loads too.
      if (tag === 'iframe' || tag === 'object') made.onload = reject;
      setTimeout(reject, 1000);
    });
  const ways = urls.flatMap((url) => [
    attempt('fetch', fetch(url, { mode: 'no-cors' })),
    attempt('xhr', new Promise((resolve, reject) => {
      const xhr = new XMLHttpRequest();
      xhr.onload = resolve;
      xhr.onerror = reject;
      xhr.open('GET', url);
      xhr.send();
    })),
    attempt('socket', new Promise((resolve, reject) => {
      const socket = new WebSocket(url.replace(/^\w+/, 'ws'));
      socket.onopen = resolve;
      socket.onerror = reject;
    })),
    attempt('events', new Promise((resolve, reject) => {
      const events = new EventSource(url);
      events.onopen = resolve;
      events.onerror = reject;
    })),
    attempt('image', element('img', { src: `${url}?secret` })),
    attempt('script', element('script', { src: url })),
    attempt('style', element('link', { rel: 'stylesheet', href: url })),
    attempt('frame', element('iframe', { src: url })),
    attempt('object', element('object', { data: url })),
    attempt('video', element('video', { src: url })),
    attempt('font', new FontFace('x', `url(${url})`).load()),
  ]);
  for (const url of urls) {
    if (url.startsWith('http')) navigator.sendBeacon(url, 'secret');
    const form = document.createElement('form');
    form.action = url;
    form.target = '_blank';
    document.body.append(form);
    form.submit();
  }
  await Promise.all(ways);
  await new Promise((resolve) => setTimeout(resolve, 200));
  return { refusedBy, reached };
}

/**
 * A server that would take whatever comes. Bytes count, not connections: for a
 * frame or a form Chromium opens one before it asks the policy, and is silent.
 */
async function startSink() {
  let taken = '';
  /** @type {Set<import('node:net').Socket>} */
  const sockets = new Set();
  const door = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      taken += bytes;
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
  });
  await new Promise((resolve) => door.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (door.address());
  return {
    url: `http://127.0.0.1:${port}/`,
    taken: () => taken,
    stop: async () => {
      door.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** What axe has to say. @param {import('playwright-core').Page} page */
async function audit(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    /** @type {any} */ (window).axe.run(document, { resultTypes: ['violations'] }),
  );
  return violations.flatMap((/** @type {any} */ { id, nodes }) =>
    nodes.map((/** @type {any} */ node) => `${id}: ${node.target.flat().join(' ')}: ${node.failureSummary}`),
  );
}

const ajv = new Ajv({ strict: false });
const schema = JSON.parse(readFileSync(`${root}src/api/schema.json`, 'utf8'));
ajv.addSchema(schema);

/** @param {string} definition @param {unknown} value */
function validate(definition, value) {
  const check = ajv.getSchema(`${schema.$id}#/$defs/${definition}`);
  assert.ok(check?.(value), JSON.stringify(check?.errors, null, 2));
}
