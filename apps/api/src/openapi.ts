import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

export const DOCUMENTATION_PATH = '/docs';

/** The description of the HTTP interface (OpenAPI 3.1), made from the controllers. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Portcullis')
    .setDescription('Sessions and profiles: a session that was ended stays ended.')
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build();
  return SwaggerModule.createDocument(app, about);
}

export interface Documented {
  /** The application that is described; the one that serves the description may be another. */
  of: INestApplication;
  /** Where its requests are sent; null = where the description is. */
  publicUrl: string | null;
}

/** Swagger UI, and the document itself at /openapi.json. Requests can be tried out only where both are one server. */
export function serveDocumentation(app: INestApplication, { of, publicUrl }: Documented): void {
  SwaggerModule.setup(
    DOCUMENTATION_PATH,
    app,
    () => ({ ...openApiDocument(of), servers: publicUrl === null ? [] : [{ url: publicUrl }] }),
    {
      jsonDocumentUrl: 'openapi.json',
      swaggerOptions: app === of ? {} : { supportedSubmitMethods: [] },
    },
  );
}
