import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { ApiProblem } from './api-problem.decorator.js';

@Controller()
@ApiProblem(503, 'server.unavailable', 'Later.')
class DocumentedController {
  @Get('one')
  @ApiProblem(401, 'auth.token_expired', 'Expired.')
  @ApiProblem(401, 'auth.token_invalid', 'Invalid.')
  one() {
    return {};
  }

  @Get('other')
  @ApiProblem(401, 'auth.other', 'Other.')
  other() {
    return {};
  }
}

@Module({ controllers: [DocumentedController] })
class DocumentedModule {}

describe(ApiProblem.name, () => {
  it('makes several codes of one status examples of one answer, route by route', async () => {
    const app = await NestFactory.create<NestFastifyApplication>(DocumentedModule, new FastifyAdapter(), {
      logger: false,
    });
    const { paths, components } = SwaggerModule.createDocument(app, new DocumentBuilder().build());
    const answers = (path: string) => JSON.parse(JSON.stringify(paths[path]?.get?.responses)) as Record<string, Answer>;
    const expired = answers('/one')['401']?.content['application/problem+json'];
    expect(expired?.schema).toEqual({ $ref: '#/components/schemas/ProblemDocument' });
    expect(Object.keys(expired?.examples ?? {}).sort()).toEqual(['auth.token_expired', 'auth.token_invalid']);
    expect(expired?.examples['auth.token_expired']).toMatchObject({
      summary: 'Expired.',
      value: { status: 401, code: 'auth.token_expired', type: 'urn:portcullis:auth.token_expired' },
    });
    expect(Object.keys(answers('/other')['401']?.content['application/problem+json'].examples ?? {})).toEqual([
      'auth.other',
    ]);
    expect(answers('/other')).toHaveProperty('503');
    expect(components?.schemas).toHaveProperty('ProblemDocument');
    await app.close();
  });
});

interface Answer {
  content: Record<'application/problem+json', { schema: unknown; examples: Record<string, unknown> }>;
}
