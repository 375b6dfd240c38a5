export const CODECS = ['gzip', 'zstd'] as const;
export type Codec = (typeof CODECS)[number];

export interface CompressionSettings {
  readonly codec: Codec;
  /** gzip: 1 to 9; zstd: 1 to 19. */
  readonly level: number;
}

export const HIGHEST_LEVEL: Readonly<Record<Codec, number>> = { gzip: 9, zstd: 19 };

/** What raw is written with unless a setting says otherwise: decision 0015. Readers take either, by extension. */
export const RAW_COMPRESSION: CompressionSettings = { codec: 'zstd', level: 1 };
