/**
 * Ends the process with code 1. What was foreseen (a mistake in the configuration, a database that cannot be reached, a
 * port in use) has a code and is said in a sentence; anything else with its stack.
 */
export function exitWith(error: unknown): never {
  const { code, message, stack } = error as { code?: unknown; message?: string; stack?: string };
  process.stderr.write(`${(code === undefined ? stack : message) ?? String(error)}\n`);
  process.exit(1);
}
