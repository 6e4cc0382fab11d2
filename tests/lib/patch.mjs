// Diffs as others see them: applied by patch and by git to the files they were made for.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * Applies `diff` to `files` with `command`, and returns their texts.
 * @param {string[]} command @param {{ path: string, text: string }[]} files @param {string} diff
 */
function applyWith(command, files, diff) {
    if (!diff) return files.map(({ text }) => text);
    const folder = mkdtempSync(join(tmpdir(), 'tlsmend-patch-'));
    try {
        for (const { path, text } of files) {
            mkdirSync(dirname(join(folder, path)), { recursive: true });
            writeFileSync(join(folder, path), text);
        }
        const said = execFileSync(command[0], command.slice(1), {
            cwd: folder, input: diff, encoding: 'utf8',
            env: { ...process.env, GIT_CEILING_DIRECTORIES: dirname(folder) },
            stdio: ['pipe', 'pipe', 'pipe'],
        });
        if (/offset|fuzz|Stripping/.test(said)) throw new Error(`${command[0]}: ${said}`);
        return files.map(({ path }) => readFileSync(join(folder, path), 'utf8'));
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** @param {{ path: string, text: string }[]} files @param {string} diff */
export function applyWithPatch(files, diff) {
    return applyWith(['patch', '-p1', '--fuzz=0', '--no-backup-if-mismatch', '--binary'], files, diff);
}

/** @param {{ path: string, text: string }[]} files @param {string} diff */
export function applyWithGit(files, diff) {
    return applyWith(['git', 'apply', '--whitespace=nowarn', '-'], files, diff);
}
