/**
 * What only the text of a JSON object shows: a key that its object holds more than once, letter case aside, at any
 * depth; parsing would keep the last of them. Null when there is none. Only for text that JSON.parse has accepted.
 */
export function findDuplicateKey(text: string): string | null {
  /** Folded keys of the objects that are open; null for an array. */
  const levels: (Set<string> | null)[] = [];
  let isKeyNext = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '{' || char === '[') {
      levels.push(char === '{' ? new Set() : null);
      isKeyNext = char === '{';
    } else if (char === '}' || char === ']') {
      levels.pop();
      isKeyNext = false;
    } else if (char === ',') {
      isKeyNext = levels.at(-1) !== null;
    } else if (char === '"') {
      const token = stringAt(text, at);
      const keys = levels.at(-1);
      if (isKeyNext && keys) {
        const key = parseKey(token);
        const folded = foldCase(key);
        if (keys.has(folded)) return key;
        keys.add(folded);
        isKeyNext = false;
      }
      at += token.length - 1;
    }
  }
  return null;
}

const STRING = /"(?:[^"\\]|\\.)*"/y;

function stringAt(text: string, at: number): string {
  STRING.lastIndex = at;
  const token = STRING.exec(text)?.[0];
  if (token === undefined) throw new Error(`findDuplicateKey was given no JSON text (character ${at})`);
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
