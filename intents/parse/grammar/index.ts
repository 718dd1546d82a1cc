/** The closed grammar: one list of rules for all kinds and all locales. */
import { compile } from '../chart.ts';
import { legs, monies, numbers, sides } from './amounts.ts';
import { costs, machines, workloads } from './compute.ts';
import { deadlines, places, prices, recipients, slippages } from './terms.ts';
import { durations, moments, schedules } from './times.ts';

export const GRAMMAR = compile([
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
]);
