/** A parent that runs a job without end; the test kills it. */
import type { Isolation } from '../../../intents/job/isolation.ts';
import { runJobIsolated } from '../../../intents/job/sandbox.ts';
import { spec } from './programs.ts';

await runJobIsolated(spec('spin', '', { fuelAtMost: 10n ** 15n }), { timeoutMs: 60_000, isolation: process.argv[3] as Isolation });
