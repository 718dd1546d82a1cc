/** Where the database is: reads TENDER_DATABASE without loading a driver. */
import { TenderError } from '../../intents/errors.ts';

/** A URL (also `postgres://user@/db?host=/socket/folder`), or the same members as JSON. */
export type DatabaseAddress = string;
export type DatabaseOptions = { path?: string; host?: string; port?: number; user?: string; password?: string; database?: string; ssl?: string };

/** Reads TENDER_DATABASE. Throws TenderError `bad_database` without repeating it: it may hold a password. */
export function parseDatabase(address: DatabaseAddress): DatabaseOptions {
  const bad = () => new TenderError('bad_database', 'The database address is not understood.', { hint: 'Use postgres://user@host:port/name.' });
  if (address.trim().startsWith('{')) {
    try {
      return JSON.parse(address) as DatabaseOptions;
    } catch {
      throw bad();
    }
  }
  const match = /^postgres(?:ql)?:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^/?]*)\/([^?]*)(?:\?(.*))?$/.exec(address.trim());
  if (!match) throw bad();
  const [, user, password, place = '', database, query] = match;
  const parameters = new URLSearchParams(query);
  const folder = parameters.get('host');
  const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(place) ?? [];
  const ssl = parameters.get('sslmode');
  const number = Number(port ?? parameters.get('port') ?? 5432);
  return {
    ...(folder?.startsWith('/') ? { path: `${folder}/.s.PGSQL.${number}` } : { host: folder ?? (host || 'localhost'), port: number }),
    ...(user && { user: decodeURIComponent(user) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(database && { database: decodeURIComponent(database) }),
    ...(ssl && ssl !== 'disable' && { ssl }),
  };
}
