import { type Draft, FIELDS, FIRST_REFUSED } from './plain-fields.ts';
import type { PlainText } from './plain-text.ts';

/** Each is compared with all before it. */
const MAX_FIELDS = 12;
/** Of all unknown objects together; far below what an event may hold. */
const MAX_MEMBERS = 1_000;
const MAX_LEVELS = 8;

const COMMA = 0x2c;
const COLON = 0x3a;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const SMALL_A = 0x61;
const SMALL_Z = 0x7a;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** Reads the value of a field that the contract does not know, whose name begins at `from` and has the hash. */
export function readUnknown(draft: Draft, from: number, hash: number): boolean {
  return isNewName(draft.text, draft.unknownHashes, from, hash) && readValue(draft, 0);
}

/** Whether it is a plain name, and new in its object. Of two with one hash nobody asks whether they are equal. */
function isNewName(text: PlainText, hashes: number[], from: number, hash: number): boolean {
  const first = text.bytes[from] ?? 0;
  if (first < SMALL_A || first > SMALL_Z || hashes.length === MAX_FIELDS || hashes.includes(hash))
    return false;
  hashes.push(hash);
  return true;
}

function readValue(draft: Draft, level: number): boolean {
  const byte = draft.text.bytes[draft.text.at];
  if (byte === OPENING_BRACE) return level < MAX_LEVELS && readObject(draft, level + 1);
  if (byte === OPENING_BRACKET) return level < MAX_LEVELS && readList(draft, level + 1);
  return draft.text.scalar();
}

function readObject(draft: Draft, level: number): boolean {
  const { text } = draft;
  const hashes: number[] = [];
  if (!text.take(OPENING_BRACE)) return false;
  do {
    text.skipSpaces();
    if (!text.word() || !isNewName(text, hashes, text.from, text.hash) || isRefused(text)) return false;
    draft.unknownMembers += 1;
    if (draft.unknownMembers > MAX_MEMBERS) return false;
    text.skipSpaces();
    if (!text.take(COLON)) return false;
    text.skipSpaces();
    if (!readValue(draft, level)) return false;
    text.skipSpaces();
  } while (text.take(COMMA));
  return text.take(CLOSING_BRACE);
}

/** The names that no object may have stand in the table, behind the fields of the contract. */
function isRefused(text: PlainText): boolean {
  return FIELDS.find(text.bytes, text.from, text.to, text.hash) >= FIRST_REFUSED;
}

function readList(draft: Draft, level: number): boolean {
  const { text } = draft;
  if (!text.take(OPENING_BRACKET)) return false;
  do {
    text.skipSpaces();
    if (!readValue(draft, level)) return false;
    text.skipSpaces();
  } while (text.take(COMMA));
  return text.take(CLOSING_BRACKET);
}
