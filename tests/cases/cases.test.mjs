// Every golden case, through the program and through the module (README.md).
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv/dist/2020.js';
import { broken } from '../lib/never.mjs';
import { applyWithGit, applyWithPatch } from '../lib/patch.mjs';
import { fixRequest } from '../lib/request.mjs';
import { loadModule, PROJECT, runProgram, TLSMEND } from '../lib/tool.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const UPDATE = Boolean(process.env.UPDATE);
const OWN = ['args', 'expected.diff', 'expected.json'];

/** Folders that hold an nginx.conf. @param {string} folder @returns {string[]} */
function casesBelow(folder) {
    if (existsSync(join(folder, 'nginx.conf'))) return [folder];
    return readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
        .flatMap((entry) => casesBelow(join(folder, entry.name))).sort();
}

/** @param {string} folder */
function readCase(folder) {
    const read = (name) => readFileSync(join(folder, name), 'utf8');
    const optional = (name) => (existsSync(join(folder, name)) ? read(name) : '');
    const names = readdirSync(folder).filter((name) => !OWN.includes(name)).sort((a, b) =>
        Number(b === 'nginx.conf') - Number(a === 'nginx.conf') || (a < b ? -1 : 1));
    const files = names.filter((name) => name.endsWith('.conf')).map((path) => ({ path, text: read(path) }));
    const evidence = names.filter((name) => /\.(log|txt|json|pem)$/.test(name)).map((name) => ({ name, text: read(name) }));
    const options = optional('args').split('\n').filter(Boolean).flatMap((line) => {
        const at = line.indexOf(' ');
        return [line.slice(0, at), line.slice(at + 1)];
    });
    return {
        request: fixRequest(options, files, evidence),
        diff: optional('expected.diff'),
        says: JSON.parse(optional('expected.json') || '{"findings":[],"asks":[]}'),
    };
}

/** What a reader of the case wants to see of the answer. */
function sayingsOf(answer, rule) {
    const findings = answer.findings.filter((finding) => finding.rule === rule)
        .map(({ severity, confidence, applied, file, line, message, not_applied_because: because, rests_on: rests }) =>
            ({ at: `${file}:${line}`, severity, confidence, applied, message, ...(rests.length ? { rests_on: rests } : {}),
                ...(because ? { because } : {}) }));
    const targets = new Map(answer.hops.map((hop) => [hop.id, hop.target]));
    const asks = answer.asks.map(({ key, hop, choices, suggested }) =>
        ({ key, target: targets.get(hop), ...(choices?.length ? { choices } : {}), ...(suggested ? { suggested } : {}) }));
    return { findings, asks };
}

function write(folder, diff, says) {
    const put = (name, text) => (text ? writeFileSync(join(folder, name), text) : rmSync(join(folder, name), { force: true }));
    put('expected.diff', diff);
    const empty = !says.findings.length && !says.asks.length;
    put('expected.json', empty ? '' : `${JSON.stringify(says, null, 2)}\n`);
}

const module = await loadModule();
const schema = JSON.parse(readFileSync(join(PROJECT, 'src/api/schema.json'), 'utf8'));
const ajv = new Ajv({ strict: false, allErrors: true });
ajv.addSchema(schema, 'tlsmend');
const isRequest = /** @type {import("ajv").ValidateFunction} */ (ajv.getSchema('tlsmend#/$defs/request'));
const isResponse = /** @type {import("ajv").ValidateFunction} */ (ajv.getSchema('tlsmend#/$defs/fix_response') ?? ajv.getSchema('tlsmend#/$defs/response'));

function play(folder) {
    const { request, diff, says } = readCase(folder);
    const name = relative(HERE, folder).split('/');
    const rule = name[0] === 'rules' ? name[1] : undefined;
    const text = JSON.stringify(request);
    assert.ok(isRequest(request), ajv.errorsText(isRequest.errors));
    const printed = runProgram(TLSMEND, text);
    const answer = JSON.parse(printed);
    assert.ok(isResponse(answer), ajv.errorsText(isResponse.errors));
    const said = sayingsOf(answer, rule);
    if (UPDATE) {
        write(folder, answer.diff, said);
    } else {
        assert.equal(answer.diff, diff);
        assert.deepEqual(said, says);
    }
    if (name[2]?.startsWith('fires-')) assert.ok(said.findings.length, `${rule} fires`);
    else if (rule) assert.deepEqual(said.findings, [], `${rule} is silent`);
    assert.deepEqual(broken(request, answer), []);
    holds(request, answer);
    return { text, printed };
}

/** The diff makes the fixed texts of its files, and there is nothing left to do. */
function holds(request, answer) {
    const fixed = answer.files.map((file) => file.text);
    for (const apply of [applyWithPatch, applyWithGit]) assert.deepEqual(apply(request.files, answer.diff), fixed);
    const again = JSON.parse(runProgram(TLSMEND, JSON.stringify({
        ...request, files: answer.files.map(({ path, text }) => ({ path, text })),
    })));
    assert.equal(again.diff, '', 'a second run finds nothing to do');
}

/** By parts, so that a difference can be read. */
function isSame(other, answer) {
    assert.deepEqual(other.diff, answer.diff, 'the module gives another diff');
    for (const key of Object.keys(answer)) assert.deepEqual(other[key], answer[key], `the module: ${key}`);
}

describe('cases', () => {
    for (const folder of casesBelow(HERE)) {
        const name = relative(HERE, folder);
        if (process.env.ONLY && !name.includes(process.env.ONLY)) continue;
        test(name, () => {
            const { text, printed } = play(folder);
            if (module) isSame(JSON.parse(module.runText(text)), JSON.parse(printed));
            if (module) assert.ok(module.runText(text) === printed.trimEnd(), 'byte for byte');
        });
    }
    test('the module was tested, too', { skip: module ? false : 'dist/tlsmend.wasm is not built (make wasm)' }, () => {});
});
