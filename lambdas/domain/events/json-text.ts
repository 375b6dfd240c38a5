/**
 * Cheap looks at a JSON text that say where a costly one is needed. They search for single characters, which engines do
 * many bytes at a time: a loop over all characters would cost as much as parsing.
 */
export interface TextSurvey {
  /** `":` as a compact writer puts it after each key; also counted where a string holds it. */
  readonly keyColons: number;
  /** White space before some colon: then keyColons may be too low. */
  readonly hasLooseColon: boolean;
  /** Some `\u` escape: only these bring NUL or half a surrogate pair into a text that was UTF-8. */
  readonly hasUnicodeEscape: boolean;
}

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;

export function surveyText(text: string): TextSurvey {
  let keyColons = 0;
  let hasLooseColon = false;
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) {
    const before = text.charCodeAt(at - 1);
    if (before === QUOTE) keyColons += 1;
    else if (isWhiteSpace(before)) hasLooseColon = true;
  }
  return { keyColons, hasLooseColon, hasUnicodeEscape: text.includes('\\u') };
}

function isWhiteSpace(unit: number): boolean {
  return unit === SPACE || unit === LINE_FEED || unit === TAB || unit === CARRIAGE_RETURN;
}

/** Whether brackets outside of strings nest deeper than `maxDepth`. Reads broken JSON as well as it can. */
export function isDeeperThan(maxDepth: number, text: string): boolean {
  // No text nests deeper than it has brackets, and most events have one.
  return (
    countUpTo(maxDepth, '{', text) + countUpTo(maxDepth, '[', text) > maxDepth && nestsDeeper(maxDepth, text)
  );
}

function countUpTo(limit: number, character: string, text: string): number {
  let count = 0;
  for (let at = text.indexOf(character); at >= 0 && count <= limit; at = text.indexOf(character, at + 1))
    count += 1;
  return count;
}

function nestsDeeper(maxDepth: number, text: string): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (isInString) {
      if (character === '\\') at += 1;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === '{' || character === '[') {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (character === '}' || character === ']') depth -= 1;
  }
  return false;
}
