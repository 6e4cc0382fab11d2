// Thousands of `nginx -t`: many configurations, what nginx said about each.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Modules that are not in every build: the configure option, and the file when dynamic. */
const OPTIONS = {
    http_ssl: 'http_ssl_module', http_v2: 'http_v2_module', http_v3: 'http_v3_module',
    http_realip: 'http_realip_module', http_addition_filter: 'http_addition_module',
    http_xslt_filter: 'http_xslt_module', http_image_filter: 'http_image_filter_module',
    http_geoip: 'http_geoip_module', http_sub_filter: 'http_sub_module', http_dav: 'http_dav_module',
    http_flv: 'http_flv_module', http_mp4: 'http_mp4_module', http_gunzip_filter: 'http_gunzip_module',
    http_gzip_static: 'http_gzip_static_module', http_auth_request: 'http_auth_request_module',
    http_random_index: 'http_random_index_module', http_secure_link: 'http_secure_link_module',
    http_degradation: 'http_degradation_module', http_slice_filter: 'http_slice_module',
    http_stub_status: 'http_stub_status_module', http_perl: 'http_perl_module', http_json: 'http_json_module',
    mail_ssl: 'mail_ssl_module', stream_ssl: 'stream_ssl_module', stream_realip: 'stream_realip_module',
    stream_geoip: 'stream_geoip_module', stream_ssl_preread: 'stream_ssl_preread_module',
    thread_pool: 'threads', google_perftools: 'google_perftools_module',
};
const DYNAMIC = ['mail', 'stream', 'http_geoip', 'http_image_filter', 'http_perl', 'http_xslt_filter', 'stream_geoip'];
/** Event methods of other systems, and what needs a kernel to build with. */
const NEVER = ['devpoll', 'eventport', 'kqueue', 'iocp', 'quic_bpf'];

export class Asker {
    /** @param {string} path of an nginx binary */
    constructor(path) {
        this.path = path;
        const said = spawnSync(path, ['-V'], { encoding: 'utf8' }).stderr ?? '';
        this.version = /nginx version: \S+?\/(\d+\.\d+\.\d+)/.exec(said)?.[1] ?? '';
        if (!this.version) throw new Error(`${path} -V does not look like nginx: ${said}`);
        this.built = new Set(said.match(/--with-\S+/g) ?? []);
        const folder = process.env.NGINX_MODULES ?? /--modules-path=(\S+)/.exec(said)?.[1] ?? '';
        this.dynamic = DYNAMIC.filter((name) => existsSync(join(folder, `ngx_${name}_module.so`)));
        const files = this.dynamic.map((name) => `load_module ${folder}/ngx_${name}_module.so;\n`);
        this.dir = mkdtempSync(join(tmpdir(), 'tlsmend-ask-'));
        this.head = files.join('');
        this.asked = 0;
        mkdirSync(join(this.dir, 'logs'));
    }

    remove() {
        rmSync(this.dir, { recursive: true, force: true });
    }

    /**
     * Can the binary know directives of this module (if its version has them)?
     * @param {string} module
     */
    has(module) {
        if (NEVER.includes(module)) return false;
        const family = /^(mail|stream)(_|$)/.exec(module)?.[1];
        if (family && !this.#hasOption(family, family)) return false;
        const option = OPTIONS[/** @type {keyof typeof OPTIONS} */ (module)];
        return !option || this.#hasOption(option, module);
    }

    /** @param {string} option @param {string} module */
    #hasOption(option, module) {
        if (this.built.has(`--with-${option}`)) return true;
        return this.built.has(`--with-${option}=dynamic`) && this.dynamic.includes(module);
    }

    /**
     * What `nginx -t` prints about each configuration: nothing if it likes it.
     * @param {string[]} texts
     * @returns {Promise<string[]>}
     */
    async ask(texts) {
        const workers = Math.min(availableParallelism(), 2);
        const answers = await Promise.all(Array.from({ length: workers }, (_, worker) =>
            this.#run(worker, texts.filter((_, i) => i % workers === worker))));
        this.asked += texts.length;
        return texts.map((_, i) => answers[i % workers][Math.floor(i / workers)]);
    }

    /**
     * One shell runs them all, one after the other: starting nginx from here would take
     * as long as nginx itself.
     * @param {number} worker
     * @param {string[]} texts
     * @returns {Promise<string[]>}
     */
    #run(worker, texts) {
        const path = (/** @type {number | string} */ i) => join(this.dir, `${worker}-${i}.conf`);
        texts.forEach((text, i) => writeFileSync(path(i), this.head + text));
        const script = `i=0; while [ $i -lt ${texts.length} ]; do echo "=== $i"
            "$0" -t -q -p "$1" -c "${path('$i')}" -e stderr </dev/null 2>&1; i=$((i+1)); done`;
        return new Promise((resolve, reject) => {
            const child = spawn('sh', ['-c', script, this.path, this.dir], { stdio: ['ignore', 'pipe', 'inherit'] });
            let said = '';
            child.stdout.setEncoding('utf8').on('data', (data) => { said += data; });
            child.on('error', reject);
            child.on('close', () => resolve(said.split(/^=== \d+\n/m).slice(1)));
        });
    }
}

/** The number of lines before the text that `Asker` puts in front. @param {Asker} asker */
export const headLines = (asker) => asker.head.split('\n').length - 1;
