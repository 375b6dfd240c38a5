import { type LakeRange, runLakeHistories } from './run-lake-histories.ts';

// Forked by play-in-processes.ts: it is told a range, tells what broke a law in each history, and then the figures.
process.once('message', async (range: LakeRange) => {
  const result = await runLakeHistories(range, (failure) => process.send?.({ failure }));
  process.send?.({ result }, () => process.disconnect());
});
// Also when whoever forked it was killed.
process.once('disconnect', () => process.exit());
