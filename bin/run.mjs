#!/usr/bin/env node
// Runs one TypeScript file of this repository: `node bin/run.mjs FILE [ARGUMENT ...]`.
import { register } from 'tsx/esm/api';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';

register();
const [file, ...rest] = process.argv.slice(2);
process.argv.splice(1, process.argv.length - 1, resolve(file), ...rest);
await import(pathToFileURL(resolve(file)).href);
