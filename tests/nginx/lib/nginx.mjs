// Real nginx binaries, and one running nginx.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withHosts } from './hosts.mjs';
import { end, run, start, until } from './processes.mjs';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
const KNOWN = ['/usr/sbin/nginx', join(PROJECT, 'build/nginx-1.26.3/sbin/nginx')];

/**
 * The binaries to test with: NGINX_BINARIES (colon-separated), or Debian's and
 * the one that the Makefile builds.
 * @returns {{path: string, version: string, modules: string[]}[]}
 */
export function binaries() {
    const asked = process.env.NGINX_BINARIES?.split(':').filter(Boolean);
    return (asked ?? KNOWN.filter((path) => existsSync(path))).map(describe);
}

/** @param {string} path */
function describe(path) {
    const said = spawnSync(path, ['-V'], { encoding: 'utf8' });
    const version = /nginx version: \S+?\/(\d+\.\d+\.\d+)/.exec(said.stderr ?? '')?.[1];
    if (!version) throw new Error(`${path} -V does not look like nginx: ${said.stderr ?? said.error}`);
    const modulesPath = /--modules-path=(\S+)/.exec(said.stderr)?.[1];
    const dynamic = /--with-stream=dynamic/.test(said.stderr) && modulesPath;
    return { path, version, modules: dynamic ? [join(modulesPath, 'ngx_stream_module.so')] : [] };
}

/**
 * Is `version` in `range`, which reads like "<1.23.4" or ">=1.25.1"?
 * @param {string} version
 * @param {string=} range
 */
export function inRange(version, range) {
    if (!range) return true;
    const [, sign, bound] = /** @type {RegExpExecArray} */ (/^(<|>=)(\d+\.\d+\.\d+)$/.exec(range));
    const number = (/** @type {string} */ v) => v.split('.').reduce((sum, part) => sum * 1000 + Number(part), 0);
    return (number(version) < number(bound)) === (sign === '<');
}

export class Nginx {
    /**
     * Everything but the configuration file lives in `home`, which is made here.
     * @param {{path: string, modules: string[]}} binary
     * @param {string} conf
     * @param {string} home
     * @param {string | null} hosts
     */
    constructor(binary, conf, home, hosts = null) {
        this.binary = binary;
        this.conf = conf;
        this.home = home;
        this.hosts = hosts;
        this.errorLog = join(home, 'error.log');
        this.pid = join(home, 'nginx.pid');
        this.child = null;
        mkdirSync(home, { recursive: true });
    }

    /** @param {string[]} more */
    #command(...more) {
        const main = ['daemon off', 'master_process off', `pid ${this.pid}`,
            ...this.binary.modules.map((module) => `load_module ${module}`)];
        return withHosts(this.hosts, [this.binary.path, '-p', this.home, '-c', this.conf,
            '-e', this.errorLog, '-g', main.map((d) => `${d};`).join(' '), ...more]);
    }

    /** nginx -t */
    test() {
        const [command, ...args] = this.#command('-t');
        return run(command, args);
    }

    /** nginx -T */
    dump() {
        const [command, ...args] = this.#command('-T');
        return run(command, args);
    }

    /** Returns once it accepts connections: nginx writes its pid after it has bound its sockets. */
    async start() {
        const [command, ...args] = this.#command();
        rmSync(this.pid, { force: true });
        const child = this.child = start(command, args, { cwd: dirname(this.conf) });
        const why = () => `nginx did not start: ${child.said}${this.log()}`;
        await until(() => {
            if (child.exitCode !== null) throw new Error(why());
            return existsSync(this.pid);
        }, why);
    }

    async stop() {
        if (this.child) await end(this.child);
    }

    log() {
        return existsSync(this.errorLog) ? readFileSync(this.errorLog, 'utf8') : '';
    }
}
