// What holds for every configuration, tried on all of the corpus: every file, every
// profile, without evidence and with a log in which its TLS hops fail. No crash, no
// hang, a diff that applies, a second run that finds nothing, and the contract's
// "Never". With the sanitizers' build where there is one (`make asan`).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { broken } from '../lib/never.mjs';
import { applyWithGit, applyWithPatch } from '../lib/patch.mjs';
import { PROJECT, TLSMEND } from '../lib/tool.mjs';

const CORPUS = process.env.CORPUS ?? join(PROJECT, '../shared/corpus');
const SANITIZED = join(PROJECT, 'build/asan/tlsmend');
const PROGRAM = process.env.TLSMEND ?? (existsSync(SANITIZED) ? SANITIZED : TLSMEND);
const TIMEOUT = 5000;
const PROFILES = ['minimal', 'recommended', 'hardened'];

/** @param {object} request @returns {Promise<any>} */
function ask(request) {
    return new Promise((resolve, reject) => {
        const child = spawn(PROGRAM, ['run'], { timeout: TIMEOUT, stdio: ['pipe', 'pipe', 'pipe'] });
        const out = [];
        const err = [];
        child.stdout.on('data', (bytes) => out.push(bytes));
        child.stderr.on('data', (bytes) => err.push(bytes));
        child.on('error', reject);
        child.on('close', (code, signal) => {
            if (code === 0 || code === 1) resolve(JSON.parse(Buffer.concat(out).toString()));
            else reject(new Error(`ended with ${signal ?? code}: ${Buffer.concat(err)}`));
        });
        child.stdin.on('error', () => {});
        child.stdin.end(JSON.stringify(request));
    });
}

/** @template T, R @param {T[]} items @param {(item: T) => Promise<R>} work @returns {Promise<R[]>} */
async function inParallel(items, work) {
    const results = new Array(items.length);
    let next = 0;
    const worker = async () => {
        for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]);
    };
    await Promise.all(Array.from({ length: availableParallelism?.() ?? cpus().length }, worker));
    return results;
}

const handshake = (words) => `SSL_do_handshake() failed (SSL: error:${words}) while SSL handshaking to upstream`;
const TROUBLE = [
    handshake('0A000410:SSL routines::sslv3 alert handshake failure:SSL alert number 40'),
    handshake('0A00042E:SSL routines::tlsv1 alert protocol version:SSL alert number 70'),
    'upstream SSL certificate verify error: (20:unable to get local issuer certificate) while SSL handshaking to upstream',
    handshake('0A000458:SSL routines::tlsv1 unrecognized name:SSL alert number 112'),
    handshake('0A00018A:SSL routines::dh key too small'),
    handshake('0A00010B:SSL routines::wrong version number'),
    handshake('0A00041A:SSL routines::tlsv1 alert decode error:SSL alert number 50'),
];

/** What nginx would write behind upstream: of a block its first server, of a name an address. */
function dialled(target, text) {
    const [, host, port] = /^[a-z]*:\/\/([^:/]*)(?::(\d+))?/.exec(target) ?? [];
    const block = host && new RegExp(`upstream\\s+${host.replace(/\W/g, '\\$&')}\\s*\\{[^}]*?server\\s+([^;\\s:]+)(?::(\\d+))?`);
    const [, server, serverPort = '80'] = (block && block.exec(text)) ?? [];
    const name = server ?? host ?? '';
    return `https://${/^\d+\.\d+\.\d+\.\d+$/.test(name) ? name : '198.51.100.9'}:${server ? serverPort : port ?? 443}/`;
}

/** A log in which every TLS hop fails, each in another way; alert 40, the commonest, comes most. */
function logOf(hops, { text }, index) {
    return hops.filter((hop) => hop.tls).slice(0, 40).map((hop, i) => {
        const turn = (index + i) % (2 * TROUBLE.length);
        return `2026/03/04 10:11:12 [error] 31#31: *9 ${TROUBLE[turn] ?? TROUBLE[0]}, client: 192.0.2.7, server: s, ` +
            `request: "GET / HTTP/1.1", upstream: "${dialled(hop.target, text)}"\n`;
    }).join('');
}

/** @param {{ path: string, text: string, log: string }} file */
async function mend(file, profile, evident) {
    const files = [{ path: file.path, text: file.text }];
    const evidence = evident && file.log ? [{ name: 'error.log', text: file.log }] : [];
    const request = { api: 1, op: 'fix', files, profile, ...(evidence.length ? { evidence } : {}) };
    try {
        const answer = await ask(request);
        if (answer.error) return { wrong: [`${file.path}: refused: ${answer.error.message}`] };
        const wrong = broken(request, answer);
        if (answer.diff) {
            const again = await ask({ ...request, files: [{ path: file.path, text: answer.files[0].text }] });
            if (again.diff) wrong.push(`a second run changes it again:\n${answer.diff}\n${again.diff}`);
        }
        return { wrong: wrong.map((one) => `${file.path}: ${one}`), answer };
    } catch (error) {
        return { wrong: [`${file.path}: ${error.message}`] };
    }
}

describe('the corpus', { skip: existsSync(CORPUS) ? false : `${CORPUS} is not there: set CORPUS` }, async () => {
    if (!existsSync(CORPUS)) return;
    const files = readdirSync(CORPUS).filter((name) => !name.endsWith('.tsv')).sort()
        .map((path) => ({ path, text: readFileSync(join(CORPUS, path), 'utf8'), log: '' }));

    test('is read', async () => {
        const wrong = [];
        await inParallel(files, async (file) => {
            try {
                const request = { api: 1, op: 'fix', files: [{ path: file.path, text: file.text }] };
                file.log = logOf((await ask(request)).hops, file, files.indexOf(file));
            } catch (error) {
                wrong.push(`${file.path}: ${error.message}`);
            }
        });
        assert.deepEqual(wrong, []);
        assert.ok(files.length > 600 && files.filter((file) => file.log).length > 50);
    });

    for (const profile of PROFILES)
        for (const evident of [false, true])
            test(`${profile}, ${evident ? 'hops fail' : 'nothing known'}`, async () => {
                const done = await inParallel(evident ? files.filter((file) => file.log) : files,
                    (file) => mend(file, profile, evident));
                assert.deepEqual(done.flatMap((one) => one.wrong), []);
                const changed = done.filter((one) => one.answer?.diff).map((one) => one.answer.files[0]);
                const diff = done.map((one) => one.answer?.diff ?? '').join('');
                const before = changed.map(({ path }) => files.find((file) => file.path === path));
                for (const apply of [applyWithPatch, applyWithGit])
                    apply(before, diff).forEach((text, i) => assert.equal(text, changed[i].text, changed[i].path));
            });
});
