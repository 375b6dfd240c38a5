import { drawCampaign, drawChannel, OVERALL_CONVERSION } from './population.ts';
import type { Random } from './random.ts';
import { type ChannelSending, happen, type Session } from './session.ts';
import type { ShopEvent } from './shop-event.ts';
import { takeStep, viewPage } from './visit-steps.ts';
import type { Visitor, VisitorDevice } from './visitor.ts';
import { type Inclination, nextStep, type Step } from './walk.ts';

/** Chances of a session (ours). */
const CHANCES = {
  secondDevice: 0.35,
  staysSignedIn: 0.85,
  housemate: 0.3,
  abroad: 0.01,
  adClickReported: 0.3,
  sameMoment: 0.02,
} as const;

/** Visitors who have ordered before add to the cart more readily (ours). */
const LOYAL_EAGERNESS = 1.8;
/** Someone who comes back in order to buy (ours). */
const PURPOSE_EAGERNESS = 5;
const LONGEST_STEPS = 120;
/** A pause within a session stays below the half hour after which analysts begin another. */
const LONGEST_PAUSE_MS = 25 * 60_000;

export interface VisitPlan {
  readonly visitor: Visitor;
  readonly startsAtMs: number;
  readonly currency: string;
  /** He comes in order to buy. */
  readonly hasPurpose: boolean;
}

export interface VisitOutcome {
  readonly session: Session;
  /** The orders placed; their refunds and return visits are somebody else's plan. */
  readonly orders: readonly ShopEvent[];
}

/** One visit from landing to leaving. Changes the visitor: cart, membership, who is signed in. */
export function visit(plan: VisitPlan): VisitOutcome {
  const session = openSession(plan);
  const orders: ShopEvent[] = [];
  arriveByAd(session);
  viewPage(session);
  let last: Step | 'landing' = 'landing';
  for (let steps = 0; steps < LONGEST_STEPS && last !== 'leave'; steps += 1) {
    last = nextStep(last, inclinationOf(plan, session), plan.visitor.random);
    if (last !== 'leave') pause(session, last);
    takeStep(session, last, orders);
  }
  return { session, orders };
}

function inclinationOf({ visitor, hasPurpose }: VisitPlan, { device: { kind } }: Session): Inclination {
  const device = kind.conversion / OVERALL_CONVERSION;
  const loyalty = visitor.orders > 0 ? LOYAL_EAGERNESS : 1;
  return {
    hasCart: visitor.cart.length > 0,
    eagerness: device * loyalty * (hasPurpose ? PURPOSE_EAGERNESS : 1),
  };
}

function openSession({ visitor, startsAtMs, currency }: VisitPlan): Session {
  const { random } = visitor;
  const device = chooseDevice(visitor);
  const channel = drawChannel(random);
  const homeCountry = visitor.sendsCountry ? visitor.country.code : null;
  const isHousemate = visitor.housemateId !== null && random.chance(CHANCES.housemate);
  if (device.signedInAs !== null && !random.chance(CHANCES.staysSignedIn)) device.signedInAs = null;
  return {
    visitor,
    device,
    // As web analytics do it: the second of the start, unique on one device only.
    sessionId: String(Math.floor(startsAtMs / 1000)),
    channel,
    campaignId: drawCampaign(channel, random),
    channelSending: drawChannelSending(random),
    country: random.chance(CHANCES.abroad) ? 'NL' : homeCountry,
    currency,
    deeds: [],
    nowMs: startsAtMs,
    userId: isHousemate ? visitor.housemateId : device.signedInAs,
  };
}

function chooseDevice({ devices: [main, second], isMember, random }: Visitor): VisitorDevice {
  if (second === undefined || !isMember) return main;
  return random.chance(CHANCES.secondDevice) ? second : main;
}

function drawChannelSending(random: Random): ChannelSending {
  const draw = random.uniform();
  if (draw < 0.6) return 'always';
  if (draw < 0.92) return 'landing_only';
  return draw < 0.97 ? 'from_second' : 'never';
}

/** Some paid visits begin with what the ad platform tells of them. */
function arriveByAd(session: Session): void {
  const { campaignId, visitor } = session;
  if (campaignId === null || !visitor.random.chance(CHANCES.adClickReported)) return;
  happen(session, 'ad_impression', {
    campaignId,
    impressions: 1,
    audience: 'prospects',
    viewingTimeMs: visitor.random.integer(300, 20_000),
  });
  session.nowMs += visitor.random.integer(200, 3_000);
  happen(session, 'ad_click', { campaignId, clicks: 1, audience: 'prospects' });
  session.nowMs += visitor.random.integer(200, 2_000);
}

/** Time passes, log-normally; now and then none at all, so that two events bear the same time. */
function pause(session: Session, step: Step): void {
  const { random } = session.visitor;
  if (random.chance(CHANCES.sameMoment)) return;
  const medianMs = step === 'purchase' ? 90_000 : 25_000;
  session.nowMs += Math.min(LONGEST_PAUSE_MS, Math.ceil(random.logNormal(medianMs, 1)));
}
