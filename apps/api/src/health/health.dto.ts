export class LivenessDto {
  status: 'ok';
}

export class ReadinessDto {
  status: 'ok';

  checks: ChecksDto;
}

export class ChecksDto {
  database: 'up';
}
