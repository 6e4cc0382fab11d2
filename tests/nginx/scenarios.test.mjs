// Each scenario: a broken front nginx before a TLS backend, mended by tlsmend.
//
//   SCENARIOS_ONLY=1   expected.diff takes the tool's place: are the scenarios true?
//   UPDATE=1           write what tlsmend prints to expected.diff
//   ONLY=word          the scenarios whose name holds the word
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeBench, withLab } from './lib/lab.mjs';
import { binaries, inRange } from './lib/nginx.mjs';
import { ask } from './lib/request.mjs';
import { expectedDiff, readScenarios, whyNot } from './lib/scenario.mjs';
import { apply, fix, scenariosOnly } from './lib/tlsmend.mjs';

/** @typedef {import('./lib/lab.mjs').Lab} Lab */
/** @typedef {import('./lib/nginx.mjs').Nginx} Nginx */
/** @typedef {import('./lib/scenario.mjs').Scenario} Scenario */
/** @typedef {import('./lib/scenario.mjs').Expectation} Expectation */
/** @typedef {{path: string, version: string, modules: string[]}} Binary */

const scenarios = readScenarios(fileURLToPath(new URL('scenarios', import.meta.url)))
    .filter(({ name }) => name.includes(process.env.ONLY ?? ''));
const all = binaries();
const bench = makeBench();
after(bench.remove);

assert.ok(all.length > 0, 'no nginx to test with: install nginx, or set NGINX_BINARIES');
for (const binary of all) {
    describe(`nginx ${binary.version}`, { concurrency: 3 }, () => {
        for (const scenario of scenarios.filter((s) => inRange(binary.version, s.nginx))) {
            it(`${scenario.name}: ${scenario.says}`, { skip: whyNot(scenario), timeout: 60000 }, () =>
                withLab(bench, (lab) => play(lab, scenario, binary)));
        }
    });
}

/**
 * @param {Lab} lab
 * @param {Scenario} scenario
 * @param {Binary} binary
 */
async function play(lab, scenario, binary) {
    lab.layOut(scenario.folder);
    if (scenario.resolver) await lab.startResolver();
    await lab.startBackend(all[0], scenario.backend);

    const broken = lab.makeFront(binary, 'before', scenario.names);
    const evidence = await seeItFail(lab, scenario, broken);
    const input = scenario.input === 'dump' ? await writeDump(lab, broken) : 'nginx.conf';
    await broken.stop();

    const args = ['--nginx', binary.version, ...evidence, ...scenario.answers.flatMap((a) => ['--answer', lab.fill(a)])];
    const diff = await theDiff(lab, scenario, binary, [...args, input]);
    if (scenario.asks) return;
    await apply(scenario.input === 'dump' ? '/' : lab.front, diff);

    const mended = lab.makeFront(binary, 'after', scenario.names);
    await seeItWork(lab, scenario, mended);
    if (scenariosOnly) return;
    if (scenario.input === 'dump') await writeDump(lab, mended);
    const again = await fix(lab.front, [...args, input]);
    assert.deepEqual([again.stdout, again.code], ['', 0], 'a second run has nothing to mend');
}

/**
 * Starts the broken front and asks it; returns the evidence as options for tlsmend.
 * @param {Lab} lab
 * @param {Scenario} scenario
 * @param {Nginx} front
 */
async function seeItFail(lab, { before, client, first, request }, front) {
    const check = await front.test();
    if (before.refused) {
        assert.notEqual(check.code, 0, 'nginx -t refuses the broken configuration');
        assert.match(check.stderr, new RegExp(before.refused));
        writeFileSync(join(lab.dir, 'nginx-t.txt'), check.stderr);
        return ['-e', join(lab.dir, 'nginx-t.txt')];
    }
    assert.equal(check.code, 0, check.stderr);
    await front.start();
    for (const one of first) await ask(lab.address, { client, ...one });
    expectAnswer(await ask(lab.address, { client, ...request }), before, lab, front);
    if (!before.log) return [];
    assert.match(front.log(), new RegExp(before.log));
    return ['-e', front.errorLog];
}

/**
 * What tlsmend prints, held against what it must print.
 * @param {Lab} lab
 * @param {Scenario} scenario
 * @param {Binary} binary
 * @param {string[]} args
 */
async function theDiff(lab, scenario, binary, args) {
    const golden = expectedDiff(scenario, binary.version);
    const expected = existsSync(golden) ? lab.fill(readFileSync(golden, 'utf8')) : '';
    if (scenariosOnly) return expected;
    const { code, stdout, stderr } = await fix(lab.front, args);
    if (scenario.asks) assert.match(stderr, new RegExp(scenario.asks));
    else if (process.env.UPDATE && stdout) writeFileSync(golden, lab.unfill(stdout));
    else assert.equal(stdout, expected, `the diff of ${golden}\n${stderr}`);
    assert.deepEqual([code, stdout !== ''], scenario.asks ? [0, false] : [1, true], stderr);
    return stdout;
}

/**
 * @param {Lab} lab
 * @param {Scenario} scenario
 * @param {Nginx} front
 */
async function seeItWork(lab, { after, client, first, request }, front) {
    const check = await front.test();
    assert.equal(check.code, 0, `nginx -t takes the mended configuration: ${check.stderr}`);
    await front.start();
    for (const one of first) await ask(lab.address, { client, ...one });
    expectAnswer(await ask(lab.address, { client, ...request }), after, lab, front);
}

/**
 * @param {Record<string, any>} answer
 * @param {Expectation} expected
 * @param {Lab} lab
 * @param {Nginx} front
 */
function expectAnswer(answer, { log, refused, ...expected }, lab, front) {
    const got = Object.fromEntries(Object.keys(expected).map((key) => [key, answer[key]]));
    const want = Object.fromEntries(Object.entries(expected).map(([key, value]) =>
        [key, typeof value === 'string' ? lab.fill(value) : value]));
    assert.deepEqual(got, want, `${JSON.stringify(answer)}\n${front.log()}`);
}

/**
 * nginx -T into dump.txt, beside the files that it shows.
 * @param {Lab} lab
 * @param {Nginx} front
 */
async function writeDump(lab, front) {
    const { code, stdout, stderr } = await front.dump();
    assert.equal(code, 0, stderr);
    writeFileSync(join(lab.front, 'dump.txt'), stdout);
    return 'dump.txt';
}
