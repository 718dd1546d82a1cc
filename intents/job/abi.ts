/** What a job's program may import: the functions of WASI preview 1, without sockets and signals. */

export const WASI = 'wasi_snapshot_preview1';

/** Parameters (`i` = i32, `l` = i64) of each function. All return one i32 (an errno) except `proc_exit`, which returns nothing. */
export const WASI_FUNCTIONS: Readonly<Record<string, string>> = {
  args_get: 'ii', args_sizes_get: 'ii', environ_get: 'ii', environ_sizes_get: 'ii',
  clock_res_get: 'ii', clock_time_get: 'ili',
  fd_advise: 'illi', fd_allocate: 'ill', fd_close: 'i', fd_datasync: 'i', fd_fdstat_get: 'ii', fd_fdstat_set_flags: 'ii',
  fd_fdstat_set_rights: 'ill', fd_filestat_get: 'ii', fd_filestat_set_size: 'il', fd_filestat_set_times: 'illi',
  fd_pread: 'iiili', fd_prestat_get: 'ii', fd_prestat_dir_name: 'iii', fd_pwrite: 'iiili', fd_read: 'iiii', fd_readdir: 'iiili',
  fd_renumber: 'ii', fd_seek: 'ilii', fd_sync: 'i', fd_tell: 'ii', fd_write: 'iiii',
  path_create_directory: 'iii', path_filestat_get: 'iiiii', path_filestat_set_times: 'iiiilli', path_link: 'iiiiiii',
  path_open: 'iiiiillii', path_readlink: 'iiiiii', path_remove_directory: 'iii', path_rename: 'iiiiii', path_symlink: 'iiiii',
  path_unlink_file: 'iii', poll_oneoff: 'iiii', proc_exit: 'i', random_get: 'ii', sched_yield: '',
};

/** Names under which the metered program exports its counters; no program may use them itself. */
export const EXPORTS = { fuel: 'tender:fuel', slots: 'tender:slots', start: 'tender:start' } as const;

/** Marks, in the slots counter, that the host could not give memory which the job had paid for: no result may be drawn from it. */
export const HOST_OUT_OF_MEMORY = -(2 ** 31);

/** Limits of a program and of what it may be given. Sizes in bytes, memory in 64 KiB pages, stack in 8-byte slots. */
export const LIMITS = {
  moduleBytes: 16 * 2 ** 20,
  bodyBytes: 2 ** 20,
  functions: 50_000,
  locals: 10_000,
  tables: 16,
  tableElements: 2 ** 20,
  stackSlots: 131_072,
  memoryMiB: 4096,
  outputMiB: 64,
  inputBytes: 64 * 2 ** 20,
} as const;
