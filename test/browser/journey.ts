/** What a person does with the page, in a real browser: from a sentence to a receipt. Used by the test, and by hand against any network. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { Hex } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { createClient } from '../../api/client/client.ts';
import type { Registry } from '../../intents/registry.ts';
import { type Asked, injectWallet, WALLET_NAME } from './wallet.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
export const hasChromium = CHROMIUM !== undefined;
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const ARTEFACTS = join(import.meta.dirname, '..', '.artefacts');

export const openBrowser = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM as string, headless: true, args: FLAGS });
export const picture = (page: Page, name: string) => {
  mkdirSync(ARTEFACTS, { recursive: true });
  return page.screenshot({ path: join(ARTEFACTS, `${name}.png`) });
};

export type Visit = { page: Page; asked: Asked[]; complaints: string[]; address: Hex };
/** Opens the page with a funded wallet injected. `complaints`: whatever the browser's console and the page's errors said. */
export async function visit(browser: Browser, api: string, registry: Registry, options: { context?: BrowserContextOptions; reject?: (request: Asked) => boolean } = {}): Promise<Visit> {
  const account = privateKeyToAccount(generatePrivateKey());
  await createClient(api).faucet(account.address);
  const context = await browser.newContext({ viewport: { width: 1_280, height: 900 }, ...options.context });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  const asked = await injectWallet(page, account, registry, options.reject);
  await page.goto(api);
  await page.getByRole('button', { name: 'Connect', exact: true }).first().click();
  await page.getByRole('button', { name: WALLET_NAME }).click();
  await page.locator('.wallet-button', { hasText: account.address.slice(0, 6) }).waitFor();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  return { page, asked, complaints, address: account.address };
}

export async function say(page: Page, text: string): Promise<void> {
  const box = page.getByLabel('What do you want?');
  await box.fill(text);
  await box.press('Enter');
}

/** Signs the newest card: looks at the typed data first, as a person would. Resolves with the fields shown. */
export async function sign(page: Page): Promise<string> {
  const review = page.getByRole('button', { name: 'Review and sign' }).last();
  await review.waitFor().catch(async () => {
    throw new Error(`There is nothing to sign. The page says: ${(await page.locator('main').innerText()).slice(-600)}`);
  });
  await review.click();
  const fields = await page.getByRole('region', { name: 'Signed fields' }).innerText();
  await page.getByRole('button', { name: /^Sign with/ }).click();
  return fields;
}

/** Waits for the newest receipt. */
export async function settled(page: Page, nth = 0): Promise<string> {
  const receipt = page.getByRole('region', { name: 'Receipt' }).nth(nth);
  await receipt.waitFor({ timeout: 60_000 });
  return receipt.innerText();
}

export type Journey = { asked: Asked[]; complaints: string[]; fields: string; receipt: string; orderId: Hex; address: Hex };
/** Types a vague sentence, answers the question, signs with a wallet that does not know the chain yet, and watches it settle. */
export async function journey(api: string, registry: Registry): Promise<Journey> {
  const browser = await openBrowser();
  try {
    const { page, asked, complaints, address } = await visit(browser, api, registry);
    await say(page, 'swap some ETH to USDC');
    const question = page.getByRole('group', { name: /How much ETH/ });
    await question.waitFor();
    await picture(page, 'question');
    await question.getByRole('button', { name: '0.05 ETH' }).click();
    await page.getByRole('region', { name: /before you sign/ }).waitFor();
    await picture(page, 'card');
    const fields = await sign(page);
    const receipt = await settled(page);
    await page.waitForTimeout(400);
    await picture(page, 'receipt');
    const [newest] = (await createClient(api).orders(address)).orders;
    return { asked, complaints, fields, receipt, orderId: newest?.id as Hex, address };
  } finally {
    await browser.close();
  }
}
