// The sizes of files in bytes: as they are, and as a web server would send them.
//
//   node size.mjs FILE...

import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const brotli = { params: { [constants.BROTLI_PARAM_LGWIN]: 24 } };

/** @param {(string | number)[]} cells */
const row = (cells) => console.log(cells.map((cell, i) => String(cell)[i ? 'padStart' : 'padEnd'](i ? 10 : 24)).join(''));

row(['', 'raw', 'gzip', 'brotli']);
for (const file of process.argv.slice(2)) {
  const bytes = readFileSync(file);
  row([file, bytes.length, gzipSync(bytes, { level: 9 }).length, brotliCompressSync(bytes, brotli).length]);
}
