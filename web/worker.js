// The worker: unpacks and compiles the module once, then answers requests.
//
// It holds no state between requests. When the module traps it says so and
// waits to be ended: its memory is not to be trusted any more.

import { load } from './loader.js';

/** @type {Awaited<ReturnType<typeof load>> | null} */
let mend = null;

/** @param {MessageEvent} event */
self.onmessage = async ({ data }) => {
  try {
    if ('source' in data) {
      const module = await compile(data.source);
      mend = await load(module);
      self.postMessage({ ready: module });
    } else if (mend) {
      self.postMessage({ response: mend.run(data.request) });
    }
  } catch (error) {
    self.postMessage({ failed: error instanceof Error ? error.message : String(error) });
  }
};

/**
 * @param {string | WebAssembly.Module} source  base64 of gzip, or what an earlier worker compiled
 */
async function compile(source) {
  if (source instanceof WebAssembly.Module) return source;
  const packed = new Blob([bytesOf(source)]).stream();
  const bytes = await new Response(packed.pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
  return WebAssembly.compile(bytes);
}

/** @param {string} base64 */
function bytesOf(base64) {
  const text = atob(base64.trim());
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
