/** Marks a dropped file as taken: the landing bucket lets it go by this, a while later. */
export const TAKEN_TAG = { key: 'millpond', value: 'taken' } as const;
