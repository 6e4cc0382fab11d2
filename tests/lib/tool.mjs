// The two builds under test: the program, and the module behind its loader.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from '../../web/loader.js';

export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
export const TLSMEND = process.env.TLSMEND ?? join(PROJECT, 'build/tlsmend');
const MODULE = process.env.TLSMEND_WASM ?? join(PROJECT, 'dist/tlsmend.wasm');

/** @param {string} program @param {string} request JSON; returns JSON. */
export function runProgram(program, request, timeout = 10000) {
    const done = spawnSync(program, ['run'], {
        input: request, encoding: 'utf8', timeout, maxBuffer: 1 << 30,
        env: { PATH: '/usr/bin:/bin', UBSAN_OPTIONS: 'print_stacktrace=1' },
    });
    if (done.error) throw done.error;
    if (done.signal || ![0, 1].includes(done.status ?? -1))
        throw new Error(`${program} ended with ${done.signal ?? done.status}: ${done.stderr}`);
    return done.stdout;
}

/** @param {object} request @returns {any} */
export function ask(request) {
    const answer = JSON.parse(runProgram(TLSMEND, JSON.stringify(request)));
    if (answer.error) throw new Error(`refused: ${JSON.stringify(answer.error)}`);
    return answer;
}

/** The module, or undefined where it is not built. */
export async function loadModule() {
    return existsSync(MODULE) ? load(readFileSync(MODULE)) : undefined;
}
