// Backends that nginx cannot play. Each function starts one on port 8443 of the
// lab's address and returns what ends it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext, createServer } from 'node:tls';
import { end, start, until } from './processes.mjs';

// Made once by `openssl dhparam 1024`: to find a safe prime takes a while.
const DH_1024 = `-----BEGIN DH PARAMETERS-----
MIGHAoGBAIwTQHsx7MAMqmxETnkShVx9DJQG0qATUrlBWSLUQP5zcuUbsjyF4Mfs
t5ruu5M5mBmvRT2lnQBpL+4Tk+rWgXoEUpPbEC+5Fo95EWdQ/Ul7ObnHDMo1MxzE
i7xYFvxDUA+he/iySLuSCeXW7zVrJtWDxCziGVzLOV6O/4ZRnaLvAgEC
-----END DH PARAMETERS-----
`;

/** @typedef {import('./lab.mjs').Lab} Lab */
/** @type {Record<string, (lab: Lab) => Promise<() => unknown>>} */
const PEERS = {
    // `openssl s_server` that ends the handshake without a client certificate: in
    // TLS 1.2 with alert 40, in TLS 1.3 with alert 116 after nginx was through.
    'wants-a-client-certificate-tls12': (lab) => openssl(lab, '-tls1_2', '-Verify', '1', '-verify_return_error'),
    'wants-a-client-certificate-tls13': (lab) => openssl(lab, '-tls1_3', '-Verify', '1', '-verify_return_error'),
    // TLS 1.2 that prefers DHE with a group of 1024 bits, and has ECDHE as well.
    'small-dh-group': smallDh,
    'uwsgi-only-by-name': uwsgi,
};

/** @param {string} name @param {Lab} lab */
export function startPeer(name, lab) {
    if (!PEERS[name]) throw new Error(`no backend "${name}": neither backends/${name}.conf nor in lib/peers.mjs`);
    return PEERS[name](lab);
}

/**
 * Serves the file "answer" over TLS.
 * @param {Lab} lab
 * @param {string[]} more
 */
async function openssl(lab, ...more) {
    return serve(lab, 'api', more);
}

/** @param {Lab} lab */
async function smallDh(lab) {
    const group = join(lab.dir, 'dh1024.pem');
    writeFileSync(group, DH_1024);
    return serve(lab, 'rsa', ['-tls1_2', '-dhparam', group, '-serverpref', '-cipher',
        'DHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384@SECLEVEL=0']);
}

/**
 * @param {Lab} lab
 * @param {string} cert
 * @param {string[]} more
 */
async function serve(lab, cert, more) {
    writeFileSync(join(lab.dir, 'answer'), 'vhost=api.example.test\n');
    const child = start('openssl', ['s_server', '-accept', `${lab.address}:8443`, '-WWW',
        '-cert', join(lab.pki, `${cert}.example.test.pem`), '-key', join(lab.pki, `${cert}.example.test.key`),
        '-CAfile', join(lab.pki, 'client-ca.pem'), ...more], { cwd: lab.dir });
    await until(() => child.said.includes('ACCEPT'), () => `openssl s_server did not start: ${child.said}`);
    return () => end(child);
}

/**
 * An application server that speaks uwsgi over TLS, for api.example.test only.
 * @param {Lab} lab
 */
async function uwsgi(lab) {
    const [cert, key] = ['pem', 'key'].map((kind) => readFileSync(join(lab.pki, `api.example.test.${kind}`)));
    const context = createSecureContext({ cert, key });
    const server = createServer({
        SNICallback: (name, done) =>
            name === 'api.example.test' ? done(null, context) : done(new Error(`no such name: ${name}`)),
    }, (socket) => {
        socket.on('error', () => {});
        socket.once('data', () => socket.end(
            `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nvhost=api.example.test\nsni=${socket.servername}\n`));
    });
    server.on('tlsClientError', () => {});
    await new Promise((resolve, reject) => {
        server.once('error', reject).listen(8443, lab.address, () => resolve(undefined));
    });
    return () => new Promise((resolve) => server.close(resolve));
}
