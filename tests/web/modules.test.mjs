// The page's parts that need no browser, and what is true of all of them.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { differences, parseDiff } from '../../web/diff.js';
import { looksLikeEvidence } from '../../web/read-files.js';
import { indexOfByte, lineSeparator } from '../../web/text.js';

const web = new URL('../../web/', import.meta.url);
const dist = process.env.DIST ? new URL(`file://${process.env.DIST}/`) : new URL('../../dist/', import.meta.url);

const DIFF = `--- a/etc/nginx/a.conf
+++ b/etc/nginx/a.conf
@@ -3,4 +3,5 @@ http {
 same
--- not a header
+++ nor this
+two
 same
@@ -20 +21 @@
-old
\\ No newline at end of file
+new
\\ No newline at end of file
--- a/b.conf
+++ b/b.conf
@@ -0,0 +1 @@
+\r
`;

test('a diff is read into files, hunks and numbered lines', () => {
  const files = parseDiff(DIFF);
  assert.deepEqual(files.map(({ path, added, removed }) => [path, added, removed]), [
    ['etc/nginx/a.conf', 3, 2],
    ['b.conf', 1, 0],
  ]);
  const [first, second] = files[0].hunks;
  assert.deepEqual(
    first.lines.map(({ kind, text, old, new: now }) => [kind, text, old, now]),
    [
      ['same', 'same', 3, 3],
      ['del', '-- not a header', 4, null],
      ['add', '++ nor this', null, 4],
      ['add', 'two', null, 5],
      ['same', 'same', 5, 6],
    ],
  );
  assert.deepEqual(second.lines.map(({ kind, text, noNewline }) => [kind, text, noNewline]), [
    ['del', 'old', true],
    ['add', 'new', true],
  ]);
});

test('no diff is no file', () => {
  assert.deepEqual(parseDiff(''), []);
});

test('changed arguments are marked, whole', () => {
  const marked = differences('    proxy_ssl_protocols TLSv1.1 TLSv1.2;', '    proxy_ssl_protocols TLSv1.2 TLSv1.3;');
  assert.deepEqual(marked?.map((parts) => parts.filter((part) => part.marked).map((part) => part.text.trim())), [
    ['TLSv1.1'],
    ['TLSv1.3'],
  ]);
  assert.equal(marked?.[0].map((part) => part.text).join(''), '    proxy_ssl_protocols TLSv1.1 TLSv1.2;');
  assert.equal(differences('a b;', 'c d;'), null, 'when nothing is shared, nothing is marked');
});

test('columns count bytes', () => {
  assert.equal(indexOfByte('abc', 1), 0);
  assert.equal(indexOfByte('é→𝄞x', 1 + 2 + 3 + 4), 4);
  assert.equal(indexOfByte('ab', 99), 2);
});

test('line ends are kept as they are', () => {
  assert.equal(lineSeparator('a\r\nb\r\n'), '\r\n');
  assert.equal(lineSeparator('a\r\nb\n'), '\n');
  assert.equal(lineSeparator('a\n'), '\n');
  assert.equal(lineSeparator(''), '\n');
});

test('a dropped file is evidence or config by what it holds', () => {
  assert.equal(looksLikeEvidence('error.log', ''), true);
  assert.equal(looksLikeEvidence('x', '2026/06/12 09:41:07 [error] 1#1: *1 SSL_do_handshake() failed'), true);
  assert.equal(looksLikeEvidence('x', 'nginx: [emerg] unknown directive "x" in /etc/nginx/nginx.conf:3'), true);
  assert.equal(looksLikeEvidence('x', 'nginx: the configuration file /n.conf syntax is ok\n# configuration file /n.conf:\n'), false);
  assert.equal(looksLikeEvidence('default', 'server {\n    listen 80;\n}\n'), false);
});

test('text reaches the page as text: no innerHTML and its like in web/', () => {
  for (const name of readdirSync(web).filter((each) => each.endsWith('.js'))) {
    const source = readFileSync(new URL(name, web), 'utf8');
    assert.doesNotMatch(source, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|srcdoc/, name);
    assert.doesNotMatch(source, /\beval\(|new Function|localStorage|sessionStorage|indexedDB|document\.cookie/, name);
  }
});

// Most of the one file is the module, a third more in base64 than it is.
test('the pages stay small', () => {
  const page = statSync(new URL('tlsmend.html', dist)).size;
  assert.ok(page < 1_600_000, `tlsmend.html has ${page} bytes`);
  const site = ['index.html', 'page.css', 'page.js'].map((name) => gzipSync(readFileSync(new URL(`site/${name}`, dist))).length);
  const sum = site.reduce((a, b) => a + b);
  assert.ok(sum < 220_000, `the site without its module has ${sum} bytes gzipped`);
});
