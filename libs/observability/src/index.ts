export { withLogFields } from './log-fields.js';
export { type LogLevel, PinoLogger } from './pino-logger.js';
