// The configurations of the three articles: see README.md.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { whyNoNames } from '../nginx/lib/hosts.mjs';
import { makeBench, withLab } from '../nginx/lib/lab.mjs';
import { binaries } from '../nginx/lib/nginx.mjs';
import { apply, fix } from '../nginx/lib/tlsmend.mjs';

/** @typedef {import('../nginx/lib/lab.mjs').Lab} Lab */
/**
 * @typedef {{folder: string, seed: string, says: string, wrap: 'server' | 'http', names: string[],
 *   answers: string[], adds: string[], removes: string[], only: boolean, neverAdds: string[],
 *   asks: string[], diagnosis: {note?: string, side?: string, alert?: number}[]}} Case
 */

const HERE = fileURLToPath(new URL('.', import.meta.url));
const PROFILES = ['minimal', 'recommended', 'hardened'];
const DEFAULTS = { names: [], answers: [], only: false, neverAdds: [], asks: [], diagnosis: [] };

/** No added line ever matches one of these (facts §11, §13). */
const NEVER = [
    /prefer_server_ciphers/, // no such directive
    /_ssl_verify\s+off/, // no repair
    /_ssl_ciphers\s.*TLS_/, // TLS 1.3 and IANA names
    /_ssl_ciphers\s+(ALL|COMPLEMENTOF|.*:ALL\b)/,
    /_ssl_ciphers\s+(.*[:"])?(aNULL|eNULL|NULL|RC4|3DES|DES|EXPORT|EXP|MD5)\b/, // but !aNULL is fine
    /SECLEVEL/, // no legacy backend in evidence
    /_protocols\s.*(SSLv[23]|TLSv1(\.1)?[ ;])/,
    /UnsafeLegacy|VerifyMode|MinProtocol/,
    /_ssl_session_reuse/, // "on" is the default, "off" no general cure
    /_ssl_name\s+(\$host|\$http_host|[0-9.]+;|\[)/,
    /(timeout|next_upstream|buffer)/, // no cure for a handshake
    /(path\/to|example\.pem|CHANGE|TODO|<|>)/, // placeholders
];

const bench = makeBench();
after(bench.remove);

describe('seeds', { concurrency: 2 }, () => {
    for (const name of readdirSync(HERE).sort().filter((n) => existsSync(join(HERE, n, 'case.json')))) {
        const folder = join(HERE, name);
        /** @type {Case} */
        const seed = { ...DEFAULTS, ...JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')), folder };
        it(`${name}: ${seed.says}`, { timeout: 60000 }, () => withLab(bench, (lab) => play(lab, seed)));
    }
});

/**
 * @param {Lab} lab
 * @param {Case} seed
 */
async function play(lab, seed) {
    const text = lab.fill(readFileSync(join(seed.folder, 'nginx.conf'), 'utf8'));
    writeFileSync(join(lab.front, 'site.conf'), text);
    const log = join(seed.folder, 'error.log');
    const args = ['--nginx', '1.22.1', ...(existsSync(log) ? ['-e', log] : []),
        ...seed.answers.flatMap((answer) => ['--answer', lab.fill(answer)]), 'site.conf'];

    for (const profile of PROFILES) {
        const { stdout } = await fix(lab.front, ['--profile', profile, ...args]);
        for (const line of changed(stdout, '+'))
            for (const never of [...NEVER, ...seed.neverAdds.map((source) => new RegExp(source))])
                assert.doesNotMatch(line, never, `profile ${profile} adds what it never should\n${stdout}`);
    }

    const { stdout, code, stderr } = await fix(lab.front, args);
    holds(changed(stdout, '+'), seed.adds.map(lab.fill), seed.only, `added lines\n${stdout}${stderr}`);
    holds(changed(stdout, '-'), seed.removes.map(lab.fill), seed.only, `removed lines\n${stdout}${stderr}`);
    assert.equal(code, stdout === '' ? 0 : 1, stderr);
    await checkAnswer(lab, seed, args);
    if (stdout !== '') await apply(lab.front, stdout);
    await checkWithNginx(lab, seed);
    const again = await fix(lab.front, args);
    assert.deepEqual([again.stdout, again.code], ['', 0], 'a second run has nothing to mend');
}

/**
 * The lines of a diff with that sign, without indentation.
 * @param {string} diff
 * @param {'+' | '-'} sign
 */
const changed = (diff, sign) => diff.split('\n')
    .filter((line) => line.startsWith(sign) && !line.startsWith(sign.repeat(3)))
    .map((line) => line.slice(1).trim());

/**
 * @param {string[]} got
 * @param {string[]} wanted
 * @param {boolean} only
 * @param {string} what
 */
function holds(got, wanted, only, what) {
    const relevant = only ? got : got.filter((line) => wanted.includes(line));
    assert.deepEqual([...relevant].sort(), [...wanted].sort(), what);
}

/**
 * What --format json says of the log lines and asks for.
 * @param {Lab} lab
 * @param {Case} seed
 * @param {string[]} args
 */
async function checkAnswer(lab, seed, args) {
    if (seed.asks.length + seed.diagnosis.length === 0) return;
    const { stdout } = await fix(lab.front, ['--format', 'json', ...args]);
    const { asks, diagnosis } = JSON.parse(stdout);
    for (const key of seed.asks) assert.ok(asks.some((/** @type {{key: string}} */ ask) => ask.key === key), `asks for ${key}`);
    assert.equal(diagnosis.length, seed.diagnosis.length || diagnosis.length);
    seed.diagnosis.forEach(({ note, ...keys }, i) => {
        if (note) assert.match(diagnosis[i].note ?? '', new RegExp(note));
        for (const [key, value] of Object.entries(keys)) assert.equal(diagnosis[i][key], value, JSON.stringify(diagnosis[i]));
    });
}

/**
 * The mended site, with what it lacks around it, before every nginx -t.
 * @param {Lab} lab
 * @param {Case} seed
 */
async function checkWithNginx(lab, { wrap, names }) {
    if (names.length > 0 && whyNoNames) return;
    const site = 'include site.conf;';
    const inHttp = wrap === 'http' ? site : `server { listen ${lab.address}:8080; ${site} }`;
    writeFileSync(join(lab.front, 'nginx.conf'), `events {} http { access_log off; ${inHttp} }\n`);
    for (const binary of binaries()) {
        const check = await lab.makeFront(binary, `test-${binary.version}`, names).test();
        assert.equal(check.code, 0, check.stderr);
    }
}
