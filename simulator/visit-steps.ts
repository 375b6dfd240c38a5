import { purchase } from './order.ts';
import { PRODUCT_CHOICE, type Product, productById, SEARCH_TERMS } from './population.ts';
import type { Random } from './random.ts';
import { happen, type Session } from './session.ts';
import type { ShopEvent } from './shop-event.ts';
import type { Step } from './walk.ts';

/** Chances of a step (ours). */
const CHANCES = {
  signsInOnPage: 0.1,
  signsInAtCheckout: 0.6,
  signsUpOnPage: 0.008,
  signsUpAtCheckout: 0.35,
  onOffer: 0.1,
} as const;

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

/** Does one step of a visit; a purchase adds its event to the orders. */
export function takeStep(session: Session, step: Step, orders: ShopEvent[]): void {
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

export function viewPage(session: Session): void {
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
