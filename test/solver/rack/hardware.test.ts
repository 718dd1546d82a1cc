/** What the rack says it has is what is there. */
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { describe, expect, it } from 'vitest';
import { detectHardware, lacking, leasable } from '../../../solver/rack/hardware.ts';

describe('hardware', () => {
  it('is read from the machine', async () => {
    const hardware = await detectHardware(tmpdir());
    expect(hardware.cpuMilli).toBe(1000 * availableParallelism());
    expect(hardware.memoryMiB).toBeGreaterThan(0);
    expect(hardware.memoryMiB).toBeLessThanOrEqual(Math.ceil(totalmem() / 2 ** 20));
    expect(hardware.memoryFreeMiB).toBeLessThanOrEqual(hardware.memoryMiB);
    expect(hardware.cpuModel).not.toBe('');
  });
  it('never offers less than nothing', () => {
    const tiny = { cpuModel: 'x', cpuMilli: 1000, memoryMiB: 256, memoryFreeMiB: 100, diskFreeGiB: 0 };
    expect(leasable(tiny)).toMatchObject({ cpuMilli: 1000, memoryMiB: 0, diskGiB: 0, gpus: 0 });
  });
  it('says what is lacking, as need and have', () => {
    const has = { cpuMilli: 2000, memoryMiB: 4096, diskGiB: 10, gpus: 0, gpuModel: '', gpuMemoryMiB: 0 };
    expect(lacking(has, { ...has })).toEqual([]);
    expect(lacking(has, { ...has, cpuMilli: 4000, gpus: 1, gpuModel: 'nvidia/h100' })).toEqual([
      'processors: needs 4000 milli, has 2000 milli', 'GPUs: needs 1, has 0', 'GPU: needs nvidia/h100, has none',
    ]);
  });
});
