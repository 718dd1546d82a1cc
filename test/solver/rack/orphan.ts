/** A provider that leases a machine and does not come back; the test kills it. */
import type { Isolation } from '../../../intents/job/isolation.ts';
import { openMachine } from '../../../solver/rack/machine.ts';

const [dir, isolation] = process.argv.slice(2) as [string, Isolation];
const machine = await openMachine({ cpuMilli: 1000, memoryMiB: 64, diskGiB: 1, seconds: 60, dir, isolation });
await machine.run('setsid sleep 4444 & sleep 0.2');
console.log('leased');
