/** What came back: the body parsed, when it is JSON. */
export interface Answer<Body = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: Body;
}

export interface CallOptions {
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** A token pair and whose it is, as register, login, refresh and reauthenticate answer it. */
export interface Grant {
  user: { id: string; email: string; emailVerified: boolean; role: string; createdAt: string };
  session: SessionView;
  accessToken: string;
  tokenType: string;
  expiresIn: number;
  refreshToken: string;
}

export interface SessionView {
  id: string;
  current: boolean;
  deviceName: string | null;
  userAgent: string | null;
  ip: string | null;
  createdAt: string;
  lastSeenAt: string;
  idleExpiresAt: string;
  expiresAt: string;
}

/** More than the 5 s after which a call counts as hung: the machine may be busy, and a first write waits out a lease. */
const HUNG_MS = 10_000;

/**
 * Speaks to the servers in turn, so that what one has done is next asked of another. Watches every answer for what all of
 * them must have, and remembers every secret that went either way.
 */
export class ApiClient {
  readonly secrets = new Set<string>();
  /** Answers that nobody should get, or that took too long. */
  readonly failures: string[] = [];
  private turn = 0;

  constructor(private readonly urls: () => string[]) {}

  async call<Body = Record<string, unknown>>(
    method: string,
    path: string,
    options: CallOptions = {},
  ): Promise<Answer<Body>> {
    const urls = this.urls();
    const { token, body, headers } = options;
    this.remember({ token, body });
    const sentAt = performance.now();
    const response = await fetch(urls[this.turn++ % urls.length] + path, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    const tookMs = Math.round(performance.now() - sentAt);
    if (response.status >= 500 || tookMs > HUNG_MS)
      this.failures.push(`${method} ${path}: ${response.status} after ${tookMs} ms`);
    const answer = {
      status: response.status,
      headers: response.headers,
      body: (text ? JSON.parse(text) : null) as Body,
    };
    expectWhatEveryAnswerHas(answer);
    this.remember(answer.body);
    return answer;
  }

  private remember(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      if (/token$|password$/i.test(name) && typeof inner === 'string' && inner.length >= 8) this.secrets.add(inner);
      this.remember(inner);
    }
  }
}

function expectWhatEveryAnswerHas({ status, headers, body }: Answer<unknown>): void {
  expect(headers.get('x-request-id')).toMatch(/^[A-Za-z0-9._-]{8,64}$/);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('strict-transport-security')).toContain('max-age=31536000');
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(headers.get('cache-control')).toBeTruthy();
  if (status < 400) return;
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const { code } = body as { code: string };
  expect(body).toMatchObject({ type: `urn:portcullis:${code}`, status, requestId: headers.get('x-request-id') });
  if (status === 401) expect(headers.get('www-authenticate')).toMatch(/^Bearer/);
  if (status === 503) expect(headers.get('retry-after')).toMatch(/^\d+$/);
}
