/** Everything that is wrong with the configuration, one mistake per line; never a value that was given. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly code = 'config.invalid';

  constructor(readonly mistakes: readonly string[]) {
    super(mistakes.join('\n'));
  }
}
