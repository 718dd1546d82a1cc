/** The command line without a network: what it reads, where it keeps its key, how it says that it was misused. */
import fc from 'fast-check';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readArguments } from '../../../api/cli/arguments.ts';
import { keepOrder, keptOrder, ownAccount } from '../../../api/cli/home.ts';
import { KNOWN } from '../../../api/cli/known.ts';
import { answerLine } from '../../../api/cli/parse.ts';
import { decodeOrder } from '../../../intents/json.ts';
import { contextFrom } from '../../../intents/parse/contextFile.ts';
import { prepared, SENTENCES } from '../client/prepared.ts';
import { program, tender } from './tender.ts';

const folder = mkdtempSync(join(tmpdir(), 'tender-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const context = contextFrom({ ...KNOWN, now: '2026-11-22T12:00:00Z' });
const answer = (line: string) => JSON.parse(answerLine(line, context)) as Record<string, unknown>;

describe('tender parse', () => {
  it('answers JSON lines in order, and goes on after a broken one', async () => {
    const input = ['{"id":"a","text":"swap 100 USDC to ETH on base"}', 'garbage', '', '{"id":7,"text":"swap some ETH to USDC"}', '{"id":8}', '{"text":"compra 100 USDC con ETH","locale":"es"}'].join('\n');
    const { code, json, err } = await program(['parse'], { home: folder, input });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(json.map(({ id }) => id)).toEqual(['a', null, 7, 8, null]);
    expect(json[0]).toMatchObject({ result: { kind: 'swap', exact: 'in', sell: { token: 'USDC', amount: '100', chain: 'base' } }, evidence: { 'sell.amount': { quote: '100', start: 5, end: 8 } } });
    expect(json[1]).toMatchObject({ error: { code: 'not_json' } });
    expect(json[2]).toMatchObject({ result: { clarify: ['sell.amount'] } });
    expect(json[3]).toMatchObject({ error: { code: 'no_text' } });
    expect(json[4]).toMatchObject({ result: { kind: 'swap', exact: 'out', sell: { token: 'ETH' }, buy: { token: 'USDC', amount: '100' } } });
  });
  it('takes a context from a file, and one from the line before it', async () => {
    const file = join(folder, 'context.json');
    writeFileSync(file, JSON.stringify({ now: '2026-11-22T12:00:00Z', chains: { moon: [] }, tokens: { CHEESE: { decimals: 2, chains: ['moon'] }, USDC: { decimals: 6, chains: ['moon'] } } }));
    const own = { now: '2026-11-22T12:00:00Z', chains: { mars: [] }, tokens: { DUST: { decimals: 2, chains: ['mars'] }, USDC: { decimals: 6, chains: ['mars'] } } };
    const input = `${JSON.stringify({ id: 1, text: 'swap 5 CHEESE to USDC' })}\n${JSON.stringify({ id: 2, text: 'swap 5 DUST to USDC', context: own })}\n`;
    const { json } = await program(['parse', '--context', file], { home: folder, input });
    expect(json).toMatchObject([{ result: { sell: { token: 'CHEESE' } } }, { result: { sell: { token: 'DUST' } } }]);
    expect(await tender(['parse', '--context', join(folder, 'none.json'), '--json'], { home: folder })).toMatchObject({ code: 1, json: [{ error: { code: 'bad_context' } }] });
  });
  it('answers every line with one line of JSON, whatever it holds', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(answerLine(text, context)).not.toContain('\n');
      const read = answer(JSON.stringify({ id: 1, text }));
      expect(read.id).toBe(1);
      expect('result' in read || 'error' in read).toBe(true);
    }), { numRuns: 200 });
    fc.assert(fc.property(fc.json(), (line) => void answer(line)), { numRuns: 200 });
    for (const odd of ['null', '[]', '3', '{"text":5}', '{"text":"x","context":5}', '{"text":"x","context":{}}', '{"text":"swap 1 ETH to USDC","locale":9}']) expect(typeof answer(odd)).toBe('object');
  });
});

describe('the key', () => {
  it('is made once, for its owner alone, and kept', () => {
    const home = join(folder, 'home');
    const first = ownAccount(home);
    const again = ownAccount(home);
    expect(first.fresh).toBe(true);
    expect(again).toMatchObject({ fresh: false });
    expect(again.account.address).toBe(first.account.address);
    expect(statSync(join(home, 'cli-key')).mode & 0o777).toBe(0o600);
    expect(statSync(home).mode & 0o777).toBe(0o700);
  });
  it('is not used when others may read it, or when it is none', () => {
    const home = join(folder, 'open');
    ownAccount(home);
    chmodSync(join(home, 'cli-key'), 0o644);
    expect(() => ownAccount(home)).toThrow(/Others may read/);
    chmodSync(join(home, 'cli-key'), 0o600);
    writeFileSync(join(home, 'cli-key'), 'nonsense');
    expect(() => ownAccount(home)).toThrow(/does not hold a key/);
  });
  it('says in one sentence that it cannot be kept', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(() => ownAccount(join(file, 'home'))).toThrow(/cannot be written/);
  });
  it('is shown by no command', async () => {
    const home = join(folder, 'quiet');
    ownAccount(home);
    const key = readFileSync(join(home, 'cli-key'), 'utf8').trim();
    const { out, err } = await tender(['orders', '--json'], { home });
    expect(out + err).not.toContain(key.slice(2));
  });
});

describe('the program', () => {
  it('exits as its command says, and speaks of errors on standard error to people', async () => {
    const { code, out, err } = await program(['dance'], { home: folder });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('There is no command “dance”.');
  });
});

describe('orders kept at home', () => {
  it('are found by their id or its beginning', async () => {
    const home = join(folder, 'kept');
    const { order: json, id } = await prepared(SENTENCES.openIn);
    const order = decodeOrder(json);
    keepOrder(id, order, home);
    expect(keptOrder(id, home)).toEqual(order);
    expect(keptOrder(id.slice(0, 12), home)).toEqual(order);
    expect(keptOrder('0xdeadbeef', home)).toBeUndefined();
    expect(keptOrder('../../etc', home)).toBeUndefined();
  });
});

describe('the command line', () => {
  it('is read as a value', () => {
    expect(readArguments(['ask', 'x y', '--yes', '--pick', '2', '--pick', '1', '--rpc', 'http://a,http://b'])).toMatchObject({ command: 'ask', positionals: ['x y'], yes: true, picks: [2, 1], rpc: ['http://a', 'http://b'] });
    for (const argv of [['ask', '--pick', 'x'], ['--what'], ['watch', '--after', '-1'], ['ask', '--yes=1']]) expect(() => readArguments(argv)).toThrow();
  });
  it.each([
    [['help'], 0], [['--help'], 0], [[], 2], [['dance'], 2], [['ask'], 2], [['ask', 'a', 'b'], 2], [['watch', '0x12'], 2], [['ask', 'x', '--pick', 'one'], 2],
    [['orders', '--user', 'me'], 2], [['verify', 'nothing.json'], 1], [['refund', 'nothing.json'], 1], [['orders'], 1],
  ] as const)('%j exits with %i', async (args, code) => {
    const ran = await tender([...args, '--json'], { home: join(folder, 'codes') });
    expect(ran.code).toBe(code);
    if (code !== 0) expect(ran.json).toMatchObject([{ error: { code: expect.any(String) as string, message: expect.any(String) as string } }]);
  });
});
