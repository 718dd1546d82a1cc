/** Chains and tokens by name, for parsing where no network and no context file says more. */

const EVERYWHERE = ['ethereum', 'base', 'arbitrum'];

/** The form of a context file, without its clock. */
export const KNOWN = {
  timeZone: 'UTC',
  wallet: { chain: 'ethereum' },
  chains: {
    ethereum: ['mainnet', 'ethereum mainnet', 'eth mainnet'],
    base: [],
    arbitrum: ['arb', 'arbitrum one'],
  },
  tokens: {
    ETH: { decimals: 18, native: true, chains: EVERYWHERE },
    WETH: { decimals: 18, chains: EVERYWHERE },
    USDC: { decimals: 6, chains: EVERYWHERE },
    USDT: { decimals: 6, chains: ['ethereum', 'arbitrum'] },
    DAI: { decimals: 18, chains: EVERYWHERE },
    WBTC: { decimals: 8, chains: ['ethereum', 'arbitrum'] },
    LINK: { decimals: 18, chains: EVERYWHERE },
    UNI: { decimals: 18, chains: ['ethereum'] },
    ARB: { decimals: 18, chains: ['ethereum', 'arbitrum'] },
    PEPE: { decimals: 18, chains: ['ethereum'] },
  },
};

/** Names of chain ids, to tell a person where something happened when only a node is asked. */
export const CHAIN_NAMES: Record<number, string> = {
  1: 'ethereum', 8453: 'base', 42161: 'arbitrum', 31301: 'ethereum', 31302: 'base', 31303: 'arbitrum',
};
