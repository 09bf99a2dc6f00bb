import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ProblemDocument } from './problem.dto.js';
import { problemDocument } from './problem.js';

type Examples = Record<string, { summary: string; value: ProblemDocument }>;

// By the method or class that they describe, then by status.
const documented = new WeakMap<object, Map<number, Examples>>();

/**
 * Documents that a route (or every route of a controller) may answer with this problem, with an example named by its
 * code. Several codes of one status become several examples of one answer.
 */
export function ApiProblem(status: number, code: string, description: string): MethodDecorator & ClassDecorator {
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    const examples = examplesOf((descriptor?.value as object | undefined) ?? target, status);
    examples[code] = { summary: description, value: problemDocument(status, code, description) };
    const decorate = applyDecorators(
      ApiExtraModels(ProblemDocument),
      describeAnswer(status, code, description, examples),
    );
    return decorate(target, key as string, descriptor as PropertyDescriptor) as undefined;
  };
}

function examplesOf(described: object, status: number): Examples {
  const byStatus = documented.get(described) ?? new Map<number, Examples>();
  const examples = byStatus.get(status) ?? {};
  documented.set(described, byStatus.set(status, examples));
  return examples;
}

/** Swagger joins the descriptions of one status, and keeps the content given last. */
function describeAnswer(status: number, code: string, description: string, examples: Examples) {
  const schema = { $ref: getSchemaPath(ProblemDocument) };
  const content = { 'application/problem+json': { schema, examples: { ...examples } } };
  return ApiResponse({ status, description: `\`${code}\`: ${description}`, content });
}
