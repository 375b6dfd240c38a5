import { MS_PER_DAY, MS_PER_HOUR } from '../lambdas/domain/time.ts';
import type { Appointment, Planned, Shop } from './agenda.ts';
import { deliver } from './deliver.ts';
import { CAMPAIGNS } from './population.ts';
import { type Random, randomStream } from './random.ts';
import type { Deed } from './session.ts';
import { BLANK_EVENT, type ShopEvent } from './shop-event.ts';
import { uuidV7 } from './uuid.ts';
import type { Client } from './visitor.ts';

export const SPEND_REPORTS_PER_DAY = 4;
const REPORT_GAP_MS = MS_PER_DAY / SPEND_REPORTS_PER_DAY;
const CAMPAIGN_STREAM = 3;

/** The ad platform's own software: no quirks. */
const PLATFORM: Client = {
  timeFormat: 'milliseconds',
  utcOffsetHours: 0,
  priceFormat: 'text',
  writesNulls: false,
  writesExtras: false,
  writesSentTime: true,
  clockAheadMs: 0,
};

interface Campaign {
  readonly id: string;
  readonly channel: string;
  readonly number: number;
  readonly random: Random;
  readonly faultRandom: Random;
}

/** Each campaign reports its spend four times a day, and some impressions on people who never come. */
export function planCampaigns(shop: Shop): Planned[] {
  const campaigns = Object.entries(CAMPAIGNS).flatMap(([channel, ids]) => ids.map((id) => ({ channel, id })));
  return campaigns.map(({ channel, id }, number) => {
    const campaign: Campaign = {
      id,
      channel,
      number,
      random: randomStream(shop.config.seed, CAMPAIGN_STREAM, number),
      faultRandom: randomStream(shop.config.seed, CAMPAIGN_STREAM + 1, number),
    };
    return { timeMs: shop.startMs + REPORT_GAP_MS, appointment: report(campaign, shop) };
  });
}

function report(campaign: Campaign, shop: Shop): Appointment {
  return (timeMs) => {
    const { faultRandom: random } = campaign;
    const deeds = [spend(campaign, timeMs, shop.config.currency), impression(campaign, timeMs)];
    return {
      records: deliver(deeds, { client: PLATFORM, random, rates: shop.config.faults }),
      next: [{ timeMs: timeMs + REPORT_GAP_MS, appointment: report(campaign, shop) }],
    };
  };
}

function spend({ id, channel, random }: Campaign, timeMs: number, currency: string): Deed {
  const impressions = Math.round(random.logNormal(4_000, 0.5));
  const clicks = Math.round(impressions * random.between(0.005, 0.03));
  return deed(timeMs, random, {
    eventType: 'ad_spend',
    campaignId: id,
    channel,
    impressions,
    clicks,
    // Between 20 cents and 1.20 a click, to the ten-thousandth.
    costE4: clicks * random.integer(2_000, 12_000),
    currency,
    audience: random.pick(['prospects', 'buyers', 'lookalike']),
  });
}

function impression({ id, channel, number, random }: Campaign, timeMs: number): Deed {
  return deed(timeMs + random.integer(0, MS_PER_HOUR), random, {
    eventType: 'ad_impression',
    anonymousId: `ad-only-${number}-${random.integer(1e8, 1e9 - 1)}`,
    sessionId: `ad-${Math.floor(timeMs / 1000)}`,
    campaignId: id,
    channel,
    impressions: 1,
    viewingTimeMs: random.integer(100, 30_000),
    audience: 'prospects',
  });
}

function deed(happenedAtMs: number, random: Random, fields: Partial<ShopEvent>): Deed {
  return {
    happenedAtMs,
    event: {
      ...BLANK_EVENT,
      eventId: uuidV7(happenedAtMs, random),
      eventTimeUs: happenedAtMs * 1000,
      sentTimeUs: (happenedAtMs + 100) * 1000,
      ...fields,
    },
  };
}
