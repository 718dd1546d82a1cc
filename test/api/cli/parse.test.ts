/** `tender parse` under bad input: every line is answered once, in order, with little memory, whatever it is. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Line, linesOf } from '../../../api/cli/lines.ts';
import { KNOWN } from '../../../api/cli/known.ts';
import { answerLine } from '../../../api/cli/parse.ts';
import { contextFrom } from '../../../intents/parse/contextFile.ts';
import { program } from './tender.ts';

const folder = mkdtempSync(join(tmpdir(), 'tender-parse-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const context = contextFrom({ ...KNOWN, now: '2026-11-22T12:00:00Z' });
type Answer = { id: unknown; result?: Record<string, unknown>; evidence?: Record<string, { quote: string }>; readings?: unknown[]; error?: { code: string } };
const answer = (line: unknown) => JSON.parse(answerLine(typeof line === 'string' ? line : JSON.stringify(line), context)) as Answer;

describe('lines of a stream', () => {
  async function* chunks(parts: (string | Uint8Array)[]) {
    yield* parts;
  }
  const all = async (parts: (string | Uint8Array)[], limit = 100) => {
    const found: Line[] = [];
    for await (const lines of linesOf(chunks(parts), limit)) found.push(...lines);
    return found;
  };
  it('are put together across chunks, letters too', async () => {
    const bytes = Buffer.from('aé🙏\nb\n\nc');
    for (let at = 1; at < bytes.length; at++) expect(await all([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(['aé🙏', 'b', '', 'c']);
  });
  it('longer than the limit are told, not kept', async () => {
    expect(await all(['x'.repeat(101), 'y'.repeat(50), '\nok\n', 'z'.repeat(100), '\n'])).toEqual([undefined, 'ok', 'z'.repeat(100)]);
    expect(await all(['x'.repeat(60), 'x'.repeat(60)])).toEqual([undefined]);
    expect(await all([])).toEqual([]);
  });
});

describe('one line', () => {
  it('says what is wrong with it by a code', () => {
    const codes = { '{': 'not_json', '\0': 'not_json', '"swap 1 ETH to USDC"': 'not_an_object', '[]': 'not_an_object', '{"id":4}': 'no_text', '{"id":5,"text":7}': 'no_text', '{"id":6,"text":"x","context":{"now":"never"}}': 'bad_context' };
    for (const [line, code] of Object.entries(codes)) expect(answer(line).error?.code, line).toBe(code);
    expect(answer('{"id":6,"text":"x","context":7}')).toMatchObject({ id: 6, error: { code: 'bad_context' } });
  });
  it('refuses what cannot be a sentence', () => {
    expect(answer({ text: '' }).result).toEqual({ reject: 'not_an_intent' });
    expect(answer({ text: 'swap 1 ETH\0 to USDC' }).result).toEqual({ reject: 'hidden_characters' });
    expect(answer({ text: 'swap 1 ETH to USDC '.repeat(60_000) }).result).toHaveProperty('reject');
    expect(answer({ text: '🙏🚀' }).result).toEqual({ reject: 'not_an_intent' });
    expect(answer({ text: '\ud800' }).result).toHaveProperty('reject');
  });
  it('gives evidence with every parse, and the readings of what can be read two ways', () => {
    expect(answer({ text: 'cancel my last order' })).toMatchObject({ result: { kind: 'cancel' }, evidence: { ref: { quote: 'my last order' } } });
    const twice = answer({ text: 'tausche 1.500 USDC in ETH', locale: 'de' });
    expect(twice.result).toEqual({ clarify: ['sell.amount'] });
    expect(twice.readings).toMatchObject([{ sell: { amount: '1500' } }, { sell: { amount: '1.5' } }]);
    expect(answer({ text: '8 H100s for 2 days under $20/hr' }).readings).toHaveLength(2);
    expect(answer({ text: 'swap ETH to USDC' })).not.toHaveProperty('readings');
    expect(answer({ text: 'swap 1 ETH to USDC' })).not.toHaveProperty('readings');
  });
});

describe('the program', () => {
  it('answers a line as soon as it has it, and reads no faster than it is read', async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '..', '..', '..', 'bin', 'tender.mjs'), 'parse'], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.write('{"id":1,"text":"swap 1 ETH to USDC"}\n');
    const [first] = (await once(child.stdout, 'data')) as [Buffer];
    expect(JSON.parse(first.toString())).toMatchObject({ id: 1, result: { kind: 'swap' } });
    // Nobody reads: its answers fill the pipe, it stops, and so does what is written to it.
    child.stdout.pause();
    const line = `${JSON.stringify({ id: 2, text: 'negation' })}\n`.repeat(500);
    let written = 0;
    const stuck = new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 800));
    while (written < 400 && (child.stdin.write(line) || !(await Promise.race([once(child.stdin, 'drain').then(() => false), stuck])))) written++;
    expect(written).toBeLessThan(400);
    child.kill();
  });
  it('goes on after binary, NUL and a line without end', async () => {
    const noise = Buffer.from(Array.from({ length: 2000 }, (_, at) => (at * 89) % 256)).toString('latin1').replace(/\n/g, ' ');
    const input = `${noise}\n\0\0\n${'x'.repeat(9 * 1024 * 1024)}\n{"id":"last","text":"swap 1 ETH to USDC"}`;
    const { code, json, err } = await program(['parse'], { home: folder, input });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(json.map(({ error }) => (error as { code: string } | undefined)?.code)).toEqual(['not_json', 'not_json', 'too_long', undefined]);
    expect(json.at(-1)).toMatchObject({ id: 'last', result: { kind: 'swap' } });
  });
});
