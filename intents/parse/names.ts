/** Names of the world that every locale shares: chains that exist elsewhere, and what regions are called. */

/** Known chains that a network may not serve; a context's own chains win over this list. */
export const FOREIGN_CHAINS = (
  'solana|bitcoin|bsc|bnb chain|bnb smart chain|binance smart chain|avalanche|fantom|tron|sui|aptos|near|cosmos|osmosis|ton|zksync|zksync era|scroll|' +
  'linea|starknet|gnosis|celo|mantle|blast|optimism|op mainnet|polygon|polygon pos|arbitrum nova|moonbeam|cardano|polkadot|ethereum classic|sei|berachain|' +
  'monad|hyperliquid|unichain|zora|mode network|cronos|kava|metis|aurora|harmony|sepolia|goerli|polygon zkevm|ripple|stellar|algorand|hedera|fraxtal|sonic'
).split('|');

/** English names; other locales bring theirs as words (`region:eu`). */
export const REGION_NAMES: Record<string, string> = {
  eu: 'europe|european union|the eu',
  us: 'usa|united states|the us|america|the states|u.s.',
  'us-east': 'us east|east coast|virginia|eastern us|the us east',
  'us-west': 'us west|west coast|oregon|california|western us',
  'eu-frankfurt': 'frankfurt',
  'ap-tokyo': 'tokyo',
};
