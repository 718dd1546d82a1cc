/** `tender`: the command line. */
import { runCommand } from './command.ts';

// A reader that goes away (`tender parse | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
process.exitCode = await runCommand(process.argv.slice(2));
