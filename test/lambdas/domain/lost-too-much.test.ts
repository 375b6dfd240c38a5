import { describe, expect, test } from 'vitest';
import { hasLostTooMuch } from '../../../lambdas/domain/lost-too-much.ts';

describe('hasLostTooMuch', () => {
  test('is about less than the share, exactly', () => {
    expect(hasLostTooMuch(16, 20, 80)).toBe(false);
    expect(hasLostTooMuch(15, 20, 80)).toBe(true);
    expect(hasLostTooMuch(6, 7, 80)).toBe(false);
    expect(hasLostTooMuch(5, 7, 80)).toBe(true);
    expect(hasLostTooMuch(1, 100, 0)).toBe(false);
  });
});
