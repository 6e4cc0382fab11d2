// What a fresh machine sees: missing tools are named, and nothing else happens.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const tools = join(root, 'src/setup/tools.sh');
/** @type {string[]} */
const folders = [];
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/**
 * Runs tools.sh where only the named programs exist.
 * @param {string[]} groups @param {Record<string, string>} scripts stand-ins, by name
 */
function withOnly(groups, scripts) {
  const bin = mkdtempSync(join(tmpdir(), 'tlsmend-setup-'));
  folders.push(bin);
  for (const name of ['sh', 'sed', 'env', 'mktemp', 'rm', 'tail', 'cat']) {
    const [found] = ['/usr/bin', '/bin'].filter((dir) => readdirSync(dir).includes(name));
    symlinkSync(join(found, name), join(bin, name));
  }
  for (const [name, body] of Object.entries(scripts)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  }
  return spawnSync('/bin/sh', [tools, ...groups], { env: { PATH: bin }, encoding: 'utf8' });
}

test('nothing is said, and apt is not called, when everything is there', () => {
  const result = spawnSync('/bin/sh', [tools, 'build', 'wasm', 'web', 'test'], { encoding: 'utf8' });
  assert.deepEqual([result.status, result.stdout, result.stderr], [0, '', '']);
});

test('without apt, every missing tool is named on a line', () => {
  const { status, stderr } = withOnly(['build', 'wasm'], {});
  assert.equal(status, 1);
  const lines = stderr.trimEnd().split('\n');
  assert.ok(lines.every((line) => line.startsWith('tlsmend: missing: ')), stderr);
  for (const name of ['cc', 'ar', 'perl', 'emcc']) {
    assert.equal(lines.filter((line) => line.includes(`missing: ${name}:`)).length, 1, stderr);
  }
});

test('a plain user without sudo gets the one command to give', () => {
  const apt = 'echo "apt-get was called" >&2';
  const { status, stderr } = withOnly(['build', 'wasm'], { 'apt-get': apt, id: 'echo 1000' });
  assert.equal(status, 1);
  assert.doesNotMatch(stderr, /was called/);
  const [, command, ...more] = stderr.trimEnd().split('\n');
  assert.deepEqual(more, []);
  assert.equal(command, 'apt-get install -y --no-install-recommends gcc binutils libc6-dev perl emscripten');
});

test('a sudo that asks for a password counts as none', () => {
  const { status, stderr } = withOnly(['wasm'], {
    'apt-get': 'echo "apt-get was called" >&2',
    sudo: 'exit 1',
    id: 'echo 1000',
  });
  assert.equal(status, 1);
  assert.match(stderr, /\napt-get install .* emscripten\n$/);
});

test('when apt-get fails, its words are shown', () => {
  const { status, stderr } = withOnly(['wasm'], { 'apt-get': 'echo "E: no such mirror"; exit 100', id: 'echo 0' });
  assert.equal(status, 1);
  assert.match(stderr, /installing with apt-get: emscripten/);
  assert.match(stderr, /E: no such mirror/);
});

test('the lock file names no registry', () => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  for (const [path, entry] of Object.entries(lock.packages)) {
    assert.equal(/** @type {any} */ (entry).resolved, undefined, path);
    if (path) assert.match(/** @type {any} */ (entry).integrity, /^sha512-/, path);
  }
});
