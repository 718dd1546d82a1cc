/** What this machine really has, and how much of it a provider can lease out. */
import { statfs } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import type { Resources } from '../../intents/order.ts';

export type Hardware = {
  cpuModel: string;
  /** 1000 per processor that this process may use. */
  cpuMilli: number;
  /** All memory, or what a container leaves of it. */
  memoryMiB: number;
  memoryFreeMiB: number;
  /** Free space for this user in the folder that holds leases. */
  diskFreeGiB: number;
};

const MIB = 2 ** 20;
const GIB = 2 ** 30;
/** Kept for the machine itself and the solver. */
const KEPT_MEMORY_MIB = 512;
const KEPT_DISK_GIB = 2;

/** Reads the machine. `dir` is where leases will live. */
export async function detectHardware(dir: string): Promise<Hardware> {
  const { bavail, bsize } = await statfs(dir);
  const constrained = process.constrainedMemory?.() ?? 0;
  const memory = constrained > 0 && constrained < totalmem() ? constrained : totalmem();
  return {
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    cpuMilli: 1000 * availableParallelism(),
    memoryMiB: Math.floor(memory / MIB),
    memoryFreeMiB: Math.floor(Math.min(freemem(), memory) / MIB),
    diskFreeGiB: Math.floor((bavail * bsize) / GIB),
  };
}

/** What may be leased at one time: every processor, and memory and disk less what the machine keeps. Never negative; no GPU yet. */
export function leasable({ cpuMilli, memoryFreeMiB, diskFreeGiB }: Hardware): Resources {
  return {
    cpuMilli,
    memoryMiB: Math.max(0, memoryFreeMiB - KEPT_MEMORY_MIB),
    diskGiB: Math.max(0, diskFreeGiB - KEPT_DISK_GIB),
    gpus: 0,
    gpuModel: '',
    gpuMemoryMiB: 0,
  };
}

/** What is missing of `wanted`, each as need and have; empty when it fits. */
export function lacking(has: Resources, wanted: Resources): string[] {
  const short = (name: string, unit: string, need: number, have: number) => (need > have ? [`${name}: needs ${need}${unit}, has ${have}${unit}`] : []);
  return [
    ...short('processors', ' milli', wanted.cpuMilli, has.cpuMilli),
    ...short('memory', ' MiB', wanted.memoryMiB, has.memoryMiB),
    ...short('disk', ' GiB', wanted.diskGiB, has.diskGiB),
    ...short('GPUs', '', wanted.gpus, has.gpus),
    ...(wanted.gpus > 0 && wanted.gpuModel !== '' && wanted.gpuModel !== has.gpuModel ? [`GPU: needs ${wanted.gpuModel}, has ${has.gpuModel || 'none'}`] : []),
  ];
}
