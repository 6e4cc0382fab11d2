// How long one answer takes: the bundled example, natively and in WebAssembly.
//
//   node bench.mjs TLSMEND MODULE

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { load } from '../../web/loader.js';

const [program = 'build/tlsmend', wasm = 'dist/tlsmend.wasm'] = process.argv.slice(2);
const read = (/** @type {string} */ path) => readFileSync(new URL(`../../web/example/${path}`, import.meta.url), 'utf8');
const request = JSON.stringify({
  api: 1,
  op: 'fix',
  files: [{ path: 'nginx.conf', text: read('nginx.conf') }],
  evidence: [{ name: 'error.log', text: read('error.log') }],
});

/** @param {string} name @param {number} times @param {() => void} call */
function measure(name, times, call) {
  /** @type {number[]} */
  const took = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    call();
    took.push(performance.now() - start);
  }
  const first = took[0];
  took.sort((a, b) => a - b);
  const at = (/** @type {number} */ part) => took[Math.floor((times - 1) * part)].toFixed(2);
  console.log(`${name.padEnd(28)} first ${first.toFixed(2)} ms, median ${at(0.5)}, 95% ${at(0.95)}  (${times} runs)`);
}

measure('native, one process each', 100, () => {
  const { status, stderr } = spawnSync(program, ['run'], { input: request });
  if (status !== 0) throw new Error(`tlsmend run: ${stderr}`);
});

const bytes = readFileSync(wasm);
measure('wasm, compile', 10, () => void new WebAssembly.Module(bytes));
const tlsmend = await load(bytes);
measure('wasm, one instance', 200, () => void tlsmend.runText(request));
