// The diffs that we make of random edits in random texts: patch and git apply take each,
// and make of the old texts byte for byte the new ones.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { buildTool } from '../lib/c_tool.mjs';
import { applyWithGit, applyWithPatch } from '../lib/patch.mjs';

const CASES = Number(process.env.CASES ?? 400);

const folder = mkdtempSync(join(tmpdir(), 'tlsmend-diff-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** @returns {{ seed: number, files: { path: string, before: string, after: string }[], diff: string }[]} */
function cases() {
    const out = execFileSync(join(folder, 'cases'), ['0', String(CASES)], { maxBuffer: 1 << 28 });
    return out.toString().trim().split('\n').map((line) => JSON.parse(line));
}

describe('diffs are applied by', () => {
    before(() => buildTool(join(folder, 'cases'), ['tests/prop/diff', 'src/base', 'src/text']));

    for (const [name, apply] of Object.entries({ patch: applyWithPatch, 'git apply': applyWithGit }))
        test(`${name}: ${CASES} of them`, () => {
            for (const { seed, files, diff } of cases()) {
                const old = files.map(({ path, before: text }) => ({ path, text }));
                const made = apply(old, diff);
                assert.deepEqual(made, files.map(({ after: text }) => text), `case ${seed}:\n${diff}`);
            }
        });

    test('only what changes is in them', () => {
        for (const { seed, files, diff } of cases()) {
            const same = files.every(({ before: a, after: b }) => a === b);
            assert.equal(diff === '', same, `case ${seed}:\n${diff}`);
        }
    });
});
