import { Choices } from '../world/choices.ts';
import { cutIntoSteps } from './cut.ts';
import { Draft } from './draft.ts';
import type { Edge } from './edges/edge.ts';
import { EDGES_OF_COPIES } from './edges/edges-of-copies.ts';
import { EDGES_OF_ORDERS } from './edges/edges-of-orders.ts';
import { EDGES_OF_PEOPLE } from './edges/edges-of-people.ts';
import { EDGES_OF_STORE } from './edges/edges-of-store.ts';
import { EDGES_OF_TIME } from './edges/edges-of-time.ts';
import type { History } from './history.ts';
import { addVisitors, addVisits } from './visits.ts';

export const MIN_EVENTS = 200;
export const MIN_CUSTOMERS = 5;
export const MIN_RUNS = 3;

const EDGES: readonly Edge[] = [
  ...EDGES_OF_TIME,
  ...EDGES_OF_COPIES,
  ...EDGES_OF_ORDERS,
  ...EDGES_OF_PEOPLE,
  ...EDGES_OF_STORE,
];

/** Where histories begin; each has its name as an edge. */
const STARTS = [
  { edge: 'plain days', startsOn: '2026-03-10' },
  { edge: 'a leap day', startsOn: '2024-02-27' },
  { edge: 'week 53 and the turn of a year', startsOn: '2026-12-27' },
  { edge: 'a year that begins in week 53', startsOn: '2020-12-29' },
  { edge: 'a month of 28 days', startsOn: '2025-02-26' },
];
const SPANS = [
  { edge: 'a few days', days: 5 },
  { edge: 'two weeks', days: 14 },
  { edge: 'two months', days: 45 },
];
const CUT_EDGES = [
  'a batch twice, in another cut',
  'a batch that comes when nobody waits for it',
  'a run before any event of the stream',
  'a rebuild between two runs',
  'a run that moves the watermark alone',
  'a late part that comes alone',
];

/** Every edge that a history may name; beside them `<edge>, alone`, when a run met its last part alone. */
export const EDGE_NAMES: readonly string[] = [
  ...EDGES.map(({ name }) => name),
  ...STARTS.map(({ edge }) => edge),
  ...SPANS.map(({ edge }) => edge),
  ...CUT_EDGES,
];

/** The history of a seed and a number: the same for ever. One in four is calm. */
export function generateHistory(seed: number, number: number): History {
  const choices = Choices.seeded(seed, number);
  const isCalm = choices.onceIn(4);
  const start = choices.pick(STARTS);
  const span = choices.pick(SPANS);
  const draft = new Draft(choices, {
    startUs: Date.parse(`${start.startsOn}T00:00:00Z`) * 1000,
    spanDays: span.days,
    shards: 2 + choices.below(2),
    isCalm,
  });
  draft.edges.add(start.edge);
  draft.edges.add(span.edge);
  addVisitors(draft);
  addVisits(draft, 150);
  for (const edge of EDGES) {
    if ((isCalm && !edge.isCalm) || !choices.onceIn(4)) continue;
    draft.addEdge(edge.name, edge.add);
  }
  addVisits(draft, MIN_EVENTS);
  const steps = cutIntoSteps(draft, MIN_RUNS);
  return {
    seed,
    number,
    steps,
    edges: draft.edges,
    isCalm,
    customers: draft.visitors.length,
    events: draft.sendings.length,
  };
}
