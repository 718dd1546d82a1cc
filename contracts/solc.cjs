#!/usr/bin/env node
// forge runs this file as `solc`; it answers with the WebAssembly compiler from npm.
const solc = require('solc');

if (process.argv.includes('--version')) {
  const version = solc.version().replace('.Emscripten.clang', '.Linux.g++');
  console.log(`solc, the solidity compiler commandline interface\nVersion: ${version}`);
  process.exit(0);
}
process.stdout.write(solc.compile(require('fs').readFileSync(0, 'utf8')));
