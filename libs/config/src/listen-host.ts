/** A setting for the address to listen on; without being told, a process serves its own machine only. */
export const LISTEN_HOST = {
  expected: 'an IP address or a host name',
  default: '127.0.0.1',
  read: (text: string) => (/^[\w.:%-]+$/.test(text) ? text : undefined),
};
