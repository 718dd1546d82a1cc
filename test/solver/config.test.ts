/** Settings: every problem at once, and never the key. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../solver/config.ts';
import { reasonOf } from '../../solver/log.ts';

const dir = mkdtempSync(join(tmpdir(), 'tender-config-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const KEY = `0x${'ab'.repeat(32)}`;
const file = (content: string) => {
  const path = join(dir, 'solver.json');
  writeFileSync(path, content);
  return path;
};

describe('readConfig', () => {
  it('has a default for all but the key', () => {
    const read = readConfig(undefined, { TENDER_SOLVER_KEY: KEY });
    expect(read).toMatchObject({ config: { api: 'http://localhost:8787', bondTarget: 1_000, rack: { jobs: 1 } } });
  });
  it('lets the environment win over the file', () => {
    const read = readConfig(file('{"api": "http://one", "name": "file", "rpc": {"1": ["http://a"], "2": ["http://b"]}}'), {
      TENDER_SOLVER_KEY: KEY,
      TENDER_API: 'http://127.0.0.1:1',
      TENDER_RPC_1: 'http://c, http://d',
      TENDER_SOLVER_SPREAD_BPS: '7',
    });
    expect(read).toMatchObject({
      config: {
        api: 'http://127.0.0.1:1',
        name: 'file',
        rpc: { 1: ['http://c', 'http://d'], 2: ['http://b'] },
        spreadBps: 7,
        spreadAcrossBps: 7,
      },
    });
  });
  it('says all that is wrong, without the key', () => {
    const read = readConfig(file('{"api": "ftp://x", "bondMost": 0, "unknown": 1, "rack": {"jobs": 0}}'), {
      TENDER_SOLVER_KEY: `${KEY}ff`,
      TENDER_SOLVER_SPREAD_BPS: 'much',
    });
    const problems = 'problems' in read ? read.problems : [];
    expect(problems).toHaveLength(7);
    expect(problems.join('\n')).toMatch(/api.*[\s\S]*bondMost[\s\S]*TENDER_SOLVER_KEY is not/);
    expect(problems.join('\n')).not.toContain('abab');
    expect(readConfig(undefined, {})).toMatchObject({ problems: [expect.stringContaining('TENDER_SOLVER_KEY is not set')] });
  });
  it('says when the file is none', () => {
    expect(readConfig(file('{'), { TENDER_SOLVER_KEY: KEY })).toMatchObject({ problems: [expect.stringContaining('is not JSON')] });
    expect(readConfig(join(dir, 'nothing.json'), { TENDER_SOLVER_KEY: KEY })).toMatchObject({
      problems: [expect.stringContaining('cannot be read')],
    });
  });
});

describe('reasonOf', () => {
  it('is one line and names no endpoint', () => {
    expect(reasonOf(new Error('HTTP request failed at https://user:secret@rpc.example/key\nmore'))).toBe(
      'HTTP request failed at <endpoint>',
    );
  });
});
