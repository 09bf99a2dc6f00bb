import { BadGatewayException, HttpException, NotFoundException, ServiceUnavailableException } from '@nestjs/common';
import { Problem } from './problem.js';
import { toProblem } from './to-problem.js';

const told = (error: unknown) => {
  const problem = toProblem(error);
  return `${problem.getStatus()} ${problem.code}`;
};

describe(toProblem.name, () => {
  it('leaves a Problem as it is', () => {
    const problem = new Problem(409, 'auth.email_taken', 'Taken.');
    expect(toProblem(problem)).toBe(problem);
  });

  it.each([
    ['a Nest exception', new NotFoundException('Cannot GET /hunter2'), '404 request.not_found'],
    ['a status without a code of its own', new HttpException('tea', 418), '418 request.refused'],
    ['a redirect that was thrown', new HttpException('away', 302), '500 server.error'],
    ['an unavailable service', new ServiceUnavailableException(), '503 server.unavailable'],
    ['any other 5xx', new BadGatewayException(), '500 server.error'],
    [
      'a client that gave up',
      Object.assign(new Error('aborted'), { code: 'ECONNRESET', statusCode: 400 }),
      '400 request.malformed',
    ],
    ['an outage', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), '503 server.unavailable'],
    ['any other error', new TypeError('x'), '500 server.error'],
    ['what is no error', 'hunter2', '500 server.error'],
    ['nothing', undefined, '500 server.error'],
  ])('turns %s into a Problem that repeats none of it', (_what, error, expected) => {
    expect(told(error)).toBe(expected);
    expect(JSON.stringify(toProblem(error).document())).not.toMatch(/hunter2|tea|connect/);
  });

  it('keeps what was thrown as the cause', () => {
    const error = new Error('x');
    expect(toProblem(error).cause).toBe(error);
  });
});

describe(Problem.name, () => {
  it('is an HttpException that Nest answers with the document even without the filter', () => {
    const errors = [{ pointer: '#/email', message: 'must be an email' }];
    const problem = new Problem(422, 'request.invalid', 'Not valid.', { errors });
    expect(problem).toBeInstanceOf(HttpException);
    expect(problem.message).toBe('Not valid.');
    expect(problem.getResponse()).toEqual({
      type: 'urn:portcullis:request.invalid',
      title: 'Unprocessable Entity',
      status: 422,
      detail: 'Not valid.',
      code: 'request.invalid',
      errors,
    });
  });
});
