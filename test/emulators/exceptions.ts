import type { EmulatorName } from './global-setup.ts';

/** What may not be asserted on an emulator, since it does not do there what AWS documents. */
export const EXCEPTIONS: readonly {
  readonly on: EmulatorName;
  /** Part of the test's name. */
  readonly test: string;
  readonly reason: string;
}[] = [
  {
    on: 'kinesisLocal',
    test: 'a partition key has 1 to 256 characters: 3',
    reason: 'counts UTF-16 units of a key, Kinesis counts characters',
  },
  {
    on: 'miniStack',
    test: 'sequence numbers are decimal without leading zeros',
    reason: 'pads its sequence numbers with zeros',
  },
  {
    on: 'miniStack',
    test: 'a call takes 10 MiB',
    reason: 'refuses more than 5 MB a call, the limit of before 2025',
  },
];
