/** Names of the world that every locale shares: chains that exist elsewhere, and what regions are called. */

/** Known chains that a network may not serve; a context's own chains win over this list. */
export const FOREIGN_CHAINS = (
  'solana|bitcoin|bsc|bnb chain|bnb smart chain|binance smart chain|avalanche|fantom|tron|sui|aptos|near|cosmos|osmosis|ton|zksync|zksync era|scroll|' +
  'linea|starknet|gnosis|celo|mantle|blast|optimism|op mainnet|polygon|polygon pos|arbitrum nova|moonbeam|cardano|polkadot|ethereum classic|sei|berachain|' +
  'monad|hyperliquid|unichain|zora|mode network|cronos|kava|metis|aurora|harmony|sepolia|goerli|polygon zkevm|ripple|stellar|algorand|hedera|fraxtal|sonic'
).split('|');

export const REGION_NAMES: Record<string, string> = {
  eu: 'europe|european union|the eu|europa|unión europea|união europeia|europäischen union|欧洲|欧盟|ヨーロッパ|欧州|ue|l\'europe|l\'ue',
  us: 'usa|united states|the us|america|the states|u.s.|ee. uu.|estados unidos|eua|états-unis|美国|アメリカ|米国',
  'us-east': 'us east|east coast|virginia|eastern us|the us east|美国东部|米国東部',
  'us-west': 'us west|west coast|oregon|california|western us|美国西部|米国西部',
  asia: 'asien|asie|ásia|亚洲|アジア',
  'eu-frankfurt': 'frankfurt|fráncfort|francfort|法兰克福|フランクフルト',
  'ap-tokyo': 'tokyo|tokio|tóquio|东京|東京',
};
