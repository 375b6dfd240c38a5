import type { Stage } from './stage.ts';

/** Everything in which two stages differ; what is the same in all stands where it is used. */
export interface StageSettings {
  readonly stage: Stage;
  /** Data outlives its stack, and stacks are protected from deletion. */
  readonly isRetained: boolean;
  readonly logRetentionDays: 7 | 14 | 30 | 90;
  /** 1 MB or 1,000 records a second each. */
  readonly streamShards: number;
  /** Records wait so long for company: longer gives larger objects and later numbers. */
  readonly batchingWindowSeconds: number;
  /** `owner` claims each event_id in DynamoDB; from some 20 million events a day on, `ledger` is far cheaper. */
  readonly dedup: 'owner' | 'ledger';
  /** So long after it was given up a batch may be redriven from the failure bucket, and find its claims. */
  readonly redriveHorizonDays: number;
  /** How long a claim holds; null: as long as every way back of a copy. A shorter time is refused. */
  readonly claimTtlDays: number | null;
  /** A stop for cost: beyond it DynamoDB throttles, and the consumer fails open. */
  readonly maxClaimWritesPerSecond: number;
  readonly fakestoreUrl: string;
  /** Of EventBridge Scheduler, UTC. */
  readonly ingestSchedule: string;
  readonly runSchedule: string;
  readonly compactSchedule: string;
  readonly allowedLatenessDays: number;
  /** ISO 4217, or null: that of the first purchase. */
  readonly reportingCurrency: string | null;
  /** A query that would read more is cancelled. */
  readonly pipelineScanLimitGb: number;
  readonly analystScanLimitGb: number;
  /** Who hears of alarms; each confirms by mail. */
  readonly alarmEmails: readonly string[];
}

const dev: StageSettings = {
  stage: 'dev',
  isRetained: false,
  logRetentionDays: 7,
  streamShards: 1,
  batchingWindowSeconds: 5,
  dedup: 'owner',
  redriveHorizonDays: 7,
  claimTtlDays: null,
  maxClaimWritesPerSecond: 1_000,
  fakestoreUrl: 'https://fakestoreapi.com',
  ingestSchedule: 'cron(0 6 * * ? *)',
  runSchedule: 'cron(20 * * * ? *)',
  compactSchedule: 'cron(40 3 * * ? *)',
  allowedLatenessDays: 3,
  reportingCurrency: null,
  pipelineScanLimitGb: 10,
  analystScanLimitGb: 1,
  alarmEmails: [],
};

const prod: StageSettings = {
  ...dev,
  stage: 'prod',
  isRetained: true,
  logRetentionDays: 30,
  streamShards: 4,
  batchingWindowSeconds: 15,
  maxClaimWritesPerSecond: 4_000,
  ingestSchedule: 'cron(0 * * * ? *)',
  pipelineScanLimitGb: 200,
  analystScanLimitGb: 10,
};

const SETTINGS: Readonly<Record<Stage, StageSettings>> = { dev, prod };

export function settingsOf(stage: Stage): StageSettings {
  return SETTINGS[stage];
}
