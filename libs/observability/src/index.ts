export { withLogFields } from './log-fields.js';
export { collectProcessMetrics, type MetricsText, metricsText } from './metrics.js';
export { type LogLevel, PinoLogger } from './pino-logger.js';
