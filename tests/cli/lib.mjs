// What the tests of the command line share.
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv/dist/2020.js';

export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
export const TLSMEND = process.env.TLSMEND ?? join(PROJECT, 'build/tlsmend');

const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;

/** @type {string | undefined} */
let copied;

/** The program where everybody may run it. */
function copyForAll() {
    if (copied) return copied;
    const path = mkdtempSync(join(tmpdir(), 'tlsmend-cli-'));
    process.on('exit', () => rmSync(path, { recursive: true, force: true }));
    chmodSync(path, 0o755);
    copied = join(path, 'tlsmend');
    copyFileSync(TLSMEND, copied);
    chmodSync(copied, 0o755);
    return copied;
}

/**
 * Gives a file or folder to the user that `plain` runs as.
 * @param {string} path
 */
export function give(path) {
    if (isRoot) chownSync(path, NOBODY, NOBODY);
}

/**
 * Runs tlsmend to its end. Without `input`, standard input is empty.
 * @param {string[]} args
 * @param {{cwd?: string, input?: string | Buffer, env?: Record<string, string>, plain?: boolean}} options
 *   plain: as a user without privileges, whoever runs the tests
 */
export function tlsmend(args, { cwd, input = '', env, plain = false } = {}) {
    const done = spawnSync(plain && isRoot ? copyForAll() : TLSMEND, args, {
        cwd, input, timeout: 60000, maxBuffer: 1 << 28, ...(plain && isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
        env: { PATH: process.env.PATH ?? '', ...env },
    });
    if (done.error) throw done.error;
    return {
        code: done.status ?? -1,
        bytes: done.stdout,
        stdout: done.stdout.toString('utf8'),
        stderr: done.stderr.toString('utf8'),
    };
}

/**
 * A shell command line; TLSMEND is the program.
 * @param {string} script
 * @param {string=} cwd
 */
export function shell(script, cwd) {
    const done = spawnSync('sh', ['-c', script], {
        cwd, encoding: 'utf8', timeout: 60000, input: '',
        env: { PATH: process.env.PATH ?? '', TLSMEND },
    });
    return { code: done.status ?? -1, stdout: done.stdout, stderr: done.stderr };
}

/**
 * A folder with these files, removed when the tests are over.
 * @param {Record<string, string | Buffer>} files
 */
export function folder(files) {
    const path = mkdtempSync(join(tmpdir(), 'tlsmend-cli-'));
    after(() => rmSync(path, { recursive: true, force: true }));
    for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(path, name)), { recursive: true });
        writeFileSync(join(path, name), text);
    }
    return path;
}

const ajv = new Ajv({ strict: false, allErrors: true });
const schema = JSON.parse(readFileSync(join(PROJECT, 'src/api/schema.json'), 'utf8'));
ajv.addSchema(schema, 'api');

/**
 * The JSON that was printed, once it is what the schema says.
 * @param {string} text
 * @param {string} definition  of schema.json
 */
export function valid(text, definition) {
    const value = JSON.parse(text);
    const check = ajv.getSchema(`api#/$defs/${definition}`);
    if (!check) throw new Error(`schema.json has no ${definition}`);
    if (!check(value)) throw new Error(`${definition}: ${ajv.errorsText(check.errors)}\n${text.slice(0, 2000)}`);
    return value;
}

/** A location that dials a name without SNI: what every profile but minimal mends. */
export const FAILING = `events {}
http {
    server {
        location / {
            proxy_pass https://api.example.com;
        }
    }
}
`;

export const MENDED = FAILING.replace('.com;\n', '.com;\n            proxy_ssl_server_name on;\n');

/** The backend's name is nowhere: it must be asked for. */
export const ASKING = FAILING.replace('api.example.com', '192.0.2.7:8443');
