/** Runs a program as it is, without the meter: what the metered one is compared with. */
import { seedOf, wasi, Exit } from '../../../intents/job/wasi.ts';
import type { JobSpec } from '../../../intents/job/run.ts';

export type Raw = { output: Uint8Array; exitCode: number; trapped: boolean };

export function runRaw({ module, input, args, outputMiB }: JobSpec): Raw {
  const shim = wasi({ args, input, seed: seedOf(module, input), outputBytes: outputMiB * 2 ** 20 });
  const program = new WebAssembly.Module(module as BufferSource);
  const end = (exitCode: number, trapped: boolean): Raw => ({ output: shim.output(), exitCode, trapped });
  const host = { memory: undefined as unknown as WebAssembly.Memory, charge: () => {}, fuelUsed: () => 0n };
  shim.attach(host);
  const { exports } = new WebAssembly.Instance(program, shim.imports);
  host.memory = exports['memory'] as WebAssembly.Memory;
  try {
    (exports['_start'] as () => void)();
    return end(0, false);
  } catch (error) {
    if (error instanceof Exit) return end(error.exitCode, false);
    if (error instanceof WebAssembly.RuntimeError) return end(134, true);
    throw error;
  }
}
