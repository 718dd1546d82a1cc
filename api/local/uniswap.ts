/** Uniswap v3 on a local chain: contracts from their npm packages, pools with liquidity at the prices of the table. */
import { type Address, maxUint256 } from 'viem';
import type { Uniswap } from '../../intents/registry.ts';
import { uniswapArtifact } from './artifacts.ts';
import { callData, type Sender } from './sender.ts';

export async function deployUniswap(deployer: Sender, weth: Address): Promise<Uniswap> {
  const none = '0x0000000000000000000000000000000000000000';
  const factoryArtifact = uniswapArtifact('v3-core', 'UniswapV3Factory.sol/UniswapV3Factory');
  const factory = await deployer.deploy(factoryArtifact);
  // The lowest fee was added on mainnet by governance in 2021, hence it is not in the constructor.
  await deployer.send({ to: factory, data: callData(factoryArtifact.abi, 'enableFeeAmount', [100, 1]) });
  // Without a descriptor positions have no picture.
  const positionManager = await deployer.deploy(managerArtifact(), [factory, weth, none]);
  const router = await deployer.deploy(uniswapArtifact('v3-periphery', 'SwapRouter.sol/SwapRouter'), [factory, weth]);
  const quoter = await deployer.deploy(uniswapArtifact('v3-periphery', 'lens/QuoterV2.sol/QuoterV2'), [factory, weth]);
  return { factory, router, quoter, positionManager };
}

export type PoolSide = { token: Address; amount: bigint };

/** Creates a pool whose price is the ratio of the two amounts, and puts both in over the whole range of prices. */
export async function createPool(deployer: Sender, positionManager: Address, fee: number, sides: [PoolSide, PoolSide]): Promise<void> {
  const [low, high] = sides[0].token.toLowerCase() < sides[1].token.toLowerCase() ? sides : [sides[1], sides[0]];
  const { abi } = managerArtifact();
  const reach = wholeRange(fee);
  const create = callData(abi, 'createAndInitializePoolIfNecessary', [low.token, high.token, fee, sqrtPriceX96(low.amount, high.amount)]);
  const mint = callData(abi, 'mint', [{
    token0: low.token,
    token1: high.token,
    fee,
    tickLower: -reach,
    tickUpper: reach,
    amount0Desired: low.amount,
    amount1Desired: high.amount,
    amount0Min: 0n,
    amount1Min: 0n,
    recipient: deployer.address,
    deadline: maxUint256,
  }]);
  await deployer.send({ to: positionManager, data: callData(abi, 'multicall', [[create, mint]]) });
}

/** √(amount1 / amount0) × 2⁹⁶, rounded down. */
export const sqrtPriceX96 = (amount0: bigint, amount1: bigint): bigint => sqrtDown((amount1 << 192n) / amount0);

const managerArtifact = () => uniswapArtifact('v3-periphery', 'NonfungiblePositionManager.sol/NonfungiblePositionManager');

const TICK_SPACING: Record<number, number> = { 100: 1, 500: 10, 3000: 60, 10000: 200 };
/** The outermost tick that the fee's spacing divides. */
function wholeRange(fee: number): number {
  const spacing = TICK_SPACING[fee] as number;
  return Math.floor(887_272 / spacing) * spacing;
}

function sqrtDown(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
