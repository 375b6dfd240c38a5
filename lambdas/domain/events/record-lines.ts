const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;

/** source[from, to). */
export interface Span {
  readonly source: Uint8Array;
  readonly from: number;
  readonly to: number;
}

/** Whether the record may hold more than one JSON text: only a line feed parts them. */
export function hasSeveralLines(bytes: Uint8Array): boolean {
  return bytes.includes(LINE_FEED);
}

/** JSON's white space, and only that. */
function isWhiteSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === LINE_FEED || byte === TAB || byte === CARRIAGE_RETURN;
}

/** Line breaks between tokens become spaces, since a line of a raw object is one event. The span of a copy. */
export function withoutLineBreaks({ source, from, to }: Span): Span {
  const copy = source
    .slice(from, to)
    .map((byte) => (byte === LINE_FEED || byte === CARRIAGE_RETURN ? SPACE : byte));
  return { source: copy, from: 0, to: copy.length };
}

/** The spans of the lines that hold more than white space. */
export function linesOf(bytes: Uint8Array): readonly Span[] {
  const lines: Span[] = [];
  let from = 0;
  while (from < bytes.length) {
    const found = bytes.indexOf(LINE_FEED, from);
    const to = found < 0 ? bytes.length : found;
    const line = trimmed({ source: bytes, from, to });
    if (line.from < line.to) lines.push(line);
    from = to + 1;
  }
  return lines;
}

/** The span without the white space at its ends. */
export function trimmed({ source, from, to }: Span): Span {
  let start = from;
  let end = to;
  while (start < end && isWhiteSpace(source[start])) start += 1;
  while (end > start && isWhiteSpace(source[end - 1])) end -= 1;
  return { source, from: start, to: end };
}
