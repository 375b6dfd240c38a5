import type { Dice } from './dice.ts';
import type { Visitor } from './shop-visitor.ts';

const MS_PER_DAY = 86_400_000;
const PRODUCTS = 20;
const PAGES = [
  '/',
  '/new',
  '/sale',
  '/men',
  '/women',
  '/electronics',
  '/jewellery',
  '/help/returns',
] as const;
const TERMS = ['jacket', 'backpack', 'ring', 'monitor', 'cotton', 'ssd', 'gift', 'rain coat'] as const;
const CAMPAIGNS = ['shopping-feed', 'autumn-video', 'brand', 'retargeting'] as const;

/** Chances and means (ours), which give the mix of the simulator's shop at about eight events a visit. */
const STEPS_A_VISIT = 7.6;
const MS_BETWEEN_STEPS = 28_000;
const AD_VISITS = 0.2;
const AD_CLICKS = 0.57;
const SIGN_UPS = 0.5;
const SIGN_UP_DAYS = 5;
const SIGNED_IN_FROM_START = 0.7;
const KEEPS_SIGNED_IN = 0.85;
const CHECKOUTS_A_STEP = 0.085;
const PURCHASES_A_CHECKOUT = 0.55;
const REMOVALS = 0.2;
const OTHER_CURRENCY = 0.01;
const REFUNDS = 0.28;
const REFUND_WAIT_DAYS = 6;

/** Takes each event: when it happened and its JSON text. */
export type EventSink = (timeMs: number, text: string) => void;

interface Visit {
  readonly dice: Dice;
  readonly sink: EventSink;
  readonly visitor: Visitor;
  readonly anonymousId: string;
  readonly sessionId: string;
  /** Between event_time and the fields of the type; changes at a sign-in. */
  fields: string;
  nowMs: number;
  lastProduct: number;
  readonly cart: { readonly product: number; readonly quantity: number }[];
}

/** Plays one visit that begins at the time; refunds of its orders come days later. */
export function playVisit(
  dice: Dice,
  visitor: Visitor,
  at: { readonly day: number; readonly startMs: number },
  sink: EventSink,
): void {
  const isSignedIn = visitor.userId !== null && at.day >= visitor.signInDay && dice.happens(KEEPS_SIGNED_IN);
  const signsInAtStep = !isSignedIn ? -1 : dice.happens(SIGNED_IN_FROM_START) ? 0 : 1 + dice.below(3);
  const isAdVisit = dice.happens(AD_VISITS);
  const campaign = isAdVisit ? dice.pick(CAMPAIGNS) : null;
  const visit: Visit = {
    dice,
    sink,
    visitor,
    anonymousId: dice.happens(0.8) ? visitor.devices[0] : dice.pick(visitor.devices),
    sessionId: String(Math.floor(at.startMs / 1000)),
    fields: '',
    nowMs: at.startMs,
    lastProduct: 0,
    cart: [],
  };
  const channel = campaign === null ? visitor.channel : 'paid_search';
  visit.fields = fieldsOf(visit, channel, campaign, signsInAtStep === 0);
  if (campaign !== null) showAd(visit);
  const steps = 1 + Math.floor(dice.wait(STEPS_A_VISIT));
  for (let step = 1; step <= steps; step += 1) {
    if (step === signsInAtStep) {
      visit.fields = fieldsOf(visit, channel, campaign, true);
      if (at.day < visitor.signInDay + SIGN_UP_DAYS && dice.happens(SIGN_UPS)) happen(visit, 'sign_up', '');
    }
    takeStep(visit);
  }
}

function fieldsOf(visit: Visit, channel: string, campaign: string | null, isSignedIn: boolean): string {
  const { userId, deviceKind, country } = visit.visitor;
  const user = isSignedIn && userId !== null ? `"user_id":"${userId}",` : '';
  const ad = campaign === null ? '' : `,"campaign_id":"${campaign}"`;
  return `"schema_version":1,"anonymous_id":"${visit.anonymousId}","session_id":"${visit.sessionId}",${user}"device":"${deviceKind}","country":"${country}","channel":"${channel}"${ad}`;
}

function showAd(visit: Visit): void {
  happen(
    visit,
    'ad_impression',
    `,"impressions":1,"audience":"prospects","viewing_time_ms":${visit.dice.below(9_000)}`,
  );
  if (visit.dice.happens(AD_CLICKS)) happen(visit, 'ad_click', ',"clicks":1,"audience":"prospects"');
}

