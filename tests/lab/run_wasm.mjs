// Runs a WASI program: run_wasm.mjs MODULE ARGUMENTS… (node 18 has no getImportObject)
import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';

const [path, ...args] = process.argv.slice(2);
const wasi = new WASI({ version: 'preview1', args: ['lab', ...args] });
const module = await WebAssembly.compile(readFileSync(path));
const env = Object.fromEntries(WebAssembly.Module.imports(module)
    .filter((i) => i.module === 'env').map((i) => [i.name, () => 0]));
wasi.start(await WebAssembly.instantiate(module, { wasi_snapshot_preview1: wasi.wasiImport, env }));
