import { INTEGER_FIELDS, MONEY_FIELDS } from './contract.ts';

/** What only the text of a JSON object shows: parsing keeps the last of equal keys and forgets how numbers look. */
export interface SourceFindings {
  /** A key that its object holds more than once, letter case aside. */
  readonly duplicateKey: string | null;
  /** Contract numbers that are not written plainly, `quantity` or `items.quantity`. */
  readonly oddNumbers: readonly string[];
}

interface Level {
  /** Null in an array. */
  readonly keys: Set<string> | null;
  /** Path of the objects' fields as oddNumbers gives it; null where the contract has no numbers. */
  readonly prefix: string | null;
}

const STRING = /"(?:[^"\\]|\\.)*"/y;
const SCALAR = /[^\s,\]}]+/y;
const PLAIN_INTEGER = /^\d{1,16}$/;
const PLAIN_DECIMAL = /^\d{1,16}(?:\.\d{1,16})?$/;

/** Scans the whole text. Only for text that JSON.parse has accepted. */
export function scanSource(text: string): SourceFindings {
  const levels: Level[] = [];
  const oddNumbers: string[] = [];
  let duplicateKey: string | null = null;
  let key = '';
  let isKeyNext = false;
  for (let at = 0; at < text.length; ) {
    const char = text.charAt(at);
    const level = levels.at(-1);
    if (char === '{' || char === '[') {
      levels.push(openLevel(char, level, levels.length, key));
      isKeyNext = char === '{';
      at += 1;
    } else if (char === '}' || char === ']') {
      levels.pop();
      isKeyNext = false;
      at += 1;
    } else if (char === '"') {
      const token = tokenAt(STRING, text, at);
      if (isKeyNext) {
        key = parseKey(token);
        if (!addKey(level, key)) duplicateKey ??= key;
        isKeyNext = false;
      }
      at += token.length;
    } else if (/[\s,:]/.test(char)) {
      if (char === ',') isKeyNext = level?.keys !== null;
      at += 1;
    } else {
      const token = tokenAt(SCALAR, text, at);
      if (level?.keys && level.prefix !== null && isOdd(key, token)) oddNumbers.push(level.prefix + key);
      at += token.length;
    }
  }
  return { duplicateKey, oddNumbers };
}

/** Contract numbers stand at the top and in the objects of the top's `items`. */
function openLevel(char: '{' | '[', parent: Level | undefined, depth: number, key: string): Level {
  if (char === '{') {
    const prefix = depth === 0 ? '' : depth === 2 && parent?.prefix === 'items.' ? 'items.' : null;
    return { keys: new Set(), prefix };
  }
  const isItems = depth === 1 && parent?.prefix === '' && key === 'items';
  return { keys: null, prefix: isItems ? 'items.' : null };
}

function addKey(level: Level | undefined, key: string): boolean {
  const folded = foldCase(key);
  if (level?.keys?.has(folded)) return false;
  level?.keys?.add(folded);
  return true;
}

function isOdd(key: string, token: string): boolean {
  if (!/^[-\d]/.test(token)) return false;
  if (INTEGER_FIELDS.has(key)) return !PLAIN_INTEGER.test(token);
  return MONEY_FIELDS.has(key) && !PLAIN_DECIMAL.test(token);
}

function tokenAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  const token = pattern.exec(text)?.[0];
  if (token === undefined) throw new Error(`scanSource was given a text that is not JSON (character ${at})`);
  return token;
}

function parseKey(token: string): string {
  if (!token.includes('\\')) return token.slice(1, -1);
  const key: unknown = JSON.parse(token);
  return typeof key === 'string' ? key : token;
}

/** Two keys are one to some engine when they fold alike: both ways, since `K` (Kelvin) and `ı` have one way only. */
export function foldCase(key: string): string {
  return key.toUpperCase().toLowerCase();
}
