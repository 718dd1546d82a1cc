#!/usr/bin/env node
import { register } from 'tsx/esm/api';

// Before tsx looks at every module: this halves the time until the first word is read.
await import(process.argv[2] === 'parse' ? 'viem/utils' : 'viem');
register();
await import('../api/cli/main.ts');
