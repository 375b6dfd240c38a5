import type { LedgerRow } from '../../../lambdas/domain/ledger.ts';
import type { ClaimAnswer, ClaimRequest, ClaimStore } from '../../../lambdas/ports/claim-store.ts';
import { type Composition, SOUND } from './composition.ts';
import type { Ports } from './ports.ts';
import { Claims, Objects } from './stores.ts';

/** The ten mistakes that the laws have to find. Each is made in the composition alone; the product knows none of them. */
export const PLANTED_BUGS = {
  'naive claim': { ...SOUND, newClaims: () => new NaiveClaims() },
  'claim without owner': {
    ...SOUND,
    ports: (ports) => ({ ...ports, claims: ownedByInvocation(ports.claims) }),
  },
  'key with the clock': { ...SOUND, ports: (ports, _, nowMs) => withClockInKeys(ports, nowMs) },
  'ledger row before the object': { ...SOUND, ports: (ports) => rowFirst(ports) },
  'overwrite instead of put-if-absent': { ...SOUND, newObjects: () => new OverwrittenObjects() },
  'swallow of a partial failure': { ...SOUND, response: () => ({ batchItemFailures: [] }) },
  'window without total order': {
    ...SOUND,
    stager: { ...SOUND.stager, order: (left, right) => left.arrivalTimeMs - right.arrivalTimeMs },
  },
  'watermark before staging': { ...SOUND, stager: { ...SOUND.stager, isWatermarkFirst: true } },
  'dropping of duplicates': { ...SOUND, ports: (ports) => withoutDuplicates(ports) },
  'fail closed': { ...SOUND, ports: (ports) => ({ ...ports, claims: failingClosed(ports.claims) }) },
} as const satisfies Readonly<Record<string, Composition>>;

export type BugName = keyof typeof PLANTED_BUGS;

/** Remembers that an id was seen, and not by whom: a retry meets its own mark. */
class NaiveClaims extends Claims {
  override answer(request: ClaimRequest): ClaimAnswer {
    const seen = this.held.get(request.eventId);
    if (seen !== undefined) return { kind: 'held', owner: 'somebody', digest: seen.digest };
    return super.answer(request);
  }
}

let invocations = 0;

/** The owner is the invocation, not the record: a retry is a stranger to its own claim. */
function ownedByInvocation(claims: ClaimStore): ClaimStore {
  invocations += 1;
  const owner = `invocation-${invocations}`;
  return { claim: (requests) => claims.claim(requests.map((request) => ({ ...request, owner }))) };
}

/** When the object was written stands in its name. */
function withClockInKeys({ objects, ledger, claims }: Ports, nowMs: () => number): Ports {
  const startedMs = nowMs();
  const named = (key: string) => key.replace(/_[0-9a-f]{16}\./, `_${startedMs}.`);
  return {
    claims,
    objects: { ...objects, putIfAbsent: (key, body) => objects.putIfAbsent(named(key), body) },
    ledger: {
      ...ledger,
      append: (row) => ledger.append(withObjects(row, (object) => [{ ...object, key: named(object.key) }])),
    },
  };
}

/** Objects are held back until the row stands. */
function rowFirst({ objects, ledger, claims }: Ports): Ports {
  const heldBack: (readonly [string, Uint8Array])[] = [];
  return {
    claims,
    objects: {
      ...objects,
      async putIfAbsent(key, body) {
        if (!isZone(key)) return objects.putIfAbsent(key, body);
        heldBack.push([key, Uint8Array.from(body)]);
        return 'created';
      },
    },
    ledger: {
      ...ledger,
      async append(row) {
        const answer = await ledger.append(row);
        await Promise.all(heldBack.splice(0).map(([key, body]) => objects.putIfAbsent(key, body)));
        return answer;
      },
    },
  };
}

/** The last writer wins. */
class OverwrittenObjects extends Objects {
  override putIfAbsent(key: string, body: Uint8Array): 'created' | 'exists' {
    return isZone(key) ? this.overwrite(key, body) : super.putIfAbsent(key, body);
  }
}

/** A copy that was refused is let go, since it is "only a duplicate". */
function withoutDuplicates({ objects, ledger, claims }: Ports): Ports {
  return {
    claims,
    objects: {
      ...objects,
      putIfAbsent: async (key, body) =>
        key.startsWith('duplicates/') ? 'created' : objects.putIfAbsent(key, body),
    },
    ledger: {
      ...ledger,
      append: (row) =>
        ledger.append(withObjects(row, (object) => (object.kind === 'duplicates' ? [] : [object]))),
    },
  };
}

/** No answer of the claim store, no landing. */
function failingClosed(claims: ClaimStore): ClaimStore {
  return {
    async claim(requests) {
      const answers = await claims.claim(requests);
      if (answers.some(({ kind }) => kind === 'unavailable')) throw new Error('the claim store is down');
      return answers;
    },
  };
}

function withObjects(
  row: LedgerRow,
  change: (object: LedgerRow['objects'][number]) => LedgerRow['objects'],
): LedgerRow {
  return { ...row, objects: row.objects.flatMap(change) };
}

function isZone(key: string): boolean {
  return /^(raw|duplicates|quarantine)\//.test(key);
}
