/** The slash hits a solver that did not come, never one that came or that did not know; each part of the rule is needed. */
import { describe, expect, it } from 'vitest';
import { noShow, PROTOCOL, searchNoShow } from './noShow.ts';
import { search } from './search.ts';

const events = (way: readonly string[] = []) => way.filter((step) => step !== 'tick');

describe('one award, every order of events', () => {
  it('holds as the protocol says it, in every state', () => {
    const { states, transitions, broken } = searchNoShow(PROTOCOL);
    expect([...broken.keys()]).toEqual([]);
    expect({ states, transitions }).toEqual({ states: 563, transitions: 1561 });
  });

  it('lets a slash happen: a solver that accepted and stayed away', () => {
    const { broken } = search(noShow(PROTOCOL), { never: { slash: (s) => s.slashed && s.accepted } });
    expect(events(broken.get('slash'))).toEqual(['accept', 'slash']);
  });

  it.each([
    ['looking and voiding in two transactions', { oneTransaction: false }, 'honestSafe', ['accept', 'user takes away', 'fill', 'user puts back', 'look and void', 'slash']],
    ['a void that counts under any authorisation', { voidBound: false }, 'missCosts', ['accept', 'void with a broken signature']],
    ['a slash without acceptance', { acceptance: false }, 'unawareSafe', ['slash']],
    ['no grace before the open window', { grace: 0 }, 'missCosts', ['accept', 'fill in the open window']],
  ] as const)('breaks with %s', (_, change, rule, way) => {
    const { broken } = searchNoShow({ ...PROTOCOL, ...change });
    expect([...broken.keys()]).toEqual([rule]);
    expect(events(broken.get(rule))).toEqual(way);
  });
});
