/** One process per file: two writers of one journal, or two solvers with one key, would pay twice. */
import { readFile, unlink, writeFile } from 'node:fs/promises';
import { TenderError } from '../intents/errors.ts';

/**
 * Takes the lock at `path` for `what`; call the result to let go. A process that died without letting go (kill −9) does not
 * keep it. TenderError `journal_in_use`: another live process has it.
 */
export async function lockFile(path: string, what: string): Promise<() => Promise<void>> {
  const mine = `${process.pid} ${(await startOf(process.pid)) ?? ''}`;
  for (;;) {
    try {
      await writeFile(path, mine, { flag: 'wx', mode: 0o600 });
      return () => release(path, mine);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const theirs = await readFile(path, 'utf8').catch(() => '');
    const [pid, start] = theirs.split(' ');
    if (Number(pid) > 0 && isAlive(Number(pid)) && (!start || start === (await startOf(Number(pid))))) {
      throw new TenderError('journal_in_use', `Process ${pid} is using ${what}.`, { hint: 'Stop it first, or give this one a folder of its own.' });
    }
    await release(path, theirs);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Start time of a process (clock ticks since boot), where /proc tells: a number that is used again is another process. */
async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

async function release(path: string, content: string) {
  if ((await readFile(path, 'utf8').catch(() => undefined)) === content) await unlink(path).catch(() => {});
}
