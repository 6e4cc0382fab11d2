// The WebAssembly module as it is shipped, and our loader around it.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { load, Tlsmend, TlsmendCrash } from '../../web/loader.js';

const root = new URL('../../', import.meta.url);
const bytes = readFileSync(new URL('dist/tlsmend.wasm', root));
const module = new WebAssembly.Module(bytes);
/** @type {import('../../web/api').Request} */
const version = { api: 1, op: 'version' };

test('the module imports six WASI functions and exports five names', () => {
  const imports = WebAssembly.Module.imports(module).map((i) => `${i.module}.${i.name}`);
  assert.deepEqual(
    imports.sort(),
    ['clock_time_get', 'fd_close', 'fd_seek', 'fd_write', 'proc_exit', 'random_get'].map(
      (name) => `wasi_snapshot_preview1.${name}`,
    ),
  );
  const exports = WebAssembly.Module.exports(module).map((e) => e.name);
  assert.deepEqual(exports.sort(), ['_initialize', 'memory', 'mend_alloc', 'mend_free', 'mend_run']);
});

test('the module holds no path of the machine that built it', () => {
  assert.equal(bytes.indexOf(new URL('.', root).pathname), -1);
  assert.equal(bytes.indexOf('/home/'), -1);
  assert.equal(bytes.indexOf('/root/'), -1);
});

test('the module and the native program are the same version, with the same libraries', async () => {
  const input = JSON.stringify(version);
  const native = execFileSync(fileURLToPath(new URL('build/tlsmend', root)), ['run'], { input, encoding: 'utf8' });
  const tlsmend = await load(bytes);
  assert.equal(tlsmend.runText(input).trim(), native.trim());
});

test('load takes bytes, a module or a promise of either', async () => {
  for (const source of [bytes, module, Promise.resolve(bytes)]) {
    assert.ok((await load(source)).run(version));
  }
});

test('an instance answers many requests, also large ones, without keeping them', async () => {
  const tlsmend = await load(module);
  const text = `# ${'ü'.repeat(1 << 20)}\n`;
  /** @type {import('../../web/api').Request} */
  const request = { api: 1, op: 'effective', files: [{ path: 'nginx.conf', text }] };
  const first = tlsmend.runText(JSON.stringify(request));
  for (let i = 0; i < 6; i++) assert.equal(tlsmend.runText(JSON.stringify(request)), first);
});

test('a bad request is an answer, not a crash', async () => {
  const tlsmend = await load(module);
  for (const text of ['', '{', 'null', '[]', '{"api":2}', '\u0000']) {
    assert.ok(JSON.parse(tlsmend.runText(text)).error, text);
  }
  assert.equal(tlsmend.dead, false);
});

test('a crash is a TlsmendCrash, and the instance stays dead', () => {
  const tlsmend = new Tlsmend(module, /** @type {any} */ ({ getRandomValues() {} }));
  // No 4 GiB of memory: the module gives up as it does when memory runs out.
  const huge = { encode: () => ({ length: 0xfffffff0 }) };
  const encoder = globalThis.TextEncoder;
  globalThis.TextEncoder = /** @type {any} */ (function () { return huge; });
  try {
    assert.throws(() => tlsmend.runText('{}'), TlsmendCrash);
  } finally {
    globalThis.TextEncoder = encoder;
  }
  assert.equal(tlsmend.dead, true);
  assert.throws(() => tlsmend.run(version), TlsmendCrash);
});
