// Everything, our ESM TypeScript and the ESM-only packages alike, is compiled to CommonJS inside Jest, because Jest can
// require an ES module only from Node 24.9 on.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const modules = join(import.meta.dirname, 'node_modules');
const namesIn = (folder) => readdirSync(join(modules, folder)).filter((name) => !name.startsWith('.'));
const isEsm = (name) => {
  const file = join(modules, name, 'package.json');
  return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).type === 'module';
};
const esmPackages = namesIn('')
  .flatMap((name) => (name.startsWith('@') ? namesIn(name).map((inner) => `${name}/${inner}`) : [name]))
  .filter(isEsm);

const compile = (syntax) => [
  '@swc/jest',
  {
    sourceMaps: 'inline',
    module: { type: 'commonjs' },
    jsc: {
      target: 'es2022',
      parser: syntax === 'typescript' ? { syntax, decorators: true, dynamicImport: true } : { syntax },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
      keepClassNames: true,
    },
  },
];

const project = (displayName, testMatch, more = {}) => ({
  displayName,
  testMatch,
  rootDir: '.',
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['app-source', 'node', 'node-addons'] },
  setupFiles: ['reflect-metadata'],
  transform: { '^.+\\.ts$': compile('typescript'), '^.+\\.m?js$': compile('ecmascript') },
  transformIgnorePatterns: [`/node_modules/(?!(${esmPackages.join('|')})/)`],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': ['$1', '$1.js'] },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  ...more,
});

const withPostgres = {
  globalSetup: '<rootDir>/test/support/start-postgres.ts',
  globalTeardown: '<rootDir>/test/support/stop-postgres.ts',
};
/** The whole of test/e2e, once more: on so many processes, with Redis as `test/support/fleet-redis.ts` says. */
const endToEnd = (name, processes, redis) =>
  project(name, ['<rootDir>/test/e2e/**/*.e2e-spec.ts'], {
    ...withPostgres,
    globals: { PROCESSES: processes, REDIS: redis },
  });

export default {
  testTimeout: 30_000,
  maxWorkers: '100%',
  collectCoverageFrom: [
    '{apps,libs}/*/src/**/*.ts',
    '!libs/testing/**',
    '!**/*.{spec,contract,fixture}.ts',
    '!**/migrations/*.ts',
  ],
  coverageReporters: ['text-summary', 'lcov'],
  projects: [
    project('unit', ['<rootDir>/{apps,libs}/**/*.spec.ts']),
    project('integration', ['<rootDir>/test/{integration,races,interleavings}/**/*.int-spec.ts'], withPostgres),
    endToEnd('e2e', 1, 'off'),
    endToEnd('e2e-two-processes', 2, 'off'),
    endToEnd('e2e-redis', 1, 'on'),
    endToEnd('e2e-redis-two-processes', 2, 'on'),
    endToEnd('e2e-redis-tls', 1, 'tls'),
    endToEnd('e2e-redis-sentinel', 1, 'sentinel'),
    endToEnd('e2e-redis-killed', 2, 'killed'),
    endToEnd('e2e-redis-paused', 2, 'paused'),
    endToEnd('e2e-redis-wiped', 2, 'wiped'),
    endToEnd('e2e-redis-on-and-off', 2, 'on-and-off'),
    project('fault', ['<rootDir>/test/fault/**/*.fault-spec.ts'], withPostgres),
    project('long', ['<rootDir>/test/{model,fault,interleavings}/**/*.long-spec.ts'], withPostgres),
    project('model', ['<rootDir>/test/model/**/*.model-spec.ts']),
    project('package', ['<rootDir>/test/package/**/*.package-spec.ts'], withPostgres),
  ],
};
