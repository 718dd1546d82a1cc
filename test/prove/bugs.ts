/**
 * Bugs that settlement contracts have had, each as one change of text, with the test contracts that must find it. None is written
 * yet, and the section `seeded` fails for that reason.
 */

export type Bug = { name: string; file: string; from: string; to: string; /** Pattern of test contracts. */ tests: string };

export const BUGS: readonly Bug[] = [];
