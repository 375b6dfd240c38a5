/** What can happen to one request between a client and a service. */
export type NetworkFault =
  | 'none'
  /** The service fails inside (500) and does nothing. */
  | 'error'
  /** The service asks to be left in peace, and does nothing. */
  | 'throttled'
  /** The service does some of a batch's statements and throttles the others. */
  | 'throttled in part'
  /** The connection breaks before the service has heard of it. */
  | 'lost request'
  /** The service does what it is asked for, and then the connection breaks. */
  | 'lost answer'
  /** The same, in the middle of the answer's body. */
  | 'cut answer';

/** The fault of the n-th request of a client, from 0. */
export type NetworkFaults = (place: number) => NetworkFault;

/** Each call's first try meets the fault and its second passes: requests come in pairs as long as none overlap. */
export function everyOther(fault: NetworkFault): NetworkFaults {
  return (place) => (place % 2 === 0 ? fault : 'none');
}

/** The same share of all requests meets one of the faults, spread by a seed. */
export function sometimes(faults: readonly NetworkFault[], share: number, seed: number): NetworkFaults {
  return (place) => {
    const dice = uniform(seed * 100_003 + place);
    return dice < share ? (faults[Math.floor((dice / share) * faults.length)] ?? 'none') : 'none';
  };
}

/** A number in [0, 1) that looks random and depends on the input alone (the last steps of MurmurHash3). */
export function uniform(input: number): number {
  let mixed = Math.imul((input + 1) ^ ((input + 1) >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}
