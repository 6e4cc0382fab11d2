// Does the replay tell what happens? Each pair of hop settings and backend is run by
// real nginx against a real server, and by the lab (lab_tool.c) with the same facts:
// the same line in error.log, level and all, or success with the same protocol and
// suite.
//
// One front has a location for each pair. The machine's nginx and its backends run with
// the machine's OpenSSL, which the replay is told of.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { makeBench, withLab } from '../nginx/lib/lab.mjs';
import { Nginx, binaries } from '../nginx/lib/nginx.mjs';
import { end, run, start, until } from '../nginx/lib/processes.mjs';
import { ask } from '../nginx/lib/request.mjs';
import { build } from './build.mjs';

/** @typedef {import('../nginx/lib/lab.mjs').Lab} Lab */
/** @typedef {Record<string, string | string[]>} Facts  what lab_tool reads */
/** @typedef {{path: string, version: string, modules: string[]}} Binary */

const NAME = 'api.example.test';
const all = binaries();
const bench = makeBench();
after(bench.remove);
makeMorePki(bench.pki);

// ---- backends ------------------------------------------------------------------

const cert = (/** @type {string} */ name) => `ssl_certificate @PKI@/${name}.pem; ssl_certificate_key @PKI@/${name}.key;`;
const EC = cert(NAME);
const RSA = cert('rsa.example.test');
const ec = { keys: 'p256', names: NAME };
const rsa = { keys: 'rsa2048', names: 'rsa.example.test' };
const STRICT = `server { listen @AT@ ssl; ssl_reject_handshake on; }
    server { listen @AT@ ssl; server_name ${NAME}; ${EC} include @SAYS@; }`;

