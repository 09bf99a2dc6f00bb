import tseslint from 'typescript-eslint';

// Only what needs types: the formatter is biome's, the boundaries are dependency-cruiser's, unused exports are knip's.
export default tseslint.config(
  { ignores: ['dist/**', 'coverage/**', '**/*.mjs', '**/*.cjs'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always'],
      'no-eval': 'error',
      'no-implied-eval': 'off',
      '@typescript-eslint/no-implied-eval': 'error',
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Secrets and ids come from node:crypto.' },
        { object: 'process', property: 'env', message: 'Configuration is parsed once, in libs/config.' },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
    },
  },
  {
    files: ['test/**', 'libs/testing/**', 'bench/**', '**/*.spec.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  { files: ['apps/*/src/{main,migrate}.ts'], rules: { 'no-restricted-properties': 'off' } }, // the environment is read here
  { files: ['bench/**', 'test/package/host/**'], rules: { 'no-console': 'off' } },
);
