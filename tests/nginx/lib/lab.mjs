// One scenario's surroundings: a directory and a loopback address of its own, a
// backend, and configuration files with their @PLACEHOLDERS@ filled in.
//
//   @IP@        the loopback address of this run: 127.x.y.z. The ports are fixed, as
//               nobody else has the address: 8080 the front, 8443 the backend's TLS.
//   @DIR@       where the front's files lie
//   @PKI@       the certificates (pki.mjs)
//   @BACKENDS@  tests/nginx/backends
import { createSocket } from 'node:dgram';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeHosts } from './hosts.mjs';
import { Nginx } from './nginx.mjs';
import { startPeer } from './peers.mjs';
import { makePki } from './pki.mjs';

const BACKENDS = fileURLToPath(new URL('../backends', import.meta.url));
const NOT_CONFIGURATION = /^(scenario\.json|expected.*\.diff)$/;

/** A directory with a fresh PKI for one test file; call `remove` at its end. */
export function makeBench() {
    const root = mkdtempSync(join(tmpdir(), 'tlsmend-nginx-'));
    const pki = join(root, 'pki');
    mkdirSync(pki);
    makePki(pki);
    return { root, pki, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/**
 * Gives `use` a lab, and ends whatever was started in it.
 * @param {{root: string, pki: string}} bench
 * @param {(lab: Lab) => Promise<void>} use
 */
export async function withLab(bench, use) {
    const lab = new Lab(bench, await freeAddress());
    try {
        await use(lab);
    } finally {
        for (const stop of lab.stops.reverse()) await Promise.resolve().then(stop).catch(console.error);
    }
}

export class Lab {
    /**
     * @param {{root: string, pki: string}} bench
     * @param {string} address
     */
    constructor(bench, address) {
        this.address = address;
        this.dir = mkdtempSync(join(bench.root, 'lab-'));
        this.front = join(this.dir, 'front');
        /** @type {[string, string][]} */
        this.placeholders = [['@IP@', address], ['@DIR@', this.front], ['@PKI@', bench.pki], ['@BACKENDS@', BACKENDS]];
        /** @type {(() => unknown)[]} */
        this.stops = [];
        this.pki = bench.pki;
        mkdirSync(this.front);
    }

    /** @param {string} text */
    fill = (text) => this.placeholders.reduce((all, [from, to]) => all.replaceAll(from, to), text);
    /** @param {string} text */
    unfill = (text) => this.placeholders.reduce((all, [from, to]) => all.replaceAll(to, from), text);

    /**
     * Puts a scenario's configuration files into the front's directory.
     * @param {string} folder
     */
    layOut(folder, into = this.front) {
        mkdirSync(into, { recursive: true });
        for (const entry of readdirSync(folder, { withFileTypes: true })) {
            const [from, to] = [join(folder, entry.name), join(into, entry.name)];
            if (entry.isDirectory()) this.layOut(from, to);
            else if (!NOT_CONFIGURATION.test(entry.name)) writeFileSync(to, this.fill(readFileSync(from, 'utf8')));
        }
    }

    /**
     * The front, not yet started. `run` names its log and pid.
     * @param {{path: string, modules: string[]}} binary
     * @param {string} run
     * @param {string[]} names host names that lead to this lab's address
     */
    makeFront(binary, run, names) {
        const hosts = names.length ? writeHosts(this.dir, Object.fromEntries(names.map((n) => [n, this.address]))) : null;
        const nginx = new Nginx(binary, join(this.front, 'nginx.conf'), join(this.dir, run), hosts);
        this.stops.push(() => nginx.stop());
        return nginx;
    }

    /**
     * Starts backends/NAME.conf with nginx, or the backend that peers.mjs has under that name.
     * @param {{path: string, modules: string[]}} binary
     * @param {string} name
     */
    async startBackend(binary, name) {
        const template = join(BACKENDS, `${name}.conf`);
        if (!existsSync(template)) {
            this.stops.push(await startPeer(name, this));
            return;
        }
        const conf = join(this.dir, 'backend.conf');
        writeFileSync(conf, this.fill(readFileSync(template, 'utf8')));
        const nginx = new Nginx(binary, conf, join(this.dir, 'backend'));
        this.stops.push(() => nginx.stop());
        await nginx.start();
    }

    /** A DNS server on port 5353 of the address: every name has that address. */
    async startResolver() {
        const socket = createSocket('udp4');
        socket.on('message', (query, from) => socket.send(dnsAnswer(query, this.address), from.port, from.address));
        await new Promise((resolve, reject) => {
            socket.once('error', reject).bind(5353, this.address, () => resolve(undefined));
        });
        this.stops.push(() => socket.close());
    }
}

/**
 * The answer to a DNS query with one question: its name's A record, or nothing for other types.
 * @param {Buffer} query
 * @param {string} address
 */
function dnsAnswer(query, address) {
    let end = 12;
    while (query[end]) end += query[end] + 1;
    const question = query.subarray(12, end + 5); // the name, its closing 0, type, class
    const isA = question.readUInt16BE(question.length - 4) === 1;
    const head = Buffer.from([query[0], query[1], 0x81, 0x80, 0, 1, 0, isA ? 1 : 0, 0, 0, 0, 0]);
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address.split('.').map(Number)]);
    return Buffer.concat(isA ? [head, question, record] : [head, question]);
}

/** A loopback address that nobody listens on, of 16 million. */
async function freeAddress() {
    const part = () => 1 + Math.floor(Math.random() * 254);
    for (;;) {
        const address = `127.${part()}.${part()}.${part()}`;
        if (address !== '127.0.0.1' && !(await listens(address, 8080)) && !(await listens(address, 8443))) return address;
    }
}

/** @param {string} host @param {number} port */
export function listens(host, port) {
    return new Promise((resolve) => {
        const socket = connect({ host, port }, () => { socket.destroy(); resolve(true); });
        socket.on('error', () => resolve(false));
    });
}
