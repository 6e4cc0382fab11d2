// A small public key infrastructure, made by the openssl command line once a run:
//
//   root.pem                      signs every server certificate but those of "deep"
//   deep.example.test.pem         leaf and two intermediates below root
//   NAME.pem, NAME.key            EC server certificates, one DNS SAN each
//   rsa.example.test.pem, .key    the same with an RSA key
//   self-signed.example.test.pem   nobody vouches for it
//   client-ca.pem                 signs client.pem, client.key
//   stranger-ca.pem               signs nothing that is used
import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
const RSA = ['-newkey', 'rsa:2048'];
const SERVERS = ['api', 'www', 'app', 'fallback'];

/** @param {string} dir an existing, empty directory */
export function makePki(dir) {
    /** @type {(name: string, by?: string) => void} */
    const authority = (name, by) =>
        certificate(dir, name, { by, extensions: ['basicConstraints=critical,CA:TRUE'] });
    /** @type {(name: string, by?: string | null, key?: string[]) => void} */
    const server = (name, by = 'root', key = EC) =>
        certificate(dir, name, { by, key, extensions: [`subjectAltName=DNS:${name}`] });

    for (const name of ['root', 'client-ca', 'stranger-ca']) authority(name);
    for (const name of SERVERS) server(`${name}.example.test`);
    server('rsa.example.test', 'root', RSA);
    server('self-signed.example.test', null);
    certificate(dir, 'client', { by: 'client-ca', extensions: ['extendedKeyUsage=clientAuth'] });

    authority('intermediate-1', 'root');
    authority('intermediate-2', 'intermediate-1');
    server('deep.example.test', 'intermediate-2');
    for (const name of ['intermediate-2', 'intermediate-1'])
        appendFileSync(join(dir, 'deep.example.test.pem'), readFileSync(join(dir, `${name}.pem`)));
}

/**
 * @param {string} dir
 * @param {string} name
 * @param {{by?: string | null, key?: string[], extensions: string[]}} how
 */
function certificate(dir, name, { by, key = EC, extensions }) {
    const args = ['req', '-x509', '-nodes', '-days', '30', '-sha256', ...key,
        '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.pem`];
    for (const extension of extensions) args.push('-addext', extension);
    // "req -x509" marks what it makes as an authority unless told otherwise.
    if (!extensions.some((e) => e.includes('CA:TRUE'))) args.push('-addext', 'basicConstraints=critical,CA:FALSE');
    if (by) args.push('-CA', `${by}.pem`, '-CAkey', `${by}.key`);
    const done = spawnSync('openssl', args, { cwd: dir, encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`openssl ${args.join(' ')}: ${done.stderr ?? done.error}`);
}
