// What web/build.mjs puts in the place of these names.

declare module 'tlsmend:worker' {
  /** The source of worker.js, bundled. */
  const source: string;
  export default source;
}
declare module 'tlsmend:module' {
  /** The WebAssembly module: base64 of its gzip. */
  export default function moduleText(): Promise<string>;
}
declare module '*.css' {
  const text: string;
  export default text;
}
declare module '*.conf' {
  const text: string;
  export default text;
}
declare module '*.log' {
  const text: string;
  export default text;
}
