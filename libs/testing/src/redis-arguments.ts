import { type TlsFiles } from './tls-files.js';

export interface RedisUnderTestOptions {
  /** Only over TLS, with a certificate of its own authority: see `caFile`. Not together with `replicaOf`. */
  tls?: boolean;
  password?: string;
  /** More arguments of the server's command line. */
  args?: string[];
  /** The master, whose password it is given. */
  replicaOf?: { url: string };
}

export function urlFor(port: number, tls: TlsFiles | null, { password }: RedisUnderTestOptions): string {
  const account = password === undefined ? '' : `:${encodeURIComponent(password)}@`;
  return `${tls ? 'rediss' : 'redis'}://${account}127.0.0.1:${port}`;
}

/** The command line of the server, without the program. */
export function argumentsFor(port: number, tls: TlsFiles | null, options: RedisUnderTestOptions): string[] {
  const { password, replicaOf, args = [] } = options;
  return [
    ...['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    ...['--repl-diskless-sync-delay', '0'], // a replica would wait for others, 5 s long
    ...(tls ? tlsArguments(port, tls) : ['--port', String(port)]),
    ...(password === undefined ? [] : ['--requirepass', password]),
    ...(replicaOf ? replicaArguments(replicaOf) : []),
    ...args,
  ];
}

function tlsArguments(port: number, { caFile, certFile, keyFile }: TlsFiles): string[] {
  return [
    ...['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no'],
    ...['--tls-ca-cert-file', caFile, '--tls-cert-file', certFile, '--tls-key-file', keyFile],
  ];
}

function replicaArguments(master: { url: string }): string[] {
  const { hostname, port, password } = new URL(master.url);
  const account = password === '' ? [] : ['--masterauth', decodeURIComponent(password)];
  return ['--replicaof', hostname, port, ...account];
}
