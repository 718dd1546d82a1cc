#!/usr/bin/env node
/**
 * forge runs this file as `solc`; it answers with the WebAssembly compiler from npm. Code generation is single-threaded
 * and slow there, so the sources are dealt to two workers, each generating code for its share, and their answers merged.
 */
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');

const WORKERS = Number(process.env.SOLC_JOBS ?? 2);
const wantsCode = (selection) =>
  Object.entries(selection ?? {}).some(([contract, outputs]) => contract !== '' && outputs.some((name) => /evm|ir|bytecode/.test(name)));

/** One selection per worker: every file goes to exactly one, the heaviest first to the least loaded. */
function deal(input) {
  const files = Object.keys(input.sources);
  const selectionOf = (file) => input.settings.outputSelection?.[file] ?? input.settings.outputSelection?.['*'];
  const weight = (file) => (wantsCode(selectionOf(file)) ? input.sources[file].content.length : 0);
  const shares = Array.from({ length: WORKERS }, () => ({ load: 0, selection: {} }));
  for (const file of files.sort((a, b) => weight(b) - weight(a))) {
    const selection = selectionOf(file);
    if (!selection) continue;
    const share = shares.reduce((least, next) => (next.load < least.load ? next : least));
    share.selection[file] = selection;
    share.load += weight(file);
  }
  return shares.filter((share) => share.load > 0).map((share) => share.selection);
}

function compileIn(input) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(__filename, { workerData: JSON.stringify(input), resourceLimits: { maxOldGenerationSizeMb: 4096 } });
    worker.once('message', (text) => resolve(JSON.parse(text)));
    worker.once('error', reject);
  });
}

function merge(answers) {
  const errors = new Map();
  const merged = { contracts: {}, sources: {}, errors: [] };
  for (const answer of answers) {
    for (const [file, contracts] of Object.entries(answer.contracts ?? {})) merged.contracts[file] = { ...merged.contracts[file], ...contracts };
    Object.assign(merged.sources, answer.sources);
    for (const error of answer.errors ?? []) errors.set(error.formattedMessage, error);
  }
  return { ...merged, errors: [...errors.values()] };
}

async function main() {
  if (process.argv.includes('--version')) {
    const version = require('solc').version().replace('.Emscripten.clang', '.Linux.g++');
    process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${version}\n`);
    return;
  }
  const text = require('node:fs').readFileSync(0, 'utf8');
  const input = JSON.parse(text);
  const shares = deal(input);
  if (shares.length < 2) {
    process.stdout.write(require('solc').compile(text));
    return;
  }
  const answers = shares.map((outputSelection) => compileIn({ ...input, settings: { ...input.settings, outputSelection } }));
  process.stdout.write(JSON.stringify(merge(await Promise.all(answers))));
}

if (isMainThread) main();
else parentPort.postMessage(require('solc').compile(workerData));
