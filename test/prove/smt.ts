/** Proves libraries/Amounts.sol with the SMTChecker: each lemma holds for all inputs, and fails once its bug is in the library. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Lemma, LEMMAS } from './lemmas.ts';
import type { Row, Section } from './section.ts';
import { compile } from './solidity.ts';
import { find } from './tools.ts';

const LIBRARY = 'contracts/src/libraries/Amounts.sol';
const QUERY_SECONDS = 60;
/** Messages of the checker: proved safe, and broken with a counterexample. */
const PROVED = '2961';
const BROKEN = '4661';

export const smt: Section = async ({ match }, log) => {
  const z3 = find('z3');
  const library = readFileSync(join(import.meta.dirname, '../..', LIBRARY), 'utf8');
  const rows = LEMMAS.filter(({ name }) => name.includes(match)).map((lemma): Row => {
    const proved = check(library, lemma, z3) === PROVED;
    const found = check(planted(library, lemma), lemma, z3) === BROKEN;
    log(`${lemma.name}: ${proved ? 'proved' : 'NOT proved'}, control ${found ? 'found' : 'NOT found'}`);
    return { name: lemma.name, ok: proved && found, result: proved ? 'proved' : 'not proved', note: found ? 'its bug is found' : 'its bug is NOT found' };
  });
  return { summary: `${rows.filter(({ ok }) => ok).length} of ${rows.length} assertions proved, each with a bug that breaks it`, rows };
};

/** The library with the lemma's bug. Throws if the text that it changes is not there exactly once. */
export function planted(library: string, { name, control: [from, to] }: Lemma): string {
  if (library.split(from).length !== 2) throw new Error(`${LIBRARY} no longer holds, once, what the control of "${name}" changes: ${from}`);
  return library.replace(from, () => to);
}

/** The code of what the checker says about the lemma's assertion: PROVED, BROKEN, or something else (it does not know). */
function check(library: string, { of, given, claim }: Lemma, z3: string): string | undefined {
  const content = `${library}\ncontract Proof { function lemma(${of}) external pure { require(${given}); ${claim} } }`;
  const settings = {
    modelChecker: { engine: 'bmc', solvers: ['smtlib2'], contracts: { 'Proof.sol': ['Proof'] }, targets: ['assert'], showProvedSafe: true, showUnproved: true },
    outputSelection: { '*': { '*': [] } },
  };
  const ask = (query: string) => ({ contents: spawnSync(z3, ['-smt2', '-in', `-T:${QUERY_SECONDS}`], { input: query, encoding: 'utf8' }).stdout });
  const { errors = [] } = compile({ language: 'Solidity', sources: { 'Proof.sol': { content } }, settings }, { smtSolver: ask });
  const broken = errors.find(({ severity }) => severity === 'error');
  if (broken) throw new Error(broken.formattedMessage);
  return errors.find(({ errorCode }) => errorCode === PROVED || errorCode === BROKEN)?.errorCode;
}
