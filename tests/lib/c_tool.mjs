// Small C programs around parts of the core, built for one test, under the sanitizers.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './tool.mjs';

/** The C files of a folder of the project, by their full names. */
const filesOf = (path) => readdirSync(join(PROJECT, path)).filter((name) => name.endsWith('.c'))
    .map((name) => join(PROJECT, path, name));

/**
 * Builds `program` from the C files of `folders`, with src/ and `includes` on the path.
 * @param {string} program @param {string[]} folders @param {string[]} [includes]
 */
export function buildTool(program, folders, includes = []) {
    const paths = [join(PROJECT, 'src'), ...includes].map((path) => `-I${path}`);
    execFileSync('cc', ['-std=c11', '-D_POSIX_C_SOURCE=200809L', '-O1', '-g',
        '-fsanitize=address,undefined', '-fno-sanitize-recover=all', ...paths,
        ...folders.flatMap(filesOf), '-o', program]);
}