/** Servers that nginx plays: its directives, and what the lab is told. @type {Record<string, {conf?: string, servers?: string, facts: Facts}>} */
const SERVERS = {
    modern: { conf: `${EC} ssl_protocols TLSv1.2 TLSv1.3;`, facts: ec },
    'modern-rsa': { conf: `${RSA} ssl_protocols TLSv1.2 TLSv1.3;`, facts: rsa },
    'tls12-gcm': {
        conf: `${RSA} ssl_protocols TLSv1.2; ssl_ciphers ECDHE-RSA-AES256-GCM-SHA384;`,
        facts: { ...rsa, 'has-protocols': 'TLSv1.2', 'has-ciphers': 'ECDHE-RSA-AES256-GCM-SHA384' },
    },
    'tls12-ec': { conf: `${EC} ssl_protocols TLSv1.2;`, facts: { ...ec, 'has-protocols': 'TLSv1.2' } },
    'tls12-cbc': {
        conf: `${RSA} ssl_protocols TLSv1.2; ssl_ciphers AES128-SHA;`,
        facts: { ...rsa, 'has-protocols': 'TLSv1.2', 'has-ciphers': 'AES128-SHA' },
    },
    tls13: { conf: `${EC} ssl_protocols TLSv1.3;`, facts: { ...ec, 'has-protocols': 'TLSv1.3' } },
    'tls13-rsa': { conf: `${RSA} ssl_protocols TLSv1.3;`, facts: { ...rsa, 'has-protocols': 'TLSv1.3' } },
    tls11: {
        conf: `${RSA} ssl_protocols TLSv1.1; ssl_ciphers DEFAULT:@SECLEVEL=0;`,
        facts: { ...rsa, 'has-protocols': 'TLSv1.1', 'has-ciphers': 'DEFAULT:@SECLEVEL=0' },
    },
    'tls10-11': {
        conf: `${RSA} ssl_protocols TLSv1 TLSv1.1; ssl_ciphers DEFAULT:@SECLEVEL=0;`,
        facts: { ...rsa, 'has-protocols': 'TLSv1 TLSv1.1', 'has-ciphers': 'DEFAULT:@SECLEVEL=0' },
    },
    strict: { servers: STRICT, facts: { ...ec, served: NAME } },
    p384: { conf: `${EC} ssl_ecdh_curve secp384r1;`, facts: { ...ec, 'has-groups': 'secp384r1' } },
    'tls12-p256': {
        conf: `${EC} ssl_ecdh_curve prime256v1; ssl_protocols TLSv1.2;`,
        facts: { ...ec, 'has-groups': 'P-256', 'has-protocols': 'TLSv1.2' },
    },
    'small-dh': {
        conf: `${RSA} ssl_protocols TLSv1.2; ssl_dhparam @PKI@/dh1024.pem; ssl_ciphers DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0;`,
        facts: { ...rsa, 'has-protocols': 'TLSv1.2', dh: '1024', 'has-ciphers': 'DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0' },
    },
    'small-dh-or-ec': {
        conf: `${RSA} ssl_protocols TLSv1.2; ssl_dhparam @PKI@/dh1024.pem; ssl_prefer_server_ciphers on;
            ssl_ciphers DHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0;`,
        facts: { ...rsa, 'has-protocols': 'TLSv1.2', dh: '1024',
            'has-ciphers': 'DHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0' },
    },
    chacha: {
        conf: `${EC} ssl_protocols TLSv1.3; ssl_conf_command Ciphersuites TLS_CHACHA20_POLY1305_SHA256;`,
        facts: { ...ec, 'has-protocols': 'TLSv1.3', 'has-suites': 'TLS_CHACHA20_POLY1305_SHA256' },
    },
    'self-signed': { conf: cert('self-signed.example.test'), facts: { keys: 'p256', names: 'self-signed.example.test', 'self-signed': '' } },
    deep: { conf: cert('deep.example.test'), facts: { keys: 'p256', names: 'deep.example.test', intermediates: '2' } },
    'leaf-only': { conf: cert('leaf-only'), facts: { keys: 'p256', names: 'deep.example.test', intermediates: '2', 'leaf-only': '' } },
    'with-root': { conf: cert('with-root'), facts: { keys: 'p256', names: NAME, 'sends-root': '' } },
    'rsa-1024': { conf: `${cert('rsa1024')} ssl_ciphers DEFAULT:@SECLEVEL=0;`, facts: { keys: 'rsa1024', names: 'rsa1024' } },
    'asks-for-certificate': {
        conf: `${EC} ssl_client_certificate @PKI@/client-ca.pem; ssl_verify_client optional;`, facts: { ...ec, asking: 'asks' },
    },
    'http1-only': { conf: EC, facts: { ...ec, http1: '' } },
};

/** `openssl s_server` with these arguments. @type {Record<string, {args: string[], facts: Facts}>} */
const OPENSSL = {
    'needs-certificate-tls12': { args: ['-tls1_2', '-Verify', '1', '-verify_return_error'], facts: { ...ec, 'has-protocols': 'TLSv1.2', asking: 'needs' } },
    'needs-certificate-tls13': { args: ['-tls1_3', '-Verify', '1', '-verify_return_error'], facts: { ...ec, 'has-protocols': 'TLSv1.3', asking: 'needs' } },
};

