import { Problem } from './problem.js';

/** A 401 with the challenge that every 401 must carry (RFC 9110 section 15.5.2), for bearer tokens (RFC 6750 section 3). */
export class Challenge extends Problem {
  constructor(code: string, detail: string, parameters?: string) {
    super(401, code, detail, { headers: { 'WWW-Authenticate': parameters ? `Bearer ${parameters}` : 'Bearer' } });
  }
}
