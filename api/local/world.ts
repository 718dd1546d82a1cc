/** Builds what stands on the local chains: tokens, Permit2, Uniswap pools, and Tender's own contracts by a callback. */
import type { Address, Hex } from 'viem';
import { NATIVE } from '../../intents/order.ts';
import type { Chain, Contracts, Registry, Token, Uniswap } from '../../intents/registry.ts';
import type { LocalChain } from './anvil.ts';
import { type Artifact, localArtifacts, type LocalName } from './artifacts.ts';
import { type Amounts, fund } from './faucet.ts';
import { addressOf, attestersOf, type Keys, type Role } from './keys.ts';
import { PERMIT2, permit2Deployment } from './permit2.ts';
import { PRICES_AS_OF, type PricedSymbol, unitsWorthDown, USD_PRICES } from './prices.ts';
import { callData, createSender, type LocalClient, type Sender } from './sender.ts';
import { type ChainName, LOCAL_CHAINS, poolsOn, tokensOn } from './tokens.ts';
import { createPool, deployUniswap } from './uniswap.ts';

/** What a deployment of Tender's contracts finds on a chain that has everything else. Blocks come with each transaction. */
export type ChainContext = {
  name: string;
  id: number;
  url: string;
  /** Signs as the deployer. */
  client: LocalClient;
  weth: Address;
  /** Bonds and compute are paid in it: USDC. */
  bondToken: Address;
  permit2: Address;
  uniswap: Uniswap;
  tokens: Token[];
  auctioneer: Address;
  attesters: { signers: Address[]; k: number };
  /** Gives test tokens and native coin, in base units by symbol. */
  fund(to: Address, amounts: Amounts): Promise<void>;
};
export type DeployTender = (chain: ChainContext) => Promise<Omit<Contracts, 'permit2'>>;

/** Attesters that must agree. */
const QUORUM = 2;
const WEI_PER_ETHER = 10n ** 18n;
/** A deployer and a minter that never run dry. */
const FORTUNE = 1_000_000_000n * WEI_PER_ETHER;
/** For the gas of those who send transactions. */
const GAS_MONEY = 1_000n * WEI_PER_ETHER;
const SPENDERS: Role[] = ['auctioneer', 'keeper', 'solver-amm', 'solver-inventory', 'solver-rack'];

/** Builds all chains side by side, in automine; from then on each mines one block per second. Describes the result. */
export async function buildWorld(chains: LocalChain[], options: { keys: Keys; deployTender: DeployTender }): Promise<Registry> {
  const { keys } = options;
  const artifacts = await localArtifacts();
  const built = await Promise.all(chains.map((chain) => buildChain(chain, artifacts, keys, options.deployTender)));
  return {
    network: 'local',
    chains: built,
    auctioneer: addressOf(keys, 'auctioneer'),
    attesters: { signers: attestersOf(keys), k: QUORUM },
    prices: { asOf: PRICES_AS_OF, usd: USD_PRICES },
  };
}

type Artifacts = Record<LocalName, Artifact>;

async function buildChain(local: LocalChain, artifacts: Artifacts, keys: Keys, deployTender: DeployTender): Promise<Chain> {
  const kind = LOCAL_CHAINS.find(({ name }) => name === local.name);
  if (!kind) throw new Error(`no local chain is called ${local.name}`);
  await Promise.all([
    ...(['deployer', 'minter'] as const).map((role) => endow(local, addressOf(keys, role), FORTUNE)),
    ...SPENDERS.map((role) => endow(local, addressOf(keys, role), GAS_MONEY)),
  ]);
  const deployer = createSender(local, keys.deployer);
  const minter = createSender(local, keys.minter);
  const weth = await deployer.deploy(artifacts.WrappedEther);
  const tokens = await deployTokens(deployer, kind.name, artifacts.TestToken, minter.address);
  await deployer.send(permit2Deployment());
  const uniswap = await deployUniswap(deployer, weth);
  await seedPools(kind.name, { deployer, minter, weth, tokens, uniswap, artifacts });
  const bondToken = addressIn(tokens, 'USDC');
  const listed: Token[] = [
    { symbol: 'ETH', name: 'Ether', decimals: 18, address: NATIVE, native: true },
    { symbol: 'WETH', name: 'Wrapped Ether', decimals: 18, address: weth },
    ...tokens,
  ];
  const chain: Omit<Chain, 'contracts'> = {
    name: local.name,
    aliases: [...kind.aliases],
    id: local.id,
    rpc: [local.url],
    finality: 2,
    blockSeconds: 1,
    deployedAt: Number(await local.rpc<Hex>('eth_blockNumber')) + 1,
    weth,
    bondToken,
    uniswap,
    tokens: listed,
  };
  const contracts = await deployTender({
    name: local.name,
    id: local.id,
    url: local.url,
    client: deployer.client,
    weth,
    bondToken,
    permit2: PERMIT2,
    uniswap,
    tokens: listed,
    auctioneer: addressOf(keys, 'auctioneer'),
    attesters: { signers: attestersOf(keys), k: QUORUM },
    fund: async (to, amounts) => void (await fund(chain, keys.minter, to, amounts)),
  });
  await local.mineEverySecond();
  await local.save();
  return { ...chain, contracts: { ...contracts, permit2: PERMIT2 } };
}

const endow = (chain: LocalChain, address: Address, wei: bigint): Promise<unknown> =>
  chain.rpc('anvil_setBalance', [address, `0x${wei.toString(16)}`]);

async function deployTokens(deployer: Sender, chain: ChainName, artifact: Artifact, minter: Address): Promise<Token[]> {
  const tokens: Token[] = [];
  for (const { symbol, name, decimals } of tokensOn(chain)) {
    tokens.push({ symbol, name, decimals, address: await deployer.deploy(artifact, [name, symbol, decimals, minter]) });
  }
  return tokens;
}

type Market = {
  deployer: Sender;
  minter: Sender;
  weth: Address;
  tokens: Token[];
  uniswap: Uniswap;
  artifacts: Artifacts;
};

async function seedPools(chain: ChainName, market: Market): Promise<void> {
  const { deployer, minter, weth, tokens, uniswap, artifacts } = market;
  const plans = poolsOn(chain).map((plan) => ({
    fee: plan.fee,
    sides: plan.symbols.map((symbol) => side(symbol, plan.usd, tokens, weth)) as [Side, Side],
  }));
  const needed = new Map<Address, bigint>();
  for (const { token, amount } of plans.flatMap(({ sides }) => sides)) needed.set(token, (needed.get(token) ?? 0n) + amount);
  for (const [token, amount] of needed) {
    if (token === weth) await deployer.send({ to: weth, value: amount, data: callData(artifacts.WrappedEther.abi, 'deposit') });
    else await minter.send({ to: token, data: callData(artifacts.TestToken.abi, 'mint', [deployer.address, amount]) });
    await deployer.send({ to: token, data: callData(artifacts.TestToken.abi, 'approve', [uniswap.positionManager, amount]) });
  }
  for (const { fee, sides } of plans) await createPool(deployer, uniswap.positionManager, fee, sides);
}

type Side = { token: Address; amount: bigint };

function side(symbol: PricedSymbol, usd: bigint, tokens: Token[], weth: Address): Side {
  if (symbol === 'WETH') return { token: weth, amount: unitsWorthDown(symbol, 18, usd) };
  const token = tokens.find((each) => each.symbol === symbol) as Token;
  return { token: token.address, amount: unitsWorthDown(symbol, token.decimals, usd) };
}

const addressIn = (tokens: Token[], symbol: string): Address => (tokens.find((token) => token.symbol === symbol) as Token).address;
