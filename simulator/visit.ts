import { purchase } from './order.ts';
import {
  drawCampaign,
  drawChannel,
  OVERALL_CONVERSION,
  PRODUCT_CHOICE,
  type Product,
  productById,
  SEARCH_TERMS,
} from './population.ts';
import type { Random } from './random.ts';
import { type ChannelSending, happen, type Session } from './session.ts';
import type { ShopEvent } from './shop-event.ts';
import type { Visitor, VisitorDevice } from './visitor.ts';
import { nextStep, type Step } from './walk.ts';

/** Chances within a session (ours). */
const CHANCES = {
  secondDevice: 0.35,
  staysSignedIn: 0.85,
  signsInOnPage: 0.1,
  signsInAtCheckout: 0.6,
  signsUpOnPage: 0.008,
  signsUpAtCheckout: 0.35,
  housemate: 0.3,
  abroad: 0.01,
  adClickReported: 0.3,
  sameMoment: 0.02,
  onOffer: 0.1,
} as const;

/** Visitors who have ordered before add to the cart more readily (ours). */
const LOYAL_EAGERNESS = 1.8;
/** Someone who comes back in order to buy (ours). */
const PURPOSE_EAGERNESS = 5;
const LONGEST_STEPS = 120;
/** A pause within a session stays below the half hour after which analysts begin another. */
const LONGEST_PAUSE_MS = 25 * 60_000;

const PAGES = [
  '/',
  '/new',
  '/sale',
  '/men',
  '/women',
  '/electronics',
  '/jewellery',
  '/help/returns',
  '/cart',
] as const;

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
    last = nextStep(last, inclinationOf(plan), plan.visitor.random);
    if (last !== 'leave') pause(session, last);
    takeStep(session, last, orders);
  }
  return { session, orders };
}

function inclinationOf({ visitor, hasPurpose }: VisitPlan) {
  const device = visitor.devices[0].kind.conversion / OVERALL_CONVERSION;
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

function takeStep(session: Session, step: Step, orders: ShopEvent[]): void {
  switch (step) {
    case 'page_view':
      viewPage(session);
      break;
    case 'search':
      happen(session, 'search', {
        searchTerm: SEARCH_TERMS.draw(session.visitor.random),
        pagePath: '/search',
      });
      break;
    case 'view_item':
      viewItem(session);
      break;
    case 'add_to_cart':
      addToCart(session);
      break;
    case 'remove_from_cart':
      removeFromCart(session);
      break;
    case 'begin_checkout':
      beginCheckout(session);
      break;
    case 'purchase':
      orders.push(purchase(session));
      break;
    case 'leave':
      break;
  }
}

function viewPage(session: Session): void {
  const { visitor } = session;
  const { random } = visitor;
  happen(session, 'page_view', {
    pagePath: random.pick(PAGES),
    engagedTimeMs: random.chance(0.9) ? Math.round(random.logNormal(14_000, 1.1)) : null,
  });
  if (visitor.isMember && session.userId === null && random.chance(CHANCES.signsInOnPage)) signIn(session);
  if (!visitor.isMember && session.userId === null && random.chance(CHANCES.signsUpOnPage)) signUp(session);
}

function signIn(session: Session): void {
  session.userId = session.visitor.accountId;
  session.device.signedInAs = session.visitor.accountId;
}

function signUp(session: Session): void {
  session.visitor.isMember = true;
  signIn(session);
  session.nowMs += session.visitor.random.integer(4_000, 40_000);
  happen(session, 'sign_up', {});
}

function viewItem(session: Session): void {
  const { random } = session.visitor;
  const product = PRODUCT_CHOICE.draw(random);
  const hasPrice = random.chance(0.8);
  happen(session, 'view_item', {
    productId: product.id,
    pagePath: `/products/${product.id}`,
    quantity: hasPrice && random.chance(0.5) ? 1 : null,
    unitPriceE4: hasPrice ? priceE4(product, random) : null,
    currency: session.currency,
  });
}

/** The catalogue's price, or a tenth less: then it has up to four places. */
function priceE4(product: Product, random: Random): number {
  return random.chance(CHANCES.onOffer) ? Math.round(product.priceE4 * 0.9) : product.priceE4;
}

/** Adds the item looked at last: only from an item's page can it be added. */
function addToCart(session: Session): void {
  const { visitor, deeds } = session;
  const { random } = visitor;
  const seen = deeds.findLast(({ event }) => event.eventType === 'view_item')?.event.productId ?? '';
  const product = productById(seen) ?? PRODUCT_CHOICE.draw(random);
  const quantity = random.chance(0.8) ? 1 : random.integer(2, 4);
  const unitPriceE4 = priceE4(product, random);
  visitor.cart.push({ product, quantity, unitPriceE4 });
  happen(session, 'add_to_cart', {
    productId: product.id,
    quantity,
    unitPriceE4,
    currency: session.currency,
  });
}

function removeFromCart(session: Session): void {
  const line = session.visitor.cart.pop();
  if (line === undefined) return;
  happen(session, 'remove_from_cart', {
    productId: line.product.id,
    quantity: line.quantity,
    unitPriceE4: line.unitPriceE4,
    currency: session.currency,
  });
}

function beginCheckout(session: Session): void {
  const { visitor } = session;
  const { random } = visitor;
  happen(session, 'begin_checkout', {});
  if (session.userId !== null) return;
  if (visitor.isMember && random.chance(CHANCES.signsInAtCheckout)) signIn(session);
  if (!visitor.isMember && random.chance(CHANCES.signsUpAtCheckout)) signUp(session);
}
