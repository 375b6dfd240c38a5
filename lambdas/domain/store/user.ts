import * as z from 'zod';
import {
  type EntityReading,
  entityIdSchema,
  firstProblem,
  type HashEmail,
  printableName,
  unknownMembers,
} from './entity.ts';

/**
 * All that the tables need of a person. The rest of what the API sends is not even asked for its type: should it stop
 * sending passwords, nothing here breaks.
 */
const userSchema = z.object({
  id: entityIdSchema,
  email: z.string().refine((address) => address.trim() !== '', { error: 'expected an address' }),
});

/** Known and dropped: each is about a person, and no table has a use for it. */
const DROPPED_FIELDS = { username: null, password: null, phone: null, name: null, address: null, __v: null };
const KNOWN_FIELDS = { ...userSchema.shape, ...DROPPED_FIELDS };

/**
 * Reads one user.
 *
 * Its line: `id, email_hash`, and nothing else. A field that we do not know is dropped too, since it may be about the
 * person; its name is reported.
 *
 * @param hashEmail gets the address trimmed and in lower case, so that its spelling does not make two people
 */
export function readUser(value: unknown, hashEmail: HashEmail): EntityReading {
  const parsed = userSchema.safeParse(value);
  if (!parsed.success) return { kind: 'problem', problem: firstProblem(parsed.error) };
  const { id, email } = parsed.data;
  const line = JSON.stringify({ id, email_hash: hashEmail(email.trim().toLowerCase()) });
  return {
    kind: 'entity',
    entity: { id, line },
    unknownFields: unknownMembers(value, KNOWN_FIELDS).map(([name]) => printableName(name)),
  };
}
