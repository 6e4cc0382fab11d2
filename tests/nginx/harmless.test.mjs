// Each harmless case works as it stands. After `tlsmend fix` without any answer it
// must work as before: the same virtual host, the same headers, status 200.
//
//   SCENARIOS_ONLY=1   expected.diff takes the tool's place
//   ONLY=word          the cases whose name holds the word
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeBench, withLab } from './lib/lab.mjs';
import { binaries, inRange } from './lib/nginx.mjs';
import { ask } from './lib/request.mjs';
import { expectedDiff, readScenarios, whyNot } from './lib/scenario.mjs';
import { apply, fix, scenariosOnly } from './lib/tlsmend.mjs';

/** @typedef {import('./lib/lab.mjs').Lab} Lab */
/** @typedef {import('./lib/scenario.mjs').Scenario} Scenario */
/** @typedef {{path: string, version: string, modules: string[]}} Binary */

const cases = readScenarios(fileURLToPath(new URL('harmless', import.meta.url)))
    .filter(({ name }) => name.includes(process.env.ONLY ?? ''));
const all = binaries();
const bench = makeBench();
after(bench.remove);

assert.ok(all.length > 0, 'no nginx to test with: install nginx, or set NGINX_BINARIES');
for (const binary of all) {
    describe(`nginx ${binary.version}`, { concurrency: 3 }, () => {
        for (const harmless of cases.filter((c) => inRange(binary.version, c.nginx)))
            it(`${harmless.name}: ${harmless.says}`, { skip: whyNot(harmless), todo: harmless.todo, timeout: 60000 }, () =>
                withLab(bench, (lab) => play(lab, harmless, binary)));
    });
}

/**
 * @param {Lab} lab
 * @param {Scenario} harmless
 * @param {Binary} binary
 */
async function play(lab, harmless, binary) {
    lab.layOut(harmless.folder);
    if (harmless.resolver) await lab.startResolver();
    await lab.startBackend(all[0], harmless.backend);
    const before = await askAll(lab, harmless, binary, 'before');

    const args = ['--nginx', binary.version, ...harmless.evidence.flatMap((name) => ['-e', name]), 'nginx.conf'];
    if (!scenariosOnly) {
        const minimal = await fix(lab.front, ['--profile', 'minimal', ...args]);
        assert.deepEqual([minimal.stdout, minimal.code], ['', 0], 'nothing is proven wrong, so minimal changes nothing');
    }
    const diff = await theDiff(lab, harmless, binary, args);
    if (diff !== '') await apply(lab.front, diff);
    const afterwards = await askAll(lab, harmless, binary, 'after');
    assert.deepEqual(afterwards, before, `not as before, after\n${diff}`);
    if (scenariosOnly) return;
    const again = await fix(lab.front, args);
    assert.deepEqual([again.stdout, again.code], ['', 0], 'a second run has nothing to mend');
}

/**
 * What the recommended profile changes: expected.diff where the case has one, else
 * nothing; but any change that harms nothing where the case says "anyDiff".
 * @param {Lab} lab
 * @param {Scenario} harmless
 * @param {Binary} binary
 * @param {string[]} args
 */
async function theDiff(lab, harmless, binary, args) {
    const golden = expectedDiff(harmless, binary.version);
    const expected = existsSync(golden) ? lab.fill(readFileSync(golden, 'utf8')) : '';
    if (scenariosOnly) return expected;
    const { code, stdout, stderr } = await fix(lab.front, args);
    if (!harmless.anyDiff) assert.equal(stdout, expected, stderr);
    assert.equal(code, stdout === '' ? 0 : 1, stderr);
    return stdout;
}

/**
 * The answers of all locations, asked twice over so that sessions and connections
 * are met again, without what a better handshake changes.
 * @param {Lab} lab
 * @param {Scenario} harmless
 * @param {Binary} binary
 * @param {string} run
 */
async function askAll(lab, { names, client, requests }, binary, run) {
    const front = lab.makeFront(binary, run, names);
    const check = await front.test();
    assert.equal(check.code, 0, check.stderr);
    await front.start();
    const answers = [];
    for (const request of [...requests, ...requests]) {
        const { body, sni, protocol, ...fields } = await ask(lab.address, { client, ...request });
        assert.equal(fields.status, 200, `${JSON.stringify(request)}: ${body}\n${front.log()}`);
        assert.equal(fields.vhost, request.vhost ?? 'api.example.test');
        answers.push(fields);
    }
    assert.doesNotMatch(front.log(), /\[(error|crit|alert|emerg)\]/);
    await front.stop();
    return answers;
}
