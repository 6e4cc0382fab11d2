// Places and line ends in a text.

/**
 * "\r\n" where every line ends so; else "\n", and a stray "\r" stays a character.
 * @param {string} text
 */
export function lineSeparator(text) {
  const all = text.match(/\n/g)?.length ?? 0;
  const windows = text.match(/\r\n/g)?.length ?? 0;
  return windows > 0 && windows === all ? '\r\n' : '\n';
}

/**
 * The index in a line of what begins at a column.
 * @param {string} line
 * @param {number} column  1-based, in UTF-8 bytes
 */
export function indexOfByte(line, column) {
  let byte = 1;
  for (let i = 0; i < line.length; ) {
    if (byte >= column) return i;
    const code = /** @type {number} */ (line.codePointAt(i));
    byte += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    i += code < 0x10000 ? 1 : 2;
  }
  return line.length;
}
