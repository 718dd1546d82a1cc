/** The closed grammar: one list of rules for all kinds and all locales. */
import { compile } from '../chart.ts';
import { legs, monies, numbers, sides } from './amounts.ts';
import { costs, machines, workloads } from './compute.ts';
import { deadlines, places, prices, recipients, slippages } from './terms.ts';
import { durations, moments, schedules } from './times.ts';

/** What the rules of a dialogue's edits stand on. */
export const RULES = [
  ...numbers,
  ...legs,
  ...sides,
  ...monies,
  ...places,
  ...recipients,
  ...slippages,
  ...deadlines,
  ...prices,
  ...durations,
  ...moments,
  ...schedules,
  ...machines,
  ...workloads,
  ...costs,
];
export const GRAMMAR = compile(RULES);
