/** The architecture as rules. Layers, from the top down; a layer may import any below it. */
const LAYERS = [
  ['auth', 'profile'],
  ['sessions', 'cache', 'queue'],
  ['coherence'],
  ['users', 'redis'],
  ['database'],
  ['http', 'observability'],
];

const path = (libs) => `^libs/(${libs.join('|')})/`;
const layerRules = LAYERS.slice(1).map((layer, index) => ({
  name: `${layer.join('-and-')}-import-only-from-below`,
  comment: 'A layer may import any below it, never one above: see the picture in README.md.',
  severity: 'error',
  from: { path: path(layer) },
  to: { path: path(LAYERS.slice(0, index + 1).flat()) },
}));
const apart = (one, other, comment) => ({
  name: `${one}-not-to-${other}`,
  comment,
  severity: 'error',
  from: { path: path([one]) },
  to: { path: path([other]) },
});

module.exports = {
  forbidden: [
    ...layerRules,
    apart('auth', 'profile', 'Auth offers the port AccountLifecycle; profile implements it and the app binds it.'),
    apart('sessions', 'cache', 'Two kinds of copies with different promises: neither is built on the other.'),
    apart('cache', 'sessions', 'Two kinds of copies with different promises: neither is built on the other.'),
    {
      name: 'only-coherence-speaks-to-redis',
      comment:
        'Whoever stores, reads or removes a copy does it by the rules of libs/coherence; the app only opens Redis.',
      severity: 'error',
      from: {
        path: '^(apps|libs)/',
        pathNot: '^libs/(coherence|redis|testing)/|^apps/api/src/(app\\.module|redis-options)\\.ts$',
      },
      to: { path: '^libs/redis/' },
    },
    {
      name: 'only-redis-and-coherence-import-its-client',
      comment: 'As above: there is one client, and libs/redis has it.',
      severity: 'error',
      from: { path: '^(apps|libs)/(?!(coherence|redis|testing)/)' },
      to: { path: '(^|/)node_modules/(ioredis|redis|@redis|iovalkey)/' },
    },
    {
      name: 'no-cycles',
      comment: 'A cycle is one module in two files.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-lib-to-app',
      comment: 'A lib serves any application.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'only-apps-import-config',
      comment: 'A lib is told; it does not look things up.',
      severity: 'error',
      from: { path: '^libs/(?!config/)' },
      to: { path: '^libs/config/' },
    },
    {
      name: 'config-is-a-leaf',
      comment: 'Configuration is parsed before anything else exists.',
      severity: 'error',
      from: { path: '^libs/config/' },
      to: { path: '^libs/(?!config/)' },
    },
    {
      name: 'libs-only-through-their-index',
      comment:
        'What a lib does not list in its index.ts is its own business; test/interleavings takes them apart, and who makes mistakes on purpose.',
      severity: 'error',
      from: { path: '^(apps|libs|test|bench)/([^/]+)/', pathNot: '^test/interleavings/|-mistakes\\.ts$' },
      to: { path: '^libs/[^/]+/src/(?!index\\.ts$)', pathNot: ['^$1/$2/', '\\.contract\\.ts$'] },
    },
    {
      name: 'product-code-knows-no-tests',
      comment: 'Tests import the product, never the reverse.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '\\.(spec|contract|fixture)\\.ts$|^libs/testing/' },
      to: { path: '^test/|^libs/testing/|\\.(spec|contract|fixture)\\.ts$' },
    },
    {
      name: 'no-lost-imports',
      comment: 'Every import resolves, without the help of a path alias.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['app-source', 'import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
};
