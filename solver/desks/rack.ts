/** The desk `rack`: a compute provider on this machine. */
import { mkdir } from 'node:fs/promises';
import type { SolverConfig } from '../config.ts';
import type { DeskOf } from '../ports.ts';
import { detectHardware, leasable } from '../rack/hardware.ts';
import { spread } from '../strategies/spread.ts';
import { rack } from '../venues/rack.ts';

export const rackDesk =
  (config: SolverConfig): DeskOf =>
  async (world) => {
    await mkdir(world.dir, { recursive: true });
    const hardware = await detectHardware(world.dir);
    world.log('hardware', { ...hardware });
    const all = leasable(hardware);
    const part = (amount: number) => Math.floor((amount * config.rack.shareBps) / 10_000);
    // Processors are shared in time, so all of them may be leased; memory and disk may not.
    const has = { ...all, memoryMiB: part(all.memoryMiB), diskGiB: part(all.diskGiB) };
    const venue = rack(world, { ...config.rack, has });
    return { name: 'rack', venues: [venue], strategy: spread({ bps: config.spreadBps ?? 0 }), close: venue.close };
  };