/** What `closes` was greeted with, in every lab. @type {{at?: string, size: number}[]} */
const hellos = [];
/** Servers that do not speak TLS. @type {Record<string, {serve: (socket: import('node:net').Socket, hello: Buffer) => void, facts: Facts}>} */
const OTHERS = {
    http: { serve: (s) => s.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'), facts: { kind: 'http' } },
    closes: { serve: (s, hello) => { hellos.push({ at: s.localAddress, size: hello.length }); s.end(); }, facts: { kind: 'closes' } },
    resets: { serve: (s) => s.resetAndDestroy(), facts: { kind: 'resets' } },
    silent: { serve: () => {}, facts: { kind: 'silent' } },
};

// ---- the pairs -----------------------------------------------------------------

/** @typedef {{backend: string, set?: string, facts?: Facts, family?: 'grpc'}} Pair */
const sni = { set: `proxy_ssl_server_name on; proxy_ssl_name ${NAME}; proxy_set_header Host ${NAME};`, facts: { sni: 'on', name: NAME } };
const verifies = (/** @type {string} */ name, ca = 'root', depth = 1) => ({
    set: `proxy_ssl_verify on; proxy_ssl_verify_depth ${depth}; proxy_ssl_name ${name}; proxy_ssl_trusted_certificate @PKI@/${ca}.pem;`,
    facts: { verify: 'on', name, depth: String(depth), trust: ca === 'root' ? 'backend' : 'stranger' },
});
const protocols = (/** @type {string} */ list) => ({ set: `proxy_ssl_protocols ${list};`, facts: { protocols: list } });
const ciphers = (/** @type {string} */ list) => ({ set: `proxy_ssl_ciphers ${list};`, facts: { ciphers: list } });
const command = (/** @type {string} */ c, /** @type {string} */ v) => ({ set: `proxy_ssl_conf_command ${c} ${v};`, facts: { command: `${c} ${v}` } });
const identity = (/** @type {string} */ who, /** @type {string} */ is) => ({
    set: `proxy_ssl_certificate @PKI@/${who}.pem; proxy_ssl_certificate_key @PKI@/${who}.key;`, facts: { identity: is },
});
const both = (/** @type {{set: string, facts: Facts}} */ a, /** @type {{set: string, facts: Facts}} */ b) =>
    ({ set: `${a.set} ${b.set}`, facts: { ...a.facts, ...b.facts } });

/** @type {Pair[]} */
const PAIRS = [
    { backend: 'modern' }, { backend: 'modern-rsa' }, { backend: 'tls12-gcm' }, { backend: 'tls12-ec' },
    { backend: 'tls12-cbc' }, { backend: 'tls13' }, { backend: 'tls11' }, { backend: 'p384' },
    { backend: 'tls12-p256' }, { backend: 'chacha' }, { backend: 'asks-for-certificate' }, { backend: 'rsa-1024' },
    { backend: 'modern', ...protocols('TLSv1.3') }, { backend: 'modern', ...protocols('TLSv1.2') },
    { backend: 'tls13', ...protocols('TLSv1.2') }, { backend: 'tls13', ...protocols('TLSv1.2 TLSv1.3') },
    { backend: 'modern', ...protocols('TLSv1.1 TLSv1.3') }, { backend: 'modern', ...protocols('TLSv1 TLSv1.2') },
    { backend: 'tls12-gcm', ...protocols('TLSv1.3') }, { backend: 'tls11', ...protocols('TLSv1.1') },
    { backend: 'tls11', ...protocols('TLSv1.2') }, { backend: 'tls10-11', ...protocols('TLSv1 TLSv1.1') },
    { backend: 'tls11', ...both(protocols('TLSv1.1'), ciphers('DEFAULT:@SECLEVEL=0')) },
    { backend: 'tls10-11', ...both(protocols('TLSv1'), ciphers('DEFAULT:@SECLEVEL=0')) },
    { backend: 'modern', ...protocols('SSLv3') },
    { backend: 'modern', ...both(protocols('TLSv1.1'), ciphers('ECDHE-RSA-AES128-GCM-SHA256')) },
    { backend: 'tls12-gcm', ...ciphers('AES128-SHA') }, { backend: 'tls12-cbc', ...ciphers('ECDHE+AESGCM') },
    { backend: 'tls12-ec', ...ciphers('ECDHE-RSA-AES128-GCM-SHA256') },
    { backend: 'tls12-gcm', ...ciphers('HIGH:!aNULL:!MD5') },
    { backend: 'small-dh' }, { backend: 'small-dh', ...ciphers('DEFAULT:@SECLEVEL=1') },
    { backend: 'small-dh-or-ec', ...ciphers('DEFAULT:!DHE') },
    { backend: 'p384', ...command('Groups', 'X25519:P-256') }, { backend: 'tls12-p256', ...command('Groups', 'P-521') },
    { backend: 'modern', ...command('Groups', 'X25519:P-256:P-384') },
    { backend: 'chacha', ...both(protocols('TLSv1.3'), command('Ciphersuites', 'TLS_AES_128_GCM_SHA256')) },
    { backend: 'tls13-rsa', ...both(protocols('TLSv1.3'), command('SignatureAlgorithms', 'RSA+SHA256')) },
    { backend: 'tls12-ec', ...command('SignatureAlgorithms', 'RSA+SHA256') },
    { backend: 'modern', ...command('VerifyMode', 'Peer') },
    { backend: 'modern', ...command('CipherString', 'AES128-SHA') },
    { backend: 'modern', ...command('MaxProtocol', 'TLSv1.2') },
    { backend: 'strict' }, { backend: 'strict', ...sni }, { backend: 'modern', ...sni },
    { backend: 'strict', set: 'proxy_ssl_server_name on; proxy_ssl_name other.test;', facts: { sni: 'on', name: 'other.test' } },
    { backend: 'modern', ...verifies(NAME) }, { backend: 'modern', ...verifies('be') },
    { backend: 'modern', ...verifies(NAME, 'stranger-ca') }, { backend: 'self-signed', ...verifies('self-signed.example.test') },
    { backend: 'deep', ...verifies('deep.example.test') }, { backend: 'deep', ...verifies('deep.example.test', 'root', 2) },
    { backend: 'deep', ...verifies('deep.example.test', 'stranger-ca', 3) },
    { backend: 'leaf-only', ...verifies('deep.example.test', 'root', 2) },
    { backend: 'with-root', ...verifies(NAME, 'stranger-ca') }, { backend: 'rsa-1024', ...verifies('rsa1024') },
    { backend: 'needs-certificate-tls12' }, { backend: 'needs-certificate-tls13' },
    { backend: 'needs-certificate-tls12', ...identity('client', 'good') },
    { backend: 'needs-certificate-tls13', ...both(protocols('TLSv1.3'), identity('client', 'good')) },
    { backend: 'needs-certificate-tls12', ...identity('stranger', 'stranger') },
    { backend: 'needs-certificate-tls13', ...both(protocols('TLSv1.3'), identity('stranger', 'stranger')) },
    { backend: 'needs-certificate-tls13', ...protocols('TLSv1.3') },
    { backend: 'http1-only', family: 'grpc', facts: { family: 'grpc' } },
    { backend: 'http' }, { backend: 'closes' }, { backend: 'resets' }, { backend: 'silent' },
    { backend: 'http', ...protocols('TLSv1.3') }, { backend: 'closes', ...sni },
];

/** With these nginx does not start. @type {{set: string, facts: Facts}[]} */
const REFUSED = [
    ciphers('FOO'), ciphers('TLS_AES_256_GCM_SHA384'), ciphers('TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'),
    command('Foo', 'bar'), command('Ciphersuites', 'AES128-SHA'), command('Options', 'Foo'),
    command('MinProtocol', 'TLSv9'), command('SignatureAlgorithms', 'foo'),
    command('Groups', 'X25519MLKEM768:X25519'), command('Groups', '?X25519MLKEM768:X25519'), command('Groups', '*X25519'),
];

// ---- running them --------------------------------------------------------------

const openssl = /OpenSSL (\S+)/.exec(spawnSync('openssl', ['version'], { encoding: 'utf8' }).stdout)?.[1] ?? '';
const NAMES = [...Object.keys(SERVERS), ...Object.keys(OPENSSL), ...Object.keys(OTHERS)];
const portOf = (/** @type {string} */ backend) => 9000 + NAMES.indexOf(backend);
const factsOf = (/** @type {string} */ backend) => ({ ...SERVERS, ...OPENSSL, ...OTHERS })[backend].facts;

for (const binary of all) {
    describe(`nginx ${binary.version} with OpenSSL ${openssl}, and the replay`, { timeout: 120000 }, async () => {
        /** @type {{real: string[], replayed: string[], hellos: {real: number[], replayed: number[]}}} */
        const got = await new Promise((resolve, reject) => {
            withLab(bench, async (lab) => resolve(await runAll(lab, binary))).catch(reject);
        });
        PAIRS.forEach((pair, i) => it(`${pair.backend}: ${pair.set ?? pair.family ?? 'defaults'}`, () =>
            assert.equal(got.replayed[i], got.real[i])));
        REFUSED.forEach(({ set, facts }) => it(`does not start: ${set}`, async () => {
            const [outcome] = await replay(binary, [{ backend: 'modern', facts }]);
            assert.equal(lineOfOutcome(outcome), await refusal(binary, set));
        }));
        it('the ClientHello has as many bytes', () => assert.deepEqual(got.hellos.replayed, got.hellos.real));
    });
}

/** @param {Lab} lab @param {Binary} binary */
async function runAll(lab, binary) {
    await startBackends(lab, all[all.length - 1]);
    const outcomes = await replay(binary);
    const real = await runReal(lab, binary);
    const replayed = outcomes.map(lineOfOutcome);
    return { real, replayed, hellos: { real: realHellos(lab), replayed: replayedHellos(outcomes) } };
}

/** @param {any} o */
const lineOfOutcome = (o) => o.ok ? `works: ${o.protocol} ${o.suite}` : `[${o.level}] ${o.message}${o.action}`;

/** What nginx -t says about a setting. @param {Binary} binary @param {string} set */
async function refusal(binary, set) {
    let said = '';
    await withLab(bench, async (lab) => {
        writeFileSync(join(lab.front, 'nginx.conf'), lab.fill(
            `events {} http { server { listen @IP@:8080; location / { proxy_pass https://@IP@:8443; ${set} } } }`));
        said = (await lab.makeFront(binary, 'front', []).test()).stderr;
    });
    return /\[emerg\] .*/.exec(said)?.[0];
}

/** What nginx does, one line a pair. @param {Lab} lab @param {Binary} binary */
async function runReal(lab, binary) {
    const locations = PAIRS.map(({ backend, set = '', family }, i) => {
        const pass = family === 'grpc' ? 'grpc_pass grpcs' : 'proxy_pass https';
        return `location = /${i} { ${set} ${pass}://@IP@:${portOf(backend)}; }`;
    });
    writeFileSync(join(lab.front, 'nginx.conf'), lab.fill(`events {}
http {
    access_log off; proxy_connect_timeout 1s; proxy_next_upstream off;
    proxy_ssl_session_reuse off; # as each replay begins anew
    server { listen @IP@:8080; ${locations.join('\n')} }
}`));
    const front = lab.makeFront(binary, 'front', []);
    await front.start();
    const answers = await Promise.all(PAIRS.map((_, i) => ask(lab.address, { path: `/${i}` })));
    await front.stop();
    const log = front.log();
    return PAIRS.map((_, i) => lineOf(log, i) ?? worksAs(answers[i]));
}

/** nginx's answers say it in lines, those of s_server -www in a page. @param {{status: number | string, body: string} & Record<string, any>} answer */
function worksAs({ status, body, protocol, cipher }) {
    const [, as, suite] = /New, (\S+), Cipher is (\S+)/.exec(body) ?? [null, protocol, cipher];
    return status === 200 ? `works: ${as} ${suite}` : `status ${status}`;
}

/** @param {string} log @param {number} i */
function lineOf(log, i) {
    const line = log.split('\n').find((l) => l.includes(`"GET /${i} HTTP`));
    const found = line && /\[(\w+)\] \S+ \*\d+ (.*?), client: /.exec(line);
    return found ? `[${found[1]}] ${found[2]}` : undefined;
}

/** What the lab says. @param {Binary} binary */
async function replay(binary, pairs = PAIRS) {
    const input = pairs.map(({ backend, facts = {} }) => {
        const all = { nginx: binary.version, openssl, ...factsOf(backend), ...facts };
        return Object.entries(all).map(([key, value]) => `${key}=${value}\n`).join('');
    });
    const done = await run(build('lab_tool'), [], { input: `${input.join('\n')}\n` });
    assert.equal(done.code, 0, done.stderr);
    return done.stdout.trim().split('\n').map((line) => JSON.parse(line));
}

const RECORD_HEADER = 5;
/** @param {Lab} lab */
const realHellos = (lab) => hellos.filter(({ at }) => at === lab.address).map(({ size }) => size).sort();
/** @param {{text: string}[]} outcomes */
const replayedHellos = (outcomes) => PAIRS.flatMap(({ backend }, i) => backend !== 'closes' ? []
    : Number(/-> ClientHello, (\d+) bytes/.exec(outcomes[i].text)?.[1]) + RECORD_HEADER).sort();

/** @param {Lab} lab @param {Binary} binary */
async function startBackends(lab, binary) {
    const says = join(lab.dir, 'says');
    writeFileSync(says, 'return 200 "protocol=$ssl_protocol\ncipher=$ssl_cipher\n";\n');
    const servers = Object.entries(SERVERS).map(([name, { conf, servers: more }]) =>
        (more ?? `server { listen @AT@ ssl; ${conf} include @SAYS@; }`)
            .replaceAll('@AT@', `@IP@:${portOf(name)}`).replaceAll('@SAYS@', says));
    const conf = join(lab.dir, 'backends.conf');
    writeFileSync(conf, lab.fill(`events {}\nhttp { access_log off; ${servers.join('\n')} }`));
    const nginx = new Nginx(binary, conf, join(lab.dir, 'backends'));
    lab.stops.push(() => nginx.stop());
    await nginx.start();
    for (const [name, { args }] of Object.entries(OPENSSL)) await startOpenssl(lab, name, args);
    for (const [name, { serve }] of Object.entries(OTHERS)) await startOther(lab, name, serve);
}

/** @param {Lab} lab @param {string} name @param {string[]} args */
async function startOpenssl(lab, name, args) {
    const child = start('openssl', ['s_server', '-accept', `${lab.address}:${portOf(name)}`, '-www',
        '-cert', join(lab.pki, `${NAME}.pem`), '-key', join(lab.pki, `${NAME}.key`),
        '-CAfile', join(lab.pki, 'client-ca.pem'), ...args], { cwd: lab.dir });
    lab.stops.push(() => end(child));
    await until(() => child.said.includes('ACCEPT'), () => `openssl s_server did not start: ${child.said}`);
}

/** @param {Lab} lab @param {string} name @param {(socket: import('node:net').Socket, hello: Buffer) => void} serve */
async function startOther(lab, name, serve) {
    /** @type {Set<import('node:net').Socket>} */
    const sockets = new Set();
    const server = createServer((socket) => {
        sockets.add(socket);
        socket.on('error', () => {}).once('data', (hello) => serve(socket, hello));
    });
    await new Promise((resolve, reject) => {
        server.once('error', reject).listen(portOf(name), lab.address, () => resolve(undefined));
    });
    lab.stops.push(() => { sockets.forEach((s) => s.destroy()); server.close(); });
}

/** What tests/nginx/lib/pki.mjs has no need of. @param {string} dir */
function makeMorePki(dir) {
    const sh = (/** @type {string} */ script) => {
        const done = spawnSync('sh', ['-ec', script], { cwd: dir, encoding: 'utf8' });
        assert.equal(done.status, 0, `${script}: ${done.stderr}`);
    };
    const issue = 'openssl req -x509 -nodes -days 30 -addext basicConstraints=critical,CA:FALSE';
    sh(`${issue} -newkey rsa:1024 -sha256 -subj /CN=rsa1024 -addext subjectAltName=DNS:rsa1024 -CA root.pem -CAkey root.key -keyout rsa1024.key -out rsa1024.pem`);
    sh(`${issue} -newkey ec -pkeyopt ec_paramgen_curve:P-256 -sha256 -subj /CN=stranger -CA stranger-ca.pem -CAkey stranger-ca.key -keyout stranger.key -out stranger.pem`);
    sh('openssl dhparam -dsaparam -out dh1024.pem 1024');
    sh(`openssl x509 -in deep.example.test.pem -out leaf-only.pem; cp deep.example.test.key leaf-only.key`);
    sh(`cat ${NAME}.pem root.pem > with-root.pem; cp ${NAME}.key with-root.key`);
}
