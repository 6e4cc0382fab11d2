// The same cases, natively and in WebAssembly: every byte of every outcome must be
// alike, and a replay must be quick.
//
// Both programs are built here, from tests/lab/lab_cases.c, into build/lab/, with the
// libraries that `make libs` builds and flags as the Makefile's.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { PROJECT, build, whyNoEmcc } from './build.mjs';

const LIMIT_MS = 15;

/** Runs the module to its end, as a program, and gives what it prints. */
function runWasm(/** @type {string} */ path, /** @type {string[]} */ ...args) {
    const done = spawnSync(process.execPath, ['--no-warnings', `${PROJECT}/tests/lab/run_wasm.mjs`, path, ...args],
        { encoding: 'utf8', maxBuffer: 1 << 26 });
    assert.equal(done.status, 0, done.stderr);
    return done.stdout;
}

test('native and WebAssembly give the same outcomes', { skip: whyNoEmcc }, () => {
    const native = spawnSync(build('lab_cases'), { encoding: 'utf8', maxBuffer: 1 << 26 });
    assert.equal(native.status, 0, native.stderr);
    const wasm = runWasm(build('lab_cases', 'wasm'));
    assert.ok(native.stdout.length > 10000);
    assert.equal(wasm, native.stdout);
});

test(`a replay in WebAssembly takes less than ${LIMIT_MS} ms once warm`, { skip: whyNoEmcc }, (t) => {
    const said = runWasm(build('lab_cases', 'wasm'), '5');
    t.diagnostic(said.trim());
    const [, mean] = /** @type {RegExpExecArray} */ (/^([\d.]+) ms a replay/.exec(said));
    assert.ok(Number(mean) < LIMIT_MS, said);
});
