/** What we read of a request, on Fastify and on Express alike. */
export interface IncomingRequest {
  headers: Record<string, string | string[] | undefined>;
  ip?: string;
  /** Fastify's way to Node's own request. */
  raw?: { rawHeaders: string[] };
  rawHeaders?: string[];
}
