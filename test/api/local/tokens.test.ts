import { expect, it } from 'vitest';
import { unitsWorthDown, USD_PRICES } from '../../../api/local/prices.ts';
import { LOCAL_CHAINS, poolsOn, tokensOn } from '../../../api/local/tokens.ts';
import { sqrtPriceX96 } from '../../../api/local/uniswap.ts';

it('lives where the language says that it lives', () => {
  const symbols = Object.fromEntries(LOCAL_CHAINS.map(({ name }) => [name, tokensOn(name).map(({ symbol }) => symbol).sort()]));
  expect(symbols).toEqual({
    ethereum: ['ARB', 'DAI', 'LINK', 'PEPE', 'UNI', 'USDC', 'USDT', 'WBTC'],
    base: ['DAI', 'LINK', 'USDC'],
    arbitrum: ['ARB', 'DAI', 'LINK', 'USDC', 'USDC.e', 'USDT', 'WBTC'],
  });
  const decimals = Object.fromEntries(tokensOn('arbitrum').map((token) => [token.symbol, token.decimals]));
  expect(decimals).toMatchObject({ USDC: 6, USDT: 6, DAI: 18, WBTC: 8, LINK: 18 });
});

it('has chain ids that no public chain has', () => {
  expect(LOCAL_CHAINS.map(({ id }) => id)).toEqual([31301, 31302, 31303]);
});

it('every token can be sold for WETH, every stable one for USDC', () => {
  for (const { name } of LOCAL_CHAINS) {
    const pairs = poolsOn(name).map(({ symbols }) => symbols.join('/'));
    expect(pairs).toEqual(expect.arrayContaining(tokensOn(name).map(({ symbol }) => `WETH/${symbol}`)));
    for (const { symbol } of tokensOn(name)) {
      if (['USDC.e', 'USDT', 'DAI'].includes(symbol)) expect(pairs).toContain(`USDC/${symbol}`);
    }
  }
});

it('counts dollars into base units, rounded down', () => {
  expect(unitsWorthDown('WETH', 18, 6000n)).toBe(2n * 10n ** 18n);
  expect(unitsWorthDown('PEPE', 18, 1n)).toBe(100_000n * 10n ** 18n);
  expect(unitsWorthDown('WBTC', 8, 1n)).toBe(1_111n);
  expect(Object.values(USD_PRICES).every((price) => /^\d+(\.\d+)?$/.test(price))).toBe(true);
});

it('knows the square root that Uniswap documents for a price of 1 and of 4', () => {
  expect(sqrtPriceX96(1n, 1n)).toBe(79228162514264337593543950336n);
  expect(sqrtPriceX96(5n, 20n)).toBe(2n * 79228162514264337593543950336n);
  expect(sqrtPriceX96(2n, 1n)).toBe(56022770974786139918731938227n);
});
