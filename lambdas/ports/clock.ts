/** The only clock. Nothing that lands in raw or in a table comes from it (promise 3). */
export interface Clock {
  nowMs(): number;
}
