import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth } from '@nestjs/swagger';
import { ApiProblem } from '#http';

/** Describes a closed route, or a controller of closed routes: the access token, and how it may be refused. */
export const ApiSession = () =>
  applyDecorators(
    ApiBearerAuth(),
    ApiProblem(400, 'auth.several_credentials', 'More than one credential.'),
    ApiProblem(401, 'auth.unauthenticated', 'No access token.'),
    ApiProblem(401, 'auth.invalid_token', 'The access token is not valid, or its session is over.'),
  );

/** Describes a route that asks for a fresh proof of who the user is. */
export const ApiFreshness = () =>
  ApiProblem(401, 'auth.insufficient_user_authentication', 'The session is too old: reauthenticate first.');

/** Describes a route that starts a session for who has just shown a password. */
export const ApiCredentialRace = () =>
  applyDecorators(
    ApiProblem(401, 'auth.credential_changed', 'The password was changed in this moment.'),
    ApiProblem(403, 'auth.banned', 'The account is banned.'),
  );

/** Describes a route that checks or hashes a password. */
export const ApiPassword = () =>
  applyDecorators(
    ApiProblem(422, 'request.invalid', 'The input is not valid.'),
    ApiProblem(503, 'auth.busy', 'Too many logins at once.'),
  );
