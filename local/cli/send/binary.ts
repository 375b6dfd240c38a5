const MAGIC: readonly (readonly [string, string])[] = [
  ['504b0304', 'a zip archive'],
  ['50415231', 'a Parquet file'],
  ['28b52ffd', 'zstd data'],
  ['425a68', 'bzip2 data'],
  ['fd377a585a00', 'xz data'],
  ['4f626a01', 'an Avro file'],
  ['53514c69746520666f726d6174', 'an SQLite database'],
  ['fffe', 'UTF-16 text'],
  ['feff', 'UTF-16 text'],
];

/**
 * What the first bytes of a file are, when they cannot begin NDJSON; null when they may. A NUL byte alone does not make
 * a file binary: a file that begins as JSON goes to the consumer, who judges it line by line.
 */
export function describeBinary(head: Buffer): string | null {
  const hex = head.subarray(0, 16).toString('hex');
  const known = MAGIC.find(([magic]) => hex.startsWith(magic));
  if (known !== undefined) return known[1];
  const nul = head.indexOf(0);
  if (nul === -1) return null;
  if (nul <= 1) return 'UTF-16 text or binary data';
  return /^\s*[{["]/.test(head.toString('latin1').replace(/^\u00ef\u00bb\u00bf/, ''))
    ? null
    : `binary data (a NUL byte at offset ${nul})`;
}
