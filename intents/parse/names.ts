/** Names of the world that every locale shares: chains that exist elsewhere, and what regions are called. */

/** Known chains that a network may not serve; a context's own chains win over this list. */
export const FOREIGN_CHAINS = (
  'solana|bitcoin|bsc|bnb chain|bnb smart chain|binance smart chain|avalanche|fantom|tron|sui|aptos|near|cosmos|osmosis|ton|zksync|zksync era|scroll|' +
  'linea|starknet|gnosis|celo|mantle|blast|optimism|op mainnet|polygon|polygon pos|arbitrum nova|moonbeam|cardano|polkadot|ethereum classic|sei|berachain|' +
  'monad|hyperliquid|unichain|zora|mode network|cronos|kava|metis|aurora|harmony|sepolia|goerli|polygon zkevm|ripple|stellar|algorand|hedera|fraxtal|sonic'
).split('|');

/** Processors that exist and are not listed; a context's own models win over this list. */
export const FOREIGN_GPUS = (
  'v100|p100|p40|p4|k80|t4|a10|a10g|a2|a16|a30|a40|a800|a6000|rtx a6000|rtx 6000|h20|h800|gh200|gb200|gb300|b100|b300|l20|l40|l2|rtx 3070|' +
  'rtx 3080|rtx 3060|rtx 4060|rtx 4070|rtx 4080|rtx 5070|rtx 5080|rtx 5090|rtx 2080|gtx 1080|rtx5090|rtx3080|rtx4080|3080|4080|5090|titan v|' +
  'mi100|mi210|mi250|mi250x|mi325x|mi350x|mi355x|tpu|tpu v4|tpu v5e|gaudi|gaudi 2|gaudi 3|m1|m2|m3'
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
