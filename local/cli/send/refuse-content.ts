import { CommandError } from '../errors.ts';
import { describeBinary } from './binary.ts';

/** Where a look at the beginning of an input ends, uncompressed bytes. */
export const PEEK_BYTES = 8192;

const NDJSON = 'NDJSON (one event a line, UTF-8)';

/** What is looked at. */
export interface Beginning {
  /** For people: the file's name, or `stdin`. */
  readonly name: string;
  /** The first bytes, uncompressed. */
  readonly head: Buffer;
  readonly isGzip: boolean;
}

/**
 * Refuses what can never be lines of events: binary data, one JSON array, JSON that is spread over several lines.
 * Throws CommandError.
 */
export function refuseContent({ name, head, isGzip }: Beginning): void {
  const binary = describeBinary(head);
  if (binary !== null) {
    throw new CommandError(
      'input_binary',
      `${name} holds ${binary}, not lines of JSON: send ${NDJSON}, plain or gzip. Nothing was sent.`,
    );
  }
  const shape = jsonShape(head);
  if (shape === null) return;
  const { what, filter } = SHAPES[shape];
  throw new CommandError(
    'input_not_ndjson',
    `${name} is ${what}, not ${NDJSON}: send what \`${ndjsonCommand(name, isGzip, filter)}\` makes of it. Nothing was sent.`,
  );
}

const SHAPES = {
  array: { what: 'one JSON array', filter: "'.[]'" },
  pretty: { what: 'JSON spread over several lines', filter: '.' },
} as const;

function ndjsonCommand(name: string, isGzip: boolean, filter: string): string {
  if (isGzip) return `gzip -dc ${name === 'stdin' ? '' : `${name} `}| jq -c ${filter}`;
  return name === 'stdin' ? `jq -c ${filter}` : `jq -c ${filter} ${name}`;
}

/** What JSON begins here that is no NDJSON; null when it may be lines of events. */
export function jsonShape(head: Buffer): keyof typeof SHAPES | null {
  const text = beginningText(head);
  if (text.startsWith('[')) return 'array';
  return /^\{[ \t\r]*(\n|$)/.test(text) ? 'pretty' : null;
}

/** Whether more bytes could still change what the beginning of a pipe is taken for. */
export function isInconclusive(head: Buffer): boolean {
  return head.length < PEEK_BYTES && (head.length < 2 || /^(\{[ \t\r]*)?$/.test(beginningText(head)));
}

/** Whether it holds nothing but blanks and line ends. */
export function isAllBlank(head: Buffer): boolean {
  return beginningText(head) === '';
}

function beginningText(head: Buffer): string {
  return head
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart();
}

/** There is no line in any input. */
export function emptyInput(names: readonly string[], isBlank: boolean): CommandError {
  const isOne = names.length === 1;
  const empty = isOne ? 'is empty' : 'are empty';
  const blank = isOne ? 'holds blank lines only' : 'hold blank lines only';
  return new CommandError(
    'input_empty',
    `There was nothing to send: ${names.map(shownName).join(', ')} ${isBlank ? blank : empty}.`,
  );
}

export function shownName(name: string): string {
  return name === '-' ? 'stdin' : name;
}
