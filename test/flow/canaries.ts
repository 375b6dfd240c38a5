import { REJECTION_REASONS, type RejectionReason } from '../../lambdas/domain/events/rejection.ts';

/** When the canaries' shop sends its events; they arrive then. */
export const SENT_TIME = '2026-03-05T10:00:00Z';
const EVENT_TIME = '2026-03-05T09:59:00Z';
const MIB = 1_048_576;

/** A person whose every value stands nowhere else. */
const PERSON = {
  email: 'Perdita.Winter@example.com',
  name: 'Perdita Winter',
  phone: '+49 171 5550199',
  card: '4111 1111 1111 1111',
  card_number: 4_111_111_111_111_111,
  ip: '203.0.113.77',
  ip6: '2001:db8::77',
  address: { street: 'Perditaweg 7', nested: [{ note: 'perdita' }] },
  'perdita@example.com': true,
};
const IDS = {
  user_id: 'perdita-user',
  anonymous_id: 'perdita-device',
  session_id: 'perdita-session',
};

const MARKS = ['perdita', '5550199', '4111111', '4111 1111', '203.0.113.77', '2001:db8::77'] as const;

/** A mark as it looks in base64, wherever in the bytes it stands. */
const HIDDEN_MARKS = ['perdita', 'Perdita'].flatMap((mark) =>
  [0, 1, 2].map((shift) => {
    const text = Buffer.from(`${' '.repeat(shift)}${mark}`).toString('base64');
    // The first and the last characters depend on the neighbours too.
    return text.slice(shift === 0 ? 0 : 4, -4);
  }),
);

/** The marks of the person that stand in a text, plain or in base64. */
export function leaksIn(text: string): readonly string[] {
  const lower = text.toLowerCase();
  return [
    ...MARKS.filter((mark) => lower.includes(mark)),
    ...HIDDEN_MARKS.filter((mark) => text.includes(mark)),
  ];
}

type Fields = Readonly<Record<string, unknown>>;

/** A visit of the person; `n` makes its id. */
export function canaryEvent(n: number, changes: Fields = {}): Fields {
  return {
    event_id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    event_type: 'search',
    event_time: EVENT_TIME,
    sent_time: SENT_TIME,
    schema_version: 1,
    ...IDS,
    search_term: `gift for perdita, ${PERSON.phone}`,
    page_path: `/perdita?mail=${PERSON.email}&ip=${PERSON.ip}`,
    ...PERSON,
    ...changes,
  };
}

/** What becomes of a canary: the fates of the consumer, and too late, which staging finds. */
export type CanaryFate = 'accepted' | 'duplicate' | 'too_late' | RejectionReason;
export const CANARY_FATES: readonly CanaryFate[] = [
  'accepted',
  'duplicate',
  'too_late',
  ...REJECTION_REASONS,
];

/** Records of one line, at least one of every fate, in an order that makes them so. */
export function canaryRecords(): readonly { readonly fate: CanaryFate; readonly data: Buffer }[] {
  const text = JSON.stringify(canaryEvent(1));
  const changed = (n: number, changes: Fields) => JSON.stringify(canaryEvent(n, changes));
  const purchase = {
    event_type: 'purchase',
    currency: 'EUR',
    order_id: 'order-77',
    search_term: undefined,
  };
  const items = [{ product_id: 'sku-77', quantity: 1, unit_price: 5 }];
  const texts: readonly (readonly [CanaryFate, string])[] = [
    ['accepted', text],
    ['accepted', changed(2, { ...purchase, items })],
    ['accepted', changed(3, { ...purchase, items })],
    // A session of more than a day, which a check reports.
    ['accepted', changed(13, { event_time: '2026-03-04T01:00:00Z' })],
    ['duplicate', text],
    ['too_late', changed(4, { event_time: '2026-02-20T10:00:00Z' })],
    ['id_conflict', changed(1, { search_term: 'something else for perdita' })],
    ['too_large', changed(5, { note: 'perdita '.repeat(MIB / 8) })],
    ['too_deep', `{"perdita":${'['.repeat(60)}"perdita"${']'.repeat(60)}}`],
    ['not_json', text.slice(0, -1)],
    ['not_json', `perdita;${PERSON.email};${PERSON.card}`],
    ['not_an_object', JSON.stringify([PERSON])],
    ['bad_text', changed(6, { note: 'perdita \0' })],
    ['bad_number', text.replace('{', '{"perdita":1e999,')],
    ['duplicate_key', text.replace('{', '{"perdita":1,"Perdita":2,')],
    ['reserved_field', text.replace('{', '{"_perdita":1,')],
    ['unknown_type', changed(7, { event_type: 'perdita' })],
    ['unknown_version', changed(8, { schema_version: 4_111_111 })],
    ['invalid_field', changed(9, { user_id: PERSON.email })],
    ['invalid_field', changed(10, { country: 'perdita', device: PERSON.ip })],
    ['clock_skew', changed(11, { event_time: '2023-01-01T00:00:00Z' })],
    ['out_of_range', changed(12, { ...purchase, items, discount: 4_111_111_111 })],
  ];
  return [
    ...texts.map(([fate, line]) => ({ fate, data: Buffer.from(line) })),
    { fate: 'not_utf8' as const, data: Buffer.concat([Buffer.from(text), Buffer.of(0xff)]) },
  ];
}
