/** Confines a child process with what this machine has: bubblewrap, else namespaces, else only a process group of its own. */
import { spawn } from 'node:child_process';

/**
 * `bubblewrap` and `namespaces`: own root with the system's programs read-only, own processes, no network.
 * `process`: own process group, environment and limits; it sees the machine's files and network as its user does.
 */
export type Isolation = 'bubblewrap' | 'namespaces' | 'process';

export type Confinement = {
  /** A folder of this machine that is to be the writable `/lease`. Without it the child has only a small `/tmp`. */
  folder?: string;
  /** Programs outside the system's folders which the child must be able to run, such as this Node. */
  programs?: string[];
};

const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/etc/alternatives', '/etc/ld.so.cache', '/etc/ssl'];
/** Where tools are looked for; children get no other variable of this process. */
export const TOOL_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** No user has this number: what runs under it can touch nothing else. */
const NOBODY = 65_534;
const isRoot = () => process.getuid?.() === 0;
/**
 * As whom a confined process runs when this one is root, and so whose its folder must be. Bubblewrap only renames root,
 * without its powers; the others change to a user that owns nothing.
 */
export const confinedUser = (isolation: Isolation) => (isRoot() && isolation !== 'bubblewrap' ? NOBODY : undefined);

/** The command line that runs `command` under `isolation`. */
export function confine(isolation: Isolation, command: string[], confinement: Confinement = {}): string[] {
  if (isolation === 'bubblewrap') return bubblewrap(command, confinement);
  if (isolation === 'namespaces') return namespaces(command, confinement);
  return command;
}

function bubblewrap(command: string[], { folder, programs = [] }: Confinement): string[] {
  const bind = (kind: string, paths: string[]) => paths.flatMap((path) => [kind, path, path]);
  return [
    'bwrap', '--unshare-all', '--unshare-user', '--die-with-parent', '--new-session', '--clearenv', '--setenv', 'PATH', TOOL_PATH,
    '--cap-drop', 'ALL',
    ...(isRoot() ? ['--uid', `${NOBODY}`, '--gid', `${NOBODY}`] : []),
    ...bind('--ro-bind-try', SYSTEM), ...bind('--ro-bind', programs),
    '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp',
    ...(folder === undefined ? ['--chdir', '/tmp'] : ['--bind', folder, '/lease', '--chdir', '/lease']),
    '--remount-ro', '/',
    '--', ...command,
  ];
}

/**
 * Builds a root of its own on a tmpfs (over /sys, which nothing here needs), moves into it, and drops every privilege.
 * The shell stays as the first process, so that the confined one can be killed from within; when it ends, all end.
 */
const ENTER = `set -e
folder=$1; number=$2; programs=$3; shift 3
root=/sys; links=
mount -t tmpfs -o mode=755,size=1m,nosuid,nodev tender $root
mkdir -p $root/etc $root/dev $root/proc $root/lease $root/tmp
attach() { mount --bind "$1" "$root$1"; mount -o remount,bind,ro,nosuid "$root$1"; }
for path in ${SYSTEM.join(' ')}; do
  if [ -L $path ]; then links="$links $path"
  elif [ -d $path ]; then mkdir -p $root$path; attach $path
  elif [ -f $path ]; then : > $root$path; attach $path; fi
done
[ -z "$links" ] || cp -P $links $root/
while [ $programs -gt 0 ]; do
  [ -e "$root$1" ] || { mkdir -p "$root\${1%/*}"; : > "$root$1"; attach "$1"; }
  shift; programs=$((programs - 1))
done
for device in null zero full random urandom; do : > $root/dev/$device; mount --bind /dev/$device $root/dev/$device; done
ln -s /proc/self/fd $root/dev/fd; ln -s fd/0 $root/dev/stdin; ln -s fd/1 $root/dev/stdout; ln -s fd/2 $root/dev/stderr
mount -t proc -o nosuid,nodev,noexec proc $root/proc
if [ -n "$folder" ]; then mount --bind "$folder" $root/lease; mount -o remount,bind,nosuid,nodev $root/lease; fi
mount -t tmpfs -o mode=1777,size=64m,nosuid,nodev tender $root/tmp
ip link set lo up 2>/dev/null || true
mount -o remount,bind,ro,nosuid,nodev $root
cd $root; pivot_root . .; umount -l .
if [ -n "$folder" ]; then cd /lease; else cd /tmp; fi
[ -z "$number" ] || number="--reuid=$number --regid=$number --clear-groups"
set +e
setpriv $number --inh-caps=-all --bounding-set=-all --no-new-privs -- "$@"
exit $?
`;

function namespaces(command: string[], { folder = '', programs = [] }: Confinement): string[] {
  return [
    'setpriv', '--pdeathsig', 'KILL', 'unshare', '--mount', '--pid', '--net', '--ipc', '--uts', '--fork', '--kill-child', ...(isRoot() ? [] : ['--user', '--map-root-user']),
    'sh', '-c', ENTER, 'tender', folder, isRoot() ? `${NOBODY}` : '', `${programs.length}`, ...programs, ...command,
  ];
}

let probed: Promise<Isolation> | undefined;

/** The strongest isolation that works here, found by running a command under it; asked once per process. */
export function strongestIsolation(): Promise<Isolation> {
  probed ??= (async () => {
    if (process.platform !== 'linux') return 'process';
    const best = isRoot() ? (['namespaces', 'bubblewrap'] as const) : (['bubblewrap', 'namespaces'] as const);
    for (const isolation of best) if (await works(isolation)) return isolation;
    return 'process';
  })();
  return probed;
}

/** Whether a confined Node starts and says so. */
export async function works(isolation: Isolation): Promise<boolean> {
  const script = 'process.stdout.write("confined")';
  const [file, ...args] = confine(isolation, [process.execPath, '-e', script], { programs: [process.execPath] }) as [string, ...string[]];
  return new Promise((resolve) => {
    const child = spawn(file, args, { env: { PATH: TOOL_PATH }, stdio: ['ignore', 'pipe', 'ignore'], timeout: 5_000, killSignal: 'SIGKILL' });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString().slice(0, 64)));
    child.on('error', () => resolve(false));
    child.on('close', () => resolve(said === 'confined'));
  });
}
