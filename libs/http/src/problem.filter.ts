import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type Problem } from './problem.js';
import { problemAnswer } from './problem-answer.js';
import { REQUEST_ID_HEADER } from './request-id.js';
import { toProblem } from './to-problem.js';

/**
 * Answers everything that is thrown with a problem document (see `toProblem`), on Fastify and on Express. What is
 * unexpected (500) is logged as an error and an outage (503) as a warning, each once, with the original; refusals are
 * not logged here.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const problem = toProblem(error);
    this.log(problem, error);
    this.answer(problem, host.switchToHttp().getResponse());
  }

  private log(problem: Problem, error: unknown): void {
    if (problem.getStatus() === 503) this.logger.warn(error);
    else if (problem.getStatus() >= 500) this.logger.error(error);
  }

  private answer(problem: Problem, response: unknown): void {
    const { httpAdapter } = this.adapterHost;
    if (httpAdapter.isHeadersSent(response)) return void httpAdapter.end(response);
    const requestId: unknown = httpAdapter.getHeader(response, REQUEST_ID_HEADER);
    const { status, headers, body } = problemAnswer(problem, typeof requestId === 'string' ? requestId : undefined);
    for (const [name, value] of Object.entries(headers)) httpAdapter.setHeader(response, name, value);
    httpAdapter.reply(response, body, status);
  }
}
