import type * as z from 'zod';
import { shopEvent } from './contract.ts';

const MAX_DETAIL_CHARACTERS = 300;

/**
 * In words, which fields of a refused event break the contract and what is allowed. It names fields of the contract
 * and never a value. Only for what the fast validator has refused: it costs several times as much.
 */
export function explainRefusal(value: unknown): string {
  const result = shopEvent.safeParse(value);
  if (result.success) return 'does not fit the contract';
  return result.error.issues.map(wordIssue).join('; ').slice(0, MAX_DETAIL_CHARACTERS);
}

function wordIssue(issue: z.core.$ZodIssue): string {
  const field = issue.path.map(String).join('.');
  switch (issue.code) {
    case 'invalid_union':
      return `${field} must be a decimal, as a number or as text, within its bounds`;
    case 'invalid_value':
      return issue.values.length > 20
        ? `${field} is no code of its list`
        : `${field} must be one of ${issue.values.join(', ')}`;
    case 'invalid_format':
      return `${field} is not written as required`;
    case 'invalid_type':
      return `${field} is missing or must be of type ${issue.expected}`;
    case 'too_small':
      return `${field} must be ${issue.inclusive === false ? 'above' : 'at least'} ${issue.minimum}`;
    case 'too_big':
      return `${field} must be at most ${issue.maximum}`;
    default:
      return `${field} does not fit the contract`;
  }
}
