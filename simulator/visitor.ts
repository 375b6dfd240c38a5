import { type Country, type Device, drawCountry, drawDevice, type Product } from './population.ts';
import { type Random, randomStream } from './random.ts';

/** How a visitor's software writes events: the contract leaves these things open, so all of them occur. */
export interface Client {
  readonly timeFormat: 'milliseconds' | 'microseconds' | 'offset';
  readonly utcOffsetHours: number;
  readonly priceFormat: 'number' | 'text' | 'padded_text';
  /** Absent optional fields are written as null. */
  readonly writesNulls: boolean;
  /** Fields that the contract does not know. */
  readonly writesExtras: boolean;
  readonly writesSentTime: boolean;
  /** How far the device's clock is ahead of true time. */
  readonly clockAheadMs: number;
}

export interface CartLine {
  readonly product: Product;
  readonly quantity: number;
  readonly unitPriceE4: number;
}

export interface VisitorDevice {
  readonly anonymousId: string;
  readonly kind: Device;
  /** The account now signed in on it. */
  signedInAs: string | null;
}

/** A person, with what the shop's pages remember of him. Everything random about him comes from his own streams. */
export interface Visitor {
  readonly index: number;
  readonly random: Random;
  /** Draws the faults of his records, so that a changed fault rate changes nothing in what he does. */
  readonly faultRandom: Random;
  readonly country: Country;
  readonly sendsCountry: boolean;
  readonly sendsDevice: boolean;
  readonly sessionsPerDay: number;
  readonly client: Client;
  readonly devices: readonly [VisitorDevice, ...VisitorDevice[]];
  /** His account's id, used once he is a member. */
  readonly accountId: string;
  /** Somebody else who signs in on the same device now and then. */
  readonly housemateId: string | null;
  readonly paysInSecondCurrency: boolean;
  isMember: boolean;
  cart: CartLine[];
  orders: number;
}

/** Sessions a day and the spread of their logarithm: log-normal, few visitors make most of the sessions (ours). */
const MEDIAN_SESSIONS_PER_DAY = 0.07;
const ACTIVITY_SIGMA = 1.4;
const MOST_SESSIONS_PER_DAY = 6;

/** Shares of visitors (ours). */
const SHARES = {
  memberBefore: 0.15,
  secondDevice: 0.12,
  housemate: 0.02,
  secondCurrency: 0.04,
  clockAstray: 0.03,
  withoutCountry: 0.03,
  withoutDevice: 0.02,
} as const;

const VISITOR_BEHAVIOUR = 1;
const VISITOR_FAULTS = 2;

export function createVisitor(seed: number, index: number): Visitor {
  const random = randomStream(seed, VISITOR_BEHAVIOUR, index);
  const country = drawCountry(random);
  const main: VisitorDevice = {
    anonymousId: `d-${index}-${random.integer(1e8, 1e9 - 1)}`,
    kind: drawDevice(random),
    signedInAs: null,
  };
  const second: VisitorDevice = {
    anonymousId: `d-${index}-${random.integer(1e8, 1e9 - 1)}`,
    kind: drawDevice(random),
    signedInAs: null,
  };
  return {
    index,
    random,
    faultRandom: randomStream(seed, VISITOR_FAULTS, index),
    country,
    sendsCountry: !random.chance(SHARES.withoutCountry),
    sendsDevice: !random.chance(SHARES.withoutDevice),
    sessionsPerDay: Math.min(
      MOST_SESSIONS_PER_DAY,
      random.logNormal(MEDIAN_SESSIONS_PER_DAY, ACTIVITY_SIGMA),
    ),
    client: createClient(country, random),
    devices: random.chance(SHARES.secondDevice) ? [main, second] : [main],
    accountId: `user-${index}`,
    housemateId: random.chance(SHARES.housemate) ? `user-${index}-b` : null,
    paysInSecondCurrency: random.chance(SHARES.secondCurrency),
    isMember: random.chance(SHARES.memberBefore),
    cart: [],
    orders: 0,
  };
}

function createClient(country: Country, random: Random): Client {
  const timeDraw = random.uniform();
  const priceDraw = random.uniform();
  const minutesAstray = random.between(-40, 40);
  return {
    timeFormat: timeDraw < 0.86 ? 'milliseconds' : timeDraw < 0.95 ? 'microseconds' : 'offset',
    utcOffsetHours: country.utcOffsetHours,
    priceFormat: priceDraw < 0.7 ? 'number' : priceDraw < 0.9 ? 'text' : 'padded_text',
    writesNulls: random.chance(0.1),
    writesExtras: random.chance(0.15),
    writesSentTime: random.chance(0.8),
    clockAheadMs: random.chance(SHARES.clockAstray) ? Math.round(minutesAstray * 60_000) : 0,
  };
}
