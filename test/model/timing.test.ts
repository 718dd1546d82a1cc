/** The timing inequality of escrow holds with the shipped constants, and each thing it rests on is really needed. */
import { describe, expect, it } from 'vitest';
import { GAP_SECONDS } from '../../api/local/deploy.ts';
import type { Found } from './search.ts';
import { gapFor, searchTiming, timingCases, type Timing } from './timing.ts';

const RULES = ['userSafe', 'solverSafe', 'settles'] as const;
const cases = timingCases(GAP_SECONDS);
const shipped = cases[0]?.bounds as Timing;
const results = new Map(cases.map(({ name, bounds }) => [name, searchTiming(bounds)]));
/** The shortest way to break `rule`, without the ticks between. */
const wayTo = (name: string, rule: string) => results.get(name)?.broken.get(rule) ?? [];
const events = (way: readonly string[]) => way.filter((step) => step !== 'tick');

describe('one deal across chains, every order of events', () => {
  it.each(cases)('$name', ({ name, holds }) => {
    const { states, broken } = results.get(name) as Found;
    expect(states).toBeGreaterThan(40);
    expect(Object.fromEntries(RULES.map((rule) => [rule, !broken.has(rule)]))).toEqual(holds);
  });

  it('searches all states of the shipped constants', () => {
    const { states, transitions } = results.get('shipped constants') as Found;
    expect({ states, transitions }).toEqual({ states: 134_640, transitions: 167_772 });
  });

  it('shows how a solver loses with one second less: every bound is met, at its end', () => {
    const way = wayTo('shipped constants, one second less', 'solverSafe');
    expect(events(way)).toEqual(['deliver', 'attest', 'refund']);
    expect(way.indexOf('deliver')).toBe(3);
    expect(way.length - 3).toBe(3 + shipped.finality + shipped.attestation + shipped.claim);
  });

  it('shows how a user loses to attesters that do not wait', () => {
    const way = wayTo('shipped constants, attesters do not wait for finality', 'userSafe');
    expect(way).toEqual(['deliver', 'attest', 'reorganise', 'claim']);
  });

  it('shows how a solver loses to silent attesters, whatever the gap', () => {
    expect(events(wayTo('shipped constants, attesters may be silent', 'solverSafe')).sort()).toEqual(['deliver', 'go silent', 'refund']);
    expect(events(wayTo('small, silent attesters and a long gap', 'solverSafe')).sort()).toEqual(['deliver', 'go silent', 'refund']);
  });

  it('finds the least gap that is safe, and it is the sum that the contracts demand', () => {
    for (const finality of [0, 1, 2, 4]) {
      for (const attestation of [0, 1, 3]) {
        for (const claim of [1, 2]) {
          for (const drift of [0, 2]) {
            const bounds = { finality, attestation, claim, drift, waits: true, silent: false };
            const isSafe = (gap: number) => searchTiming({ ...bounds, gap }).broken.size === 0;
            let least = 0;
            while (!isSafe(least)) least++;
            expect({ ...bounds, least }).toEqual({ ...bounds, least: gapFor(bounds) });
          }
        }
      }
    }
  });
});
