export class JwkDto {
  kty: 'EC';

  crv: 'P-256';

  x: string;

  y: string;

  kid: string;

  alg: 'ES256';

  use: 'sig';
}

export class JwksDto {
  keys: JwkDto[];
}