function takeStep(visit: Visit): void {
  const { dice, cart } = visit;
  if (cart.length > 0 && dice.happens(CHECKOUTS_A_STEP)) {
    happen(visit, 'begin_checkout', '');
    if (dice.happens(PURCHASES_A_CHECKOUT)) purchase(visit);
    return;
  }
  const turn = dice.part();
  if (turn < 0.482) {
    const engaged = Math.round(dice.wait(14_000));
    happen(visit, 'page_view', `,"page_path":"${dice.pick(PAGES)}","engaged_time_ms":${engaged}`);
  } else if (turn < 0.847) {
    visit.lastProduct = 1 + dice.below(PRODUCTS);
    const { lastProduct } = visit;
    const price = dice.happens(0.8) ? `,"quantity":1,"unit_price":${priceOf(lastProduct)}` : '';
    happen(
      visit,
      'view_item',
      `,"page_path":"/products/${lastProduct}","product_id":"${lastProduct}"${price},"currency":"USD"`,
    );
  } else if (turn < 0.97) {
    happen(visit, 'search', `,"page_path":"/search","search_term":"${dice.pick(TERMS)}"`);
  } else if (cart.length > 0 && dice.happens(REMOVALS)) {
    const line = cart.pop();
    if (line !== undefined) happen(visit, 'remove_from_cart', cartLine(line));
  } else {
    const line = {
      product: visit.lastProduct > 0 ? visit.lastProduct : 1 + dice.below(PRODUCTS),
      quantity: 1 + dice.below(2),
    };
    cart.push(line);
    happen(visit, 'add_to_cart', cartLine(line));
  }
}

function purchase(visit: Visit): void {
  const { dice, cart } = visit;
  const currency = dice.happens(OTHER_CURRENCY) ? 'EUR' : 'USD';
  const items = cart.map(
    ({ product, quantity }) =>
      `{"product_id":"${product}","quantity":${quantity},"unit_price":${priceOf(product)}}`,
  );
  const orderId = `o-${visit.visitor.number}-${Math.floor(visit.nowMs / 1000).toString(36)}`;
  const discount = dice.happens(0.1) ? ',"discount":2.5' : '';
  happen(
    visit,
    'purchase',
    `,"currency":"${currency}","order_id":"${orderId}","shipping":4.99${discount},"items":[${items.join(',')}]`,
  );
  const [first] = cart.splice(0);
  if (first === undefined || !dice.happens(REFUNDS)) return;
  const waitMs = Math.round((0.5 + dice.wait(REFUND_WAIT_DAYS)) * MS_PER_DAY);
  const refundMs = visit.nowMs + waitMs;
  const text = `"schema_version":1,"anonymous_id":"${visit.anonymousId}","session_id":"service-${visit.sessionId}","country":"${visit.visitor.country}","currency":"${currency}","order_id":"${orderId}","refund_id":"rf-${orderId}","amount":"${priceOf(first.product)}"`;
  emit(visit, 'refund', refundMs, text);
}

function cartLine({ product, quantity }: { readonly product: number; readonly quantity: number }): string {
  return `,"product_id":"${product}","quantity":${quantity},"unit_price":${priceOf(product)},"currency":"USD"`;
}

function priceOf(product: number): string {
  return `${3 + product * 7}.${10 + product}`;
}

/** A person takes a while for the next step. */
function happen(visit: Visit, type: string, fields: string): void {
  emit(visit, type, visit.nowMs, visit.fields + fields);
  visit.nowMs += 1_000 + Math.floor(visit.dice.wait(MS_BETWEEN_STEPS));
}

function emit({ dice, sink }: Visit, type: string, timeMs: number, fields: string): void {
  const text = `{"event_id":"${uuidV7(dice, timeMs)}","event_type":"${type}","event_time":"${timeText(timeMs)}","sent_time":"${timeText(timeMs + 5)}",${fields}}`;
  sink(timeMs, text);
}

function uuidV7(dice: Dice, timeMs: number): string {
  const time = timeMs.toString(16).padStart(12, '0');
  const middle = dice.word().toString(16).padStart(8, '0');
  const end = dice.word().toString(16).padStart(8, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${middle.slice(0, 3)}-8${middle.slice(3, 6)}-${middle.slice(6)}00${end}`;
}

const MS_PER_MINUTE = 60_000;
let minute = Number.NaN;
let minuteText = '';

/** ISO 8601 with three places; formats each minute once. */
function timeText(timeMs: number): string {
  const sinceMinute = timeMs % MS_PER_MINUTE;
  if (timeMs - sinceMinute !== minute) {
    minute = timeMs - sinceMinute;
    minuteText = new Date(minute).toISOString().slice(0, 17);
  }
  const seconds = String(sinceMinute + 100_000);
  return `${minuteText}${seconds.slice(1, 3)}.${seconds.slice(3)}Z`;
}
