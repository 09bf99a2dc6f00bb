import { isIPv6 } from 'node:net';

/** Where a server listens; an IPv6 address is without brackets. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** What `host:port` means; an IPv6 address stands in brackets. Undefined if it is anything else. */
export function readHostAndPort(text: string): HostAndPort | undefined {
  const { ipv6, name, port } = /^(?:\[(?<ipv6>.+)\]|(?<name>[\w.-]+)):(?<port>[1-9]\d{0,4})$/.exec(text)?.groups ?? {};
  const host = ipv6 === undefined || isIPv6(ipv6) ? (ipv6 ?? name) : undefined;
  return host !== undefined && Number(port) <= 65535 ? { host, port: Number(port) } : undefined;
}
