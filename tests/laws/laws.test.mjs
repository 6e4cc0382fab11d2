// The laws of the house: what holds for every rule, and for every file of src.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, test } from 'node:test';
import { fixRequest } from '../lib/request.mjs';
import { ask, PROJECT } from '../lib/tool.mjs';

const SRC = join(PROJECT, 'src');
const rules = ask({ api: 1, op: 'rules' }).rules;

/** @param {string} folder @returns {string[]} */
function filesBelow(folder) {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)]);
}

describe('rules', () => {
    const files = readdirSync(join(SRC, 'rules')).filter((name) =>
        name.endsWith('.c') && /^const struct rule rule_/m.test(readFileSync(join(SRC, 'rules', name), 'utf8')));

    test('every rule is registered, under the name of its file', () => {
        const ids = files.map((name) => name.replace(/\.c$/, '').replaceAll('_', '-')).sort();
        assert.deepEqual(rules.map((rule) => rule.id).sort(), ids);
    });

    for (const rule of rules) {
        describe(rule.id, () => {
            test('says everything that a user reads', () => sayings(rule));
            test('its example is mended as it says', () => exampleHolds(rule));
            test('has a case that fires and one that is silent', () => hasCases(rule));
        });
    }
});

function sayings(rule) {
    for (const key of ['what', 'why', 'fix'])
        assert.match(rule[key], /^[A-Z"\p{L}].{20,}[.]$/su, `${key} is prose that ends with a full stop`);
    assert.match(rule.title, /^.{10,70}[^.]$/, 'the title is short and has no full stop');
    assert.notEqual(rule.bad, rule.good);
    assert.ok(rule.refs.length > 0 && rule.refs.every((ref) => ref.startsWith('https://')));
    for (const key of ['title', 'what', 'why', 'fix'])
        assert.doesNotMatch(rule[key], /please|simply|just |easily|obviously/i, key);
}

function run(rule, text) {
    const options = rule.options?.split(' ') ?? [];
    const evidence = rule.evidence ? [{ name: 'error.log', text: rule.evidence }] : [];
    return ask(fixRequest(options, [{ path: 'nginx.conf', text }], evidence));
}

function exampleHolds(rule) {
    const fires = (answer) => answer.findings.some((finding) => finding.rule === rule.id);
    const bad = run(rule, rule.bad);
    assert.ok(fires(bad), 'the bad example makes the rule fire');
    const good = run({ ...rule, evidence: null }, rule.good);
    assert.ok(!fires(good), 'the good example leaves it silent');
    assert.equal(good.files[0].text, rule.good, 'the good example stays as it is');
    if (rule.fixes) assert.equal(bad.files[0].text, rule.good, 'bad becomes good');
    else assert.equal(bad.files[0].text, rule.bad, 'a rule without a fix changes nothing');
    const again = run(rule, bad.files[0].text);
    assert.equal(again.diff, '', 'a second run finds nothing to do');
}

function hasCases(rule) {
    const folder = join(PROJECT, 'tests/cases/rules', rule.id);
    const names = existsSync(folder) ? readdirSync(folder) : [];
    assert.ok(names.some((name) => name.startsWith('fires-')), `${rule.id}/fires-*`);
    assert.ok(names.some((name) => name.startsWith('silent-')), `${rule.id}/silent-*`);
}

describe('sources', () => {
    // evidence and tls stand side by side.
    const ORDER = [['base'], ['text'], ['syntax'], ['nginx'], ['evidence', 'tls'], ['redact'], ['rules'],
        ['engine'], ['api'], ['cli'], ['main']];
    const levelOf = (folder) => ORDER.findIndex((level) => level.includes(folder));
    const sources = filesBelow(SRC).filter((path) => /\.(c|h|inc)$/.test(path));

    test('a file includes only folders to its left', () => {
        const wrong = sources.flatMap((path) => {
            const name = relative(SRC, path);
            const own = name.includes('/') ? name.split('/')[0] : 'main';
            const includes = [...readFileSync(path, 'utf8').matchAll(/^#include "([a-z]+)\/[^"]+"/gm)];
            assert.notEqual(levelOf(own), -1, `${name}: a folder that the order does not know`);
            return includes.filter(([, folder]) =>
                folder !== own && !(levelOf(folder) !== -1 && levelOf(folder) < levelOf(own)))
                .map(([line]) => `${name}: ${line}`);
        });
        assert.deepEqual(wrong, []);
    });

    // evidence/json.c is a read-only view of pasted JSON for the parsers of scanners.
    const JSON_VIEW = 'evidence/json.c';
    test('only api and one view for evidence know JSON, only tls knows OpenSSL', () => {
        const wrong = sources.filter((path) => {
            const name = relative(SRC, path);
            const text = readFileSync(path, 'utf8');
            return (/^#include <jansson/m.test(text) && !name.startsWith('api/') && name !== JSON_VIEW) ||
                (/^#include <openssl\//m.test(text) && !name.startsWith('tls/'));
        });
        assert.deepEqual(wrong.map((path) => relative(SRC, path)), []);
    });

    test('the core does no input or output', () => {
        const wrong = sources.filter((path) => {
            const name = relative(SRC, path);
            const core = name.includes('/') && !name.startsWith('cli/');
            const text = readFileSync(path, 'utf8');
            return core && /^#include <(?:fcntl|unistd|time|sys\/.*|dirent)\.h>/m.test(text);
        });
        assert.deepEqual(wrong.map((path) => relative(SRC, path)), []);
    });

    test('no file has more than 530 lines', () => {
        const long = sources.filter((path) => path.endsWith('.c') &&
            readFileSync(path, 'utf8').split('\n').length > 530);
        assert.deepEqual(long.map((path) => relative(SRC, path)), []);
    });
});
