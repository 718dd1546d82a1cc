/** A parse context from a file of symbols only, with all locales: for command lines, tests and benches. */
import { FIAT, GPU_MODELS, NOT_ASSETS, type ParseContext, REGIONS } from './context.ts';
import { LOCALES } from './locales.ts';

type ContextFile = {
  now: string;
  timeZone?: string;
  wallet?: { chain?: string };
  maxSlippageBpsWithoutConfirmation?: number;
  chains: Record<string, string[]>;
  tokens: Record<string, { decimals: number; native?: boolean; chains: string[] }>;
  notAssets?: Record<string, string>;
  gpuModels?: string[];
  regions?: string[];
  fiat?: string[];
};

/** Reads a context from a parsed JSON file of symbols only (see test/language/context.json). Throws on a wrong shape. */
export function contextFrom(json: unknown): ParseContext {
  const file = json as ContextFile;
  if (!file || typeof file.chains !== 'object' || typeof file.tokens !== 'object' || Number.isNaN(Date.parse(file.now)))
    throw new TypeError('A language context needs `now`, `chains` and `tokens`.');
  return {
    now: new Date(file.now),
    timeZone: file.timeZone ?? 'UTC',
    chains: Object.entries(file.chains).map(([name, aliases]) => ({ name, aliases })),
    tokens: Object.entries(file.tokens).map(([symbol, token]) => ({ symbol, ...token })),
    notAssets: file.notAssets ?? NOT_ASSETS,
    gpuModels: file.gpuModels ?? GPU_MODELS,
    regions: file.regions ?? REGIONS,
    fiat: file.fiat ?? FIAT,
    ...(file.wallet?.chain !== undefined && { walletChain: file.wallet.chain }),
    lexicons: LOCALES,
    maxSlippageBps: file.maxSlippageBpsWithoutConfirmation ?? 500,
  };
}
