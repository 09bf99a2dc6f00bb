const SELF_CONTAINED = "default-src 'none'; frame-ancestors 'none'";

// The page of Swagger UI: its own scripts, styles that it sets inline, icons as data URIs, requests to this server.
const DOCUMENTATION = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * On every answer, whoever writes it (OWASP HTTP Headers and REST Security cheat sheets, ASVS 5.0 V3.4). There is no
 * X-Frame-Options, because frame-ancestors has replaced it. `cache-control` is a default that a handler may replace.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'content-security-policy': SELF_CONTAINED,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** The same for the pages of Swagger UI. */
export const DOCUMENTATION_HEADERS: Readonly<Record<string, string>> = {
  ...SECURITY_HEADERS,
  'content-security-policy': DOCUMENTATION,
};
