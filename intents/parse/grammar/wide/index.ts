/** Rules beyond the everyday ones: for readers of all locales, who say the same things in more ways. */
import { compile } from '../../chart.ts';
import { RULES } from '../index.ts';
import { wideAmounts } from './amounts.ts';
import { wideCompute } from './compute.ts';
import { eastern } from './eastern.ts';
import { wideTerms } from './terms.ts';
import { wideTimes } from './times.ts';

const wide = () => compile([...RULES, ...wideAmounts(), ...wideTerms(), ...wideTimes(), ...wideCompute(), ...eastern()]);
// Marked pure, or bundlers would keep the rules for readers that have none of these locales.
export const WIDE = /* @__PURE__ */ wide();
