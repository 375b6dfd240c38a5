import { PRODUCTS } from './catalogue.ts';
import type { Random } from './random.ts';
import { type Weighted, weighted, zipf } from './weighted.ts';

/**
 * Who comes, from where and how often. simulator/README.md says where each figure was published; what nobody publishes is
 * our choice and says so.
 */

/** Share of sessions by channel, percent: published but for the split of the last 5.3 (ours). */
export const CHANNEL_SHARES = [
  ['direct', 48.9],
  ['organic_search', 20.6],
  ['paid_search', 14.1],
  ['social', 11.1],
  ['email', 2.6],
  ['referral', 1.6],
  ['affiliate', 0.6],
  ['display', 0.5],
] as const;
export type Channel = (typeof CHANNEL_SHARES)[number][0];

/** Campaigns of the channels that cost money (ours). */
export const CAMPAIGNS: Readonly<Partial<Record<Channel, readonly [string, ...string[]]>>> = {
  paid_search: ['brand-search', 'generic-search', 'shopping-feed'],
  social: ['autumn-video', 'lookalike-buyers'],
  email: ['weekly-letter', 'cart-reminder'],
  affiliate: ['partner-links'],
  display: ['banner-retargeting'],
};

/** Share of visitors by device, percent (ours), and orders per session on it (published). */
export const DEVICES = [
  { name: 'mobile', share: 68, conversion: 0.019 },
  { name: 'desktop', share: 28, conversion: 0.027 },
  { name: 'tablet', share: 4, conversion: 0.021 },
] as const;
export type Device = (typeof DEVICES)[number];

/** Orders per session over all devices (published); devices scale the walk by their ratio to it. */
export const OVERALL_CONVERSION = 0.021;

/** Shares and offsets from UTC in winter (ours): the day curve follows local time. */
export const COUNTRIES = [
  { code: 'US', share: 42, utcOffsetHours: -5 },
  { code: 'GB', share: 14, utcOffsetHours: 0 },
  { code: 'DE', share: 11, utcOffsetHours: 1 },
  { code: 'FR', share: 8, utcOffsetHours: 1 },
  { code: 'ES', share: 6, utcOffsetHours: 1 },
  { code: 'IT', share: 5, utcOffsetHours: 1 },
  { code: 'CA', share: 5, utcOffsetHours: -5 },
  { code: 'BR', share: 4, utcOffsetHours: -3 },
  { code: 'AU', share: 3, utcOffsetHours: 10 },
  { code: 'JP', share: 2, utcOffsetHours: 9 },
] as const;
export type Country = (typeof COUNTRIES)[number];

/** Products by popularity, most popular first (ours): cheap and dear ones, all categories mixed. */
const RANKED_PRODUCT_IDS = [3, 17, 19, 9, 2, 12, 20, 18, 10, 1, 16, 15, 4, 11, 7, 8, 14, 6, 13, 5];

export const SEARCH_TERMS: Weighted<string> = zipf([
  'jacket',
  'rain coat',
  'ssd 1tb',
  'gift under 20',
  'ring',
  't-shirt',
  'portable drive',
  'women’s parka',
  'curved monitor',
  'sac à dos',
  'größe M hemd',
  '冬のコート',
  '🎁 for her',
  'bracelet "dragon"',
]);

export interface Product {
  readonly id: string;
  readonly priceE4: number;
}

const PRODUCT_BY_ID = new Map(
  PRODUCTS.map(({ id, price }) => [String(id), { id: String(id), priceE4: Math.round(price * 10_000) }]),
);

export function productById(id: string): Product | undefined {
  return PRODUCT_BY_ID.get(id);
}

/** Products as visitors choose them: Zipf's law with exponent 1 over the ranks. */
export const PRODUCT_CHOICE: Weighted<Product> = zipf(
  RANKED_PRODUCT_IDS.flatMap((id) => productById(String(id)) ?? []),
);

const CHANNEL_CHOICE = weighted(CHANNEL_SHARES);
const DEVICE_CHOICE = weighted(DEVICES.map((device) => [device, device.share] as const));
const COUNTRY_CHOICE = weighted(COUNTRIES.map((country) => [country, country.share] as const));

export function drawChannel(random: Random): Channel {
  return CHANNEL_CHOICE.draw(random);
}

export function drawDevice(random: Random): Device {
  return DEVICE_CHOICE.draw(random);
}

export function drawCountry(random: Random): Country {
  return COUNTRY_CHOICE.draw(random);
}

/** A campaign of the channel: always one where every visit is paid, in half of the visits from social, else none. */
export function drawCampaign(channel: Channel, random: Random): string | null {
  const campaigns = CAMPAIGNS[channel];
  if (campaigns === undefined) return null;
  if (channel === 'social' && random.chance(0.5)) return null;
  return random.pick(campaigns);
}
