/**
 * Loads dist/tlsmend.wasm and calls it: in a page, a worker or Node. The module
 * can do nothing to its host but what `wasi` below gives it: random bytes, the
 * time, and words to the console.
 *
 *   const tlsmend = await load(bytes);
 *   const response = tlsmend.run({ api: 1, op: 'version' });
 *
 * @typedef {import('./api').Request} Request
 * @typedef {import('./api').Response} Response
 * @typedef {WebAssembly.Module | BufferSource | Promise<WebAssembly.Module | BufferSource>} Source
 * @typedef {{
 *   memory: WebAssembly.Memory,
 *   _initialize(): void,
 *   mend_alloc(len: number): number,
 *   mend_run(request: number, len: number): number,
 *   mend_free(pair: number): void,
 * }} Exports
 */

/** The module broke off, by a trap or by giving up. Its instance is dead. */
export class TlsmendCrash extends Error {
  /** @param {string} message @param {unknown} [cause] */
  constructor(message, cause) {
    super(message, { cause });
    this.name = 'TlsmendCrash';
  }
}

// WASI's error numbers.
const SUCCESS = 0;
const BAD_DESCRIPTOR = 8;
const NOT_SUPPORTED = 58;

/** One instance of the module. Not reentrant; give each worker its own. */
export class Tlsmend {
  /** @type {Exports} */ #exports;
  /** @type {TlsmendCrash | undefined} */ #crash;
  /** @type {Crypto} */ #crypto;
  #words = '';

  /** @param {WebAssembly.Module} module @param {Crypto} [webCrypto] */
  constructor(module, webCrypto = globalThis.crypto) {
    this.#crypto = webCrypto;
    const imports = { wasi_snapshot_preview1: this.#wasi() };
    const instance = new WebAssembly.Instance(module, imports);
    this.#exports = /** @type {Exports} */ (/** @type {unknown} */ (instance.exports));
    this.#guard(() => this.#exports._initialize());
  }

  /** True once a call has thrown TlsmendCrash: every later call throws it again. */
  get dead() {
    return this.#crash !== undefined;
  }

  /** @param {Request} request @returns {Response} */
  run(request) {
    return JSON.parse(this.runText(JSON.stringify(request)));
  }

  /** @param {string} request JSON @returns {string} JSON */
  runText(request) {
    const bytes = new TextEncoder().encode(request);
    return this.#guard(() => {
      const { mend_alloc, mend_run, mend_free } = this.#exports;
      const at = mend_alloc(bytes.length);
      // A call may grow the memory, which detaches older views: make new ones.
      this.#bytes(at, bytes.length).set(bytes);
      const pair = mend_run(at, bytes.length);
      const view = this.#view();
      const data = view.getUint32(pair, true);
      const len = view.getUint32(pair + 4, true);
      const response = new TextDecoder().decode(this.#bytes(data, len));
      mend_free(pair);
      return response;
    });
  }

  /** @template T @param {() => T} call @returns {T} */
  #guard(call) {
    if (this.#crash) throw this.#crash;
    try {
      return call();
    } catch (error) {
      const said = this.#words ? `: ${this.#words.trim()}` : '';
      this.#crash = new TlsmendCrash(`tlsmend broke off (${error})${said}`, error);
      throw this.#crash;
    }
  }

  #view() {
    return new DataView(this.#exports.memory.buffer);
  }

  /** @param {number} at @param {number} len */
  #bytes(at, len) {
    return new Uint8Array(this.#exports.memory.buffer, at >>> 0, len >>> 0);
  }

  #wasi() {
    return {
      /** @param {number} at @param {number} len */
      random_get: (at, len) => {
        const limit = 65536; // of one getRandomValues
        for (let done = 0; done < len; done += limit) {
          this.#crypto.getRandomValues(this.#bytes(at + done, Math.min(limit, len - done)));
        }
        return SUCCESS;
      },

      /** @param {number} clock @param {bigint} _precision @param {number} at nanoseconds go there */
      clock_time_get: (clock, _precision, at) => {
        const ms = clock === 0 ? Date.now() : performance.now();
        this.#view().setBigUint64(at, BigInt(Math.round(ms * 1e6)), true);
        return SUCCESS;
      },

      /** @param {number} fd @param {number} list @param {number} count @param {number} at */
      fd_write: (fd, list, count, at) => {
        if (fd !== 1 && fd !== 2) return BAD_DESCRIPTOR;
        const view = this.#view();
        let written = 0;
        for (let i = 0; i < count; i++) {
          const len = view.getUint32(list + 8 * i + 4, true);
          const bytes = this.#bytes(view.getUint32(list + 8 * i, true), len);
          this.#words += new TextDecoder().decode(bytes);
          written += len;
        }
        view.setUint32(at, written, true);
        return SUCCESS;
      },
      fd_seek: () => NOT_SUPPORTED,
      fd_close: () => SUCCESS,

      /** @param {number} code */
      proc_exit: (code) => {
        throw new Error(`exit ${code}`);
      },
    };
  }
}

// Node 18 has no global `crypto`. A variable, so that no bundler follows it.
const nodeCrypto = 'node:crypto';

/**
 * Compiles the module, if that is still to be done, and starts an instance.
 * @param {Source} source @returns {Promise<Tlsmend>}
 */
export async function load(source) {
  const given = await source;
  const module = given instanceof WebAssembly.Module ? given : await WebAssembly.compile(given);
  return new Tlsmend(module, globalThis.crypto ?? (await import(nodeCrypto)).webcrypto);
}
