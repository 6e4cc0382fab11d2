// directives.inc, read as what it is: one row a line, in a fixed form.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const TABLE = fileURLToPath(new URL('../../../src/nginx/directives.inc', import.meta.url));
const ROW = /^D\((\w+), (\w+), ([\w|]+), ([\w|]+), (\w+), (\w+), (\w+), (0|V\([\d, ]+\)), (0|V\([\d, ]+\)), ([\w|]+), (\d)\)$/;

/** The contexts that `ALL` stands for, and that nginx can be asked about. */
export const CONTEXTS = ['MAIN', 'EVENTS', 'HTTP', 'SERVER', 'LOCATION', 'SERVER_IF', 'LOCATION_IF',
    'LIMIT_EXCEPT', 'UPSTREAM', 'STREAM', 'STREAM_SERVER', 'STREAM_UPSTREAM', 'MAIL', 'MAIL_SERVER'];

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {string} module
 * @property {string[]} contexts
 * @property {string} arity as written: "FLAG", "MORE1", "N1|N2"
 * @property {string} opens
 * @property {string} inherit
 * @property {boolean} repeats
 * @property {number} since 0: always
 * @property {number} gone 0: never
 * @property {boolean} open open source nginx has it
 */

/** @param {string} version "1.26.3" */
export const versionNumber = (version) =>
    version.split('.').reduce((sum, part) => sum * 1000 + Number(part), 0);

/** @param {string} cell "0" or "V(1, 26, 3)" */
const versionCell = (cell) => cell === '0' ? 0 : versionNumber(cell.slice(2, -1).split(', ').join('.'));

/** @returns {Row[]} */
export function readTable() {
    const lines = readFileSync(TABLE, 'utf8').split('\n').filter((line) => line.startsWith('D('));
    return lines.map((line) => {
        const cell = ROW.exec(line);
        if (!cell) throw new Error(`directives.inc: not a row: ${line}`);
        return {
            name: cell[1], module: cell[2],
            contexts: cell[3] === 'ALL' ? CONTEXTS : cell[3].split('|'),
            arity: cell[4], opens: cell[5], inherit: cell[6], repeats: cell[7] === 'MANY',
            since: versionCell(cell[8]), gone: versionCell(cell[9]),
            open: cell[10].split('|').includes('OPEN'),
        };
    });
}

/** @param {Row} row @param {number} version */
export const inVersion = (row, version) => row.since <= version && (!row.gone || version < row.gone);

/** @param {Row} row @param {number} count of arguments */
export function arityFits(row, count) {
    if (row.arity === 'ANY') return true;
    if (row.arity === 'FLAG') return count === 1;
    if (row.arity === 'MORE1') return count >= 1;
    if (row.arity === 'MORE2') return count >= 2;
    return row.arity.split('|').includes(`N${count}`);
}
