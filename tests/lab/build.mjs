// Builds the lab's test programs into build/lab/: what tests/lab/NAME.c needs of the core.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const PROJECT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const OUT = join(PROJECT, 'build/lab');
const WARNINGS = ['-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Wshadow', '-Wmissing-prototypes', '-Wstrict-prototypes'];

/** Why nothing can be built for WebAssembly here, or false. */
export const whyNoEmcc = spawnSync('emcc', ['--version'], { env: emccEnv() }).status !== 0 ? 'no emcc'
    : ['lib/libssl.a', 'include/openssl/ssl.h'].some((f) => !existsSync(join(PROJECT, 'build/wasm', f))) && 'build/wasm/lib is not built (make libs)';

function emccEnv() {
    return { ...process.env, NODE_PATH: '/usr/share/nodejs' };
}

/** The sources of a folder of src/. */
const sources = (/** @type {string} */ folder) => readdirSync(join(PROJECT, 'src', folder))
    .filter((name) => name.endsWith('.c')).map((name) => `src/${folder}/${name}`);

/** @type {Map<string, string>} */
const built = new Map();

/**
 * @param {string} name a program of tests/lab/
 * @param {'native' | 'wasm'} kind
 * @returns {string} its path
 */
export function build(name, kind = 'native') {
    const out = join(OUT, kind === 'wasm' ? `${name}.wasm` : name);
    if (built.has(out)) return out;
    mkdirSync(OUT, { recursive: true });
    const libs = ['ssl', 'crypto'].map((lib) => `build/${kind}/lib/lib${lib}.a`);
    const files = [`tests/lab/${name}.c`, 'tests/lab/cases.c', 'tests/setup/out_of_memory.c',
        ...['base', 'text', 'syntax', 'nginx', 'tls'].flatMap(sources)];
    const common = ['-std=c11', '-O2', '-Iinclude', '-Isrc', '-isystem', `build/${kind}/include`, ...WARNINGS];
    const [command, more] = kind === 'wasm'
        ? ['emcc', ['tests/lab/entropy.c', '-sSTANDALONE_WASM', '-sALLOW_MEMORY_GROWTH=1', '-sTOTAL_STACK=1MB',
            '-Wl,--stack-first', '--js-library', 'src/setup/wasi.js']]
        : [process.env.CC ?? 'cc', []];
    const done = spawnSync(command, [...common, ...files, ...more, ...libs, '-o', out],
        { cwd: PROJECT, encoding: 'utf8', env: emccEnv() });
    if (done.status !== 0) throw new Error(`${command}: ${done.stderr ?? done.error}`);
    built.set(out, out);
    return out;
}
