interface Asked<Input, Output> {
  readonly input: Input;
  readonly resolve: (output: Output) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Does at once, in one transaction, what is asked for before anyone waits: so the disk is waited for once. An answer
 * comes only after the commit, and when it fails all that was asked for fails.
 */
export class GroupCommit<Input, Output> {
  readonly #commit: (inputs: readonly Input[]) => readonly Output[];
  #asked: Asked<Input, Output>[] = [];

  /** `commit` gives one output per input, in order. */
  constructor(commit: (inputs: readonly Input[]) => readonly Output[]) {
    this.#commit = commit;
  }

  submit(input: Input): Promise<Output> {
    return new Promise((resolve, reject) => {
      this.#asked.push({ input, resolve, reject });
      if (this.#asked.length === 1) queueMicrotask(() => this.#run());
    });
  }

  #run(): void {
    const asked = this.#asked;
    this.#asked = [];
    try {
      const outputs = this.#commit(asked.map(({ input }) => input));
      asked.forEach(({ resolve, reject }, place) => {
        const output = outputs[place];
        if (output === undefined)
          reject(new Error(`${outputs.length} answers came for ${asked.length} calls`));
        else resolve(output);
      });
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }
}
