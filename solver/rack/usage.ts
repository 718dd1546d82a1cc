/** Measures what the processes of a lease use, from /proc. Empty where there is no /proc. */
import { readdirSync, readFileSync } from 'node:fs';
import { MARK } from './line.ts';

export type Used = { cpuSeconds: number; childSeconds: number; memoryMiB: number };

const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

function read(pid: number | string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return '';
  }
}

function processes(): number[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number);
  } catch {
    return [];
  }
}

/** Processes that carry the mark of lease `id` in the environment they were started with. */
export const marked = (id: string): number[] =>
  processes().filter((pid) => pid !== process.pid && read(pid, 'environ').split('\0').includes(`${MARK}=${id}`));

/** Every process that can be seen, but for the first and this one. */
export const others = (): number[] => processes().filter((pid) => pid !== 1 && pid !== process.pid);

/** What one process uses now; `childSeconds` is what its ended children used. Memory that it shares is left out. */
export function usedBy(pid: number): Used {
  const fields = read(pid, 'stat').replace(/^.*\) /s, '').split(' ').map(Number);
  const [, resident = '0', shared = '0'] = read(pid, 'statm').split(' ');
  const seconds = (first: number) => ((fields[first] ?? 0) + (fields[first + 1] ?? 0)) / TICKS_PER_SECOND;
  return {
    cpuSeconds: seconds(11),
    childSeconds: seconds(13),
    memoryMiB: (Math.max(0, Number(resident) - Number(shared)) * PAGE_BYTES) / 2 ** 20,
  };
}
