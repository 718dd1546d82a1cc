/** What a parse may know: the clock, the listed chains and tokens, and the closed lists of names. */
import type { Registry } from '../registry.ts';
import type { Lexicon } from './lexicon/lexicon.ts';

export type Attachment = { name: string; sha256: string; bytes: number };
export type ListedToken = { symbol: string; decimals: number; native?: boolean; chains: string[] };
export type ParseContext = {
  now: Date;
  /** IANA name; wall-clock times without a zone are read in it. */
  timeZone: string;
  /** BCP 47. Absent: detected from the words. */
  locale?: string;
  /** Locales that are understood besides English. Absent: none; `LOCALES` of `locales.ts` has them all. */
  lexicons?: readonly Lexicon[];
  chains: { name: string; aliases: string[] }[];
  tokens: ListedToken[];
  /** Words that look like assets and are none: `clarify` asks, anything else is an unsupported chain. */
  notAssets: Record<string, string>;
  gpuModels: string[];
  regions: string[];
  fiat: string[];
  /** The wallet's chain name: the default origin. */
  walletChain?: string;
  maxSlippageBps: number;
  attachments?: Attachment[];
};

export const NOT_ASSETS = { USD: 'clarify', EUR: 'clarify', GBP: 'clarify', BTC: 'clarify', SOL: 'unsupported chain' };
export const GPU_MODELS = ['H100', 'H200', 'B200', 'A100', 'L40S', 'L4', 'RTX4090', 'RTX3090', 'MI300X'];
export const REGIONS = ['eu', 'us', 'us-east', 'us-west', 'asia', 'eu-frankfurt', 'ap-tokyo'];
export const FIAT = ['USD', 'EUR', 'GBP', 'JPY', 'CNY', 'BRL'];

type Wishes = { locale?: string; lexicons?: readonly Lexicon[]; timeZone?: string; walletChain?: string; attachments?: Attachment[] };

type Listing = Pick<ParseContext, 'chains' | 'tokens'>;
/** Kept per registry: lexers are built once per list of tokens, not once per message. */
const listings = new WeakMap<Registry, Listing>();

function listingOf(registry: Registry): Listing {
  const known = listings.get(registry);
  if (known) return known;
  const tokens = new Map<string, ListedToken>();
  for (const chain of registry.chains) {
    for (const token of chain.tokens) {
      const listed = tokens.get(token.symbol);
      if (listed) listed.chains.push(chain.name);
      else tokens.set(token.symbol, { symbol: token.symbol, decimals: token.decimals, native: token.native === true, chains: [chain.name] });
    }
  }
  const listing = { chains: registry.chains.map(({ name, aliases }) => ({ name, aliases })), tokens: [...tokens.values()] };
  listings.set(registry, listing);
  return listing;
}

/** The context of one network. `walletChain` defaults to the registry's first chain. */
export function contextOf(registry: Registry, now: Date, wishes: Wishes = {}): ParseContext {
  const first = registry.chains[0]?.name;
  return {
    now,
    timeZone: 'UTC',
    ...listingOf(registry),
    notAssets: NOT_ASSETS,
    gpuModels: GPU_MODELS,
    regions: REGIONS,
    fiat: FIAT,
    ...(first !== undefined && { walletChain: first }),
    maxSlippageBps: 500,
    ...wishes,
  };
}
