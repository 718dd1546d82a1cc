/** `npm run chaos`: a longer storm from a seed. `-- --seed 7 --orders 60 --kills 40 [--plan fixed]`; keeps its folder when something is wrong. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startNetwork } from '../../api/local/start.ts';
import { drawnKills, KILLS } from './kills.ts';
import { chaosOrders } from './orders.ts';
import { storm } from './storm.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    orders: { type: 'string', default: '60' },
    kills: { type: 'string', default: '40' },
    plan: { type: 'string', default: 'drawn' },
  },
});
const orders = Number(values.orders);
const dir = mkdtempSync(join(tmpdir(), 'tender-chaos-'));
const began = performance.now();
const say = (line: string) => console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)}  ${line}`);
say(`seed ${values.seed}, ${orders} orders, ${values.kills} kills, in ${dir}`);
const network = await startNetwork({ dir, page: false, log: say });
say('ready');
const kills = values.plan === 'fixed' ? KILLS : drawnKills(Number(values.seed), Number(values.kills), orders);
const { lines, struck } = await storm(network, dir, chaosOrders(orders), kills, { apartMs: 1_500, say });
const bad = lines.filter(({ outcome, wrong }) => wrong.length > 0 || !['settled', 'refunded', 'unopened'].includes(outcome));
for (const line of bad) say(`✗ ${line.sentence} ${line.orderId ?? ''}: ${line.outcome} ${line.wrong.join('; ')}`);
const ends = [...new Set(lines.map(({ outcome }) => outcome))].map((end) => `${lines.filter(({ outcome }) => outcome === end).length} ${end}`);
say(`${struck.length} kills; ${ends.join(', ')}; slowest return ${Math.max(...struck.map(({ backAfterMs = 0 }) => backAfterMs))} ms`);
await (bad.length > 0 ? network.stop() : network.erase());
if (bad.length === 0) rmSync(dir, { recursive: true, force: true });
console.log(`${lines.length - bad.length} passed, ${bad.length} failed`);
process.exit(bad.length > 0 ? 1 : 0);
