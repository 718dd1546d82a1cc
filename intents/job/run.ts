/** Runs a job: a pure function from program, arguments and input to output, fuel and one result hash. */
import { type Hex, sha256, stringToBytes } from 'viem';
import { TenderError } from '../errors.ts';
import { EXPORTS, HOST_OUT_OF_MEMORY, LIMITS } from './abi.ts';
import { forbidden } from './binary.ts';
import { meter } from './meter.ts';
import { Exit, OutputFull, seedOf, wasi, type Wasi } from './wasi.ts';

export type JobSpec = {
  /** The WebAssembly binary as it was ordered. */
  module: Uint8Array;
  /** Standard input. */
  input: Uint8Array;
  /** The whole argument line; `args[0]` is the program's name. See `argsOf`. */
  args: string[];
  /** The program is stopped when it has used this much. */
  fuelAtMost: bigint;
  memoryMiB: number;
  /** Standard output is cut, and the program stopped, after this many MiB. */
  outputMiB: number;
};

/** Why a program was stopped: `program` is a trap of its own (unreachable, out of bounds, division by zero …). */
export type Trap = 'fuel' | 'stack' | 'output' | 'program';

export type JobResult = {
  output: Uint8Array;
  stderr: Uint8Array;
  /** 134 after a trap. */
  exitCode: number;
  fuel: bigint;
  trap?: Trap;
  /** The engine's own words about a trap. Not part of the result, since engines differ. */
  detail?: string;
  result: Hex;
};

/** More would leave too little room below 2⁶³ for what one step may charge. */
const FUEL_CAP = 2n ** 62n;
const TRAP_EXIT_CODE = 134;

/** An order's `command` as arguments: split at white space. An empty command is `job`. */
export const argsOf = (command: string): string[] => {
  const words = command.split(/\s+/).filter((word) => word !== '');
  return words.length > 0 ? words : ['job'];
};

/**
 * What judges sign: sha-256 of three lines, `tender-job-1`, `exit N` or `trap KIND`, and the sha-256 of standard output
 * in hex without 0x, each ended by a line feed. Fuel is signed beside it; standard error is not part of it.
 */
export function resultOf({ output, exitCode, trap }: { output: Uint8Array; exitCode: number; trap?: Trap }): Hex {
  const end = trap === undefined ? `exit ${exitCode}` : `trap ${trap}`;
  return sha256(stringToBytes(`tender-job-1\n${end}\n${sha256(output).slice(2)}\n`));
}

/**
 * Runs a job to its end. Everything in the result follows from `spec` alone.
 * Errors: `job_too_large` (beyond `LIMITS`), `wasm_malformed` and `wasm_forbidden` (the program is not admitted), `job_host` (this machine could not give what
 * the job needs; no result may be drawn from it).
 */
export function runJob(spec: JobSpec): JobResult {
  const { module, input, args, fuelAtMost, memoryMiB, outputMiB } = spec;
  checkSize(spec);
  const metered = compile(meter(module, memoryMiB));
  const shim = wasi({ args, input, seed: seedOf(module, input), outputBytes: outputMiB * 2 ** 20 });
  const limit = fuelAtMost < FUEL_CAP ? fuelAtMost : FUEL_CAP;
  const program = instantiate(metered, shim, limit);
  const { exitCode, trap, detail } = execute(program);
  const left = program.fuel.value as bigint;
  const ended = { output: shim.output(), exitCode, ...(trap && { trap }) };
  return {
    ...ended,
    stderr: shim.stderr(),
    fuel: left < 0n ? limit : limit - left,
    ...(detail !== undefined && { detail }),
    result: resultOf(ended),
  };
}

/** Refuses what no machine of the network runs. Errors: `job_too_large`. */
export function checkSize({ input, memoryMiB, outputMiB }: JobSpec): void {
  const over = memoryMiB > LIMITS.memoryMiB ? 'memoryMiB' : outputMiB > LIMITS.outputMiB ? 'outputMiB' : input.length > LIMITS.inputBytes && 'input';
  if (!over) return;
  const most = over === 'input' ? `${LIMITS.inputBytes} bytes` : `${LIMITS[over]} MiB`;
  throw new TenderError('job_too_large', `A job may have at most ${most} of ${over.replace('MiB', '')}.`, { param: over });
}

function compile(bytes: Uint8Array): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes as BufferSource);
  } catch (cause) {
    throw forbidden(`the engine cannot compile it (${(cause as Error).message.slice(0, 120)})`);
  }
}

type Running = { instance: WebAssembly.Instance; fuel: WebAssembly.Global; slots: WebAssembly.Global };

/** Thrown through the program when a call into the host uses up its fuel. */
class OutOfFuel extends Error {}

function instantiate(module: WebAssembly.Module, shim: Wasi, limit: bigint): Running {
  const instance = trying(() => new WebAssembly.Instance(module, shim.imports));
  const fuel = instance.exports[EXPORTS.fuel] as WebAssembly.Global;
  const slots = instance.exports[EXPORTS.slots] as WebAssembly.Global;
  fuel.value = limit;
  slots.value = LIMITS.stackSlots;
  shim.attach({
    memory: instance.exports['memory'] as WebAssembly.Memory,
    fuelUsed: () => limit - (fuel.value as bigint),
    charge(amount) {
      fuel.value = (fuel.value as bigint) - amount;
      if ((fuel.value as bigint) < 0n) throw new OutOfFuel('The job used all its fuel.');
    },
  });
  return { instance, fuel, slots };
}

/** A program whose segments do not fit its memory fails here, on every machine; the rest is the machine's shortage. */
function trying(make: () => WebAssembly.Instance): WebAssembly.Instance {
  try {
    return make();
  } catch (cause) {
    if (cause instanceof WebAssembly.RuntimeError) throw forbidden('its data or elements lie outside its memory or tables');
    throw hostFailure((cause as Error).message);
  }
}

const hostFailure = (what: string) =>
  new TenderError('job_host', `This machine could not run the job: ${what.slice(0, 200)}`, { hint: 'The result is open; try another machine.' });

function execute({ instance, fuel, slots }: Running): { exitCode: number; trap?: Trap; detail?: string } {
  const call = (name: string) => (instance.exports[name] as (() => void) | undefined)?.();
  try {
    call(EXPORTS.start);
    call('_start');
    return { exitCode: 0 };
  } catch (error) {
    if (error instanceof Exit) return { exitCode: error.exitCode };
    const stopped = (trap: Trap) => ({ exitCode: TRAP_EXIT_CODE, trap, detail: (error as Error).message });
    if (error instanceof OutputFull) return stopped('output');
    if (slots.value === HOST_OUT_OF_MEMORY) throw hostFailure('it has not the memory that the job may use');
    if ((fuel.value as bigint) < 0n) return stopped('fuel');
    if ((slots.value as number) < 0) return stopped('stack');
    if (error instanceof WebAssembly.RuntimeError) return stopped('program');
    throw hostFailure((error as Error).message);
  }
}
