// `tlsmend smoke`: the script is plain POSIX sh, passes where the backends are as the
// configuration says, and fails where they are not.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { tlsmend } from './lib.mjs';

const dir = mkdtempSync(join(tmpdir(), 'tlsmend-smoke-'));
let port = 0;
/** @type {import('node:child_process').ChildProcess} */
let backend;

async function freePort() {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    server.close();
    await once(server, 'close');
    return port;
}

before(async () => {
    const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
        '-nodes', '-days', '2', '-subj', '/CN=api.example.test', '-addext', 'subjectAltName=DNS:api.example.test',
        '-keyout', join(dir, 'key.pem'), '-out', join(dir, 'cert.pem')]);
    assert.equal(made.status, 0, String(made.stderr));
    port = await freePort();
    backend = spawn('openssl', ['s_server', '-accept', `127.0.0.1:${port}`, '-cert', join(dir, 'cert.pem'),
        '-key', join(dir, 'key.pem'), '-tls1_3', '-www'], { stdio: ['ignore', 'pipe', 'pipe'] });
    await once(/** @type {import('node:stream').Readable} */ (backend.stdout), 'data');
});

after(() => {
    backend?.kill();
    rmSync(dir, { recursive: true, force: true });
});

/** @param {string} settings */
function smoke(settings) {
    const config = join(dir, 'nginx.conf');
    writeFileSync(config, `server {\n    location / {\n        proxy_pass https://127.0.0.1:${port};\n${settings}    }\n}\n`);
    const printed = tlsmend(['smoke', config]);
    assert.equal(printed.code, 0, printed.stderr);
    const script = join(dir, 'smoke.sh');
    writeFileSync(script, printed.stdout);
    return { script, text: printed.stdout };
}

/** @param {string} script */
const run = (script) => spawnSync('sh', [script], { encoding: 'utf8', timeout: 60_000 });

test('a hop that is in order passes, name and chain included', () => {
    const { script, text } = smoke(`        proxy_ssl_server_name on;\n        proxy_ssl_name api.example.test;\n` +
        `        proxy_ssl_verify on;\n        proxy_ssl_trusted_certificate ${join(dir, 'cert.pem')};\n`);
    assert.match(text, /-servername api\.example\.test .*-verify_hostname api\.example\.test -verify_return_error/);
    const result = run(script);
    assert.equal(result.status, 0, result.stdout + result.stderr);
    assert.match(result.stdout, /^1 ok, 0 failed$/m);
});

test('a wrong name fails', () => {
    const result = run(smoke(`        proxy_ssl_name other.example.test;\n        proxy_ssl_verify on;\n` +
        `        proxy_ssl_trusted_certificate ${join(dir, 'cert.pem')};\n`).script);
    assert.equal(result.status, 1, result.stdout + result.stderr);
    assert.match(result.stdout, /^FAIL /m);
});

test('a version that the backend does not speak fails', () => {
    const result = run(smoke('        proxy_ssl_protocols TLSv1.2;\n').script);
    assert.equal(result.status, 1);
    assert.match(result.stdout, /alert/i);
});

test('a variable is said not to be checked, and quotes in names harm nobody', () => {
    const config = `server { location / { proxy_pass https://$host; } location /q { proxy_pass "https://127.0.0.1:${port}"; ` +
        `proxy_ssl_name "a'b; touch ${dir}/harm"; proxy_ssl_server_name on; } }\n`;
    const printed = tlsmend(['smoke', '-'], { input: config });
    assert.match(printed.stdout, /^# not checked: .*https:\/\/\$host/m);
    const script = join(dir, 'odd.sh');
    writeFileSync(script, printed.stdout);
    run(script);
    assert.equal(spawnSync('test', ['-e', join(dir, 'harm')]).status, 1);
});

test('shellcheck has nothing to say', (t) => {
    if (spawnSync('shellcheck', ['--version']).status !== 0) return t.skip('no shellcheck here');
    const { script } = smoke('');
    const result = spawnSync('shellcheck', ['-s', 'sh', script], { encoding: 'utf8' });
    assert.equal(result.status, 0, result.stdout);
});
