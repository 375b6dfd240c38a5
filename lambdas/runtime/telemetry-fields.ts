import { LOGGED_FIELDS, type LoggedField, type TelemetryFields } from '../ports/telemetry.ts';

/** Fields as they are logged. */
export type LoggableFields = TelemetryFields & { readonly withheldFields?: number };

const allowed: ReadonlySet<string> = new Set(LOGGED_FIELDS);

function isAllowed(name: string): name is LoggedField {
  return allowed.has(name);
}

/** Text of our own making has neither an at sign (e-mail) nor brackets (JSON, HTML), and is short. */
const PLAIN_TEXT = /^[^@{}<>]{0,300}$/;

export function isPlainText(text: string): boolean {
  return PLAIN_TEXT.test(text);
}

/**
 * What may be logged of the given fields: those of the list, and of their texts only plain ones. The compiler asks the
 * same of literals; this also holds for what is only known when it runs. How many were held back is said, so that a
 * field which is missing from the list is noticed (promise 13).
 */
export function loggableFields(fields: TelemetryFields): LoggableFields {
  const kept: { -readonly [Name in LoggedField]?: TelemetryFields[Name] } = {};
  let withheldFields = 0;
  for (const [name, value] of Object.entries(fields)) {
    const isPlain = typeof value !== 'string' || isPlainText(value);
    if (isAllowed(name) && isPlain) kept[name] = value;
    else withheldFields += 1;
  }
  return withheldFields === 0 ? kept : { ...kept, withheldFields };
}
