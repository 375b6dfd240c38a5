import { CONTRACT_FIELDS, ITEM_FIELDS } from './contract.ts';
import { foldCase } from './json-source.ts';
import { type Breach, fieldWord } from './rejection.ts';

/** What a walk over a parsed value tells. */
export interface ValueSurvey {
  /** Members of all objects in it. */
  members: number;
  /** Some key is neither of the contract nor plain lower case. */
  hasUnusualKey: boolean;
  hasInfinity: boolean;
}

/** No merge of ours touches these, but other readers' merges may. */
const RESERVED_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const PLAIN_KEY = /^[a-z][a-z0-9_]*$/;

type JsonNode = Readonly<Record<string, unknown>> | readonly unknown[];

/** Walks the whole value; recursion is bounded by the depth limit that the text has passed. */
export function surveyValue(value: JsonNode): ValueSurvey {
  const survey: ValueSurvey = { members: 0, hasUnusualKey: false, hasInfinity: false };
  walk(value, survey);
  return survey;
}

function walk(value: JsonNode, survey: ValueSurvey): void {
  if (isList(value)) {
    for (const element of value) walkChild(element, survey);
    return;
  }
  for (const key of Object.keys(value)) {
    survey.members += 1;
    if (!CONTRACT_FIELDS.has(key)) survey.hasUnusualKey ||= !PLAIN_KEY.test(key) || RESERVED_KEYS.has(key);
    walkChild(value[key], survey);
  }
}

function walkChild(child: unknown, survey: ValueSurvey): void {
  if (typeof child === 'number') survey.hasInfinity ||= !Number.isFinite(child);
  else if (isNode(child)) walk(child, survey);
}

function isList(value: JsonNode): value is readonly unknown[] {
  return Array.isArray(value);
}

function isNode(value: unknown): value is JsonNode {
  return typeof value === 'object' && value !== null;
}

/** Some key or string in the value that holds NUL or half a surrogate pair: JSON engines refuse both. */
export function hasBadText(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed();
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasBadText);
  return Object.entries(value).some(([key, child]) => hasBadText(key) || hasBadText(child));
}

/**
 * The first rule that the keys of an event break, or null: equal but for letter case (`duplicate_key`), names that
 * would reach a prototype or forge our own columns (`reserved_field`), a contract field in another letter case, which
 * engines would read as the field and we would not (`invalid_field`).
 */
export function findKeyBreach(event: object): Breach | null {
  return (
    findObject(event, 'top', caseDuplicate) ??
    findObject(event, 'top', reservedKey) ??
    findObject(event, 'top', miscasedField)
  );
}

type Place = 'top' | 'items' | 'item' | 'elsewhere';
type KeyRule = (keys: readonly string[], place: Place) => Breach | null;

/** The first breach over all objects, outer ones first. */
function findObject(value: unknown, place: Place, rule: KeyRule): Breach | null {
  if (typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value)) {
    const within = place === 'items' ? 'item' : 'elsewhere';
    return firstBreach(value, (element) => findObject(element, within, rule));
  }
  return (
    rule(Object.keys(value), place) ??
    firstBreach(Object.entries(value), ([key, child]) => {
      const within = place === 'top' && key === 'items' ? 'items' : 'elsewhere';
      return findObject(child, within, rule);
    })
  );
}

function firstBreach<T>(values: readonly T[], find: (value: T) => Breach | null): Breach | null {
  for (const value of values) {
    const breach = find(value);
    if (breach !== null) return breach;
  }
  return null;
}

function caseDuplicate(keys: readonly string[]): Breach | null {
  const seen = new Set<string>();
  for (const key of keys) {
    const folded = foldCase(key);
    if (seen.has(folded)) return duplicateKeyBreach(key);
    seen.add(folded);
  }
  return null;
}

export function duplicateKeyBreach(key: string): Breach {
  return {
    reason: 'duplicate_key',
    detail: `${fieldWord(key)} stands twice in one object, letter case aside`,
  };
}

function reservedKey(keys: readonly string[], place: Place): Breach | null {
  for (const key of keys) {
    if (RESERVED_KEYS.has(key)) return { reason: 'reserved_field', detail: `${fieldWord(key)} is reserved` };
    if (place === 'top' && key.startsWith('_'))
      return {
        reason: 'reserved_field',
        detail: `${fieldWord(key)} begins with _, as only our own fields may`,
      };
  }
  return null;
}

function miscasedField(keys: readonly string[], place: Place): Breach | null {
  const fields = place === 'top' ? CONTRACT_FIELDS : place === 'item' ? ITEM_FIELDS : null;
  if (fields === null) return null;
  const key = keys.find((candidate) => !fields.has(candidate) && fields.has(foldCase(candidate)));
  return key === undefined
    ? null
    : { reason: 'invalid_field', detail: `${fieldWord(key)} must be written ${foldCase(key)}` };
}
