// The tool under test, and the two programs that apply its diffs.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './processes.mjs';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
export const TLSMEND = process.env.TLSMEND ?? join(PROJECT, 'build/tlsmend');

/** True: the scenarios themselves are tested, with expected.diff in the tool's place. */
export const scenariosOnly = Boolean(process.env.SCENARIOS_ONLY);

/**
 * tlsmend fix …, run in `dir`.
 * @param {string} dir
 * @param {string[]} args
 */
export async function fix(dir, args) {
    if (!existsSync(TLSMEND)) throw new Error(`${TLSMEND} is not built (make build), or set SCENARIOS_ONLY=1`);
    const done = await run(TLSMEND, ['fix', ...args], { cwd: dir, timeout: 20000 });
    if (done.code !== 0 && done.code !== 1)
        throw new Error(`tlsmend fix ${args.join(' ')} ended with ${done.code}: ${done.stderr}`);
    return done;
}

/**
 * Applies a diff in `dir`: git must find that it would apply, then patch does it.
 * Neither may need any fuzz or offset.
 * @param {string} dir
 * @param {string} diff
 */
export async function apply(dir, diff) {
    const git = await run('git', ['apply', '--check', '-'], {
        cwd: dir, input: diff, env: { ...process.env, GIT_CEILING_DIRECTORIES: dirname(dir) },
    });
    if (git.code !== 0) throw new Error(`git apply --check: ${git.stderr}\n${diff}`);
    const patch = await run('patch', ['-p1', '--fuzz=0', '--no-backup-if-mismatch'], { cwd: dir, input: diff });
    if (patch.code !== 0 || /offset|fuzz|Stripping/.test(patch.stdout + patch.stderr))
        throw new Error(`patch -p1: ${patch.stdout}${patch.stderr}\n${diff}`);
}
