/** A metric that an expression asks for, and the labels by which it is selected and grouped. */
export interface MetricUse {
  metric: string;
  labels: string[];
}

const FUNCTIONS = new Set(['absent', 'histogram_quantile', 'increase', 'max', 'rate', 'sum', 'topk']);
const OPERATORS = new Set(['and', 'or', 'unless']);
const GROUPING = /\b(?:by|on)\s*\(([^)]*)\)/g;

/**
 * The metrics of a PromQL expression. Not a parser, but enough to find a slip of the pen: it throws at a function that
 * our alerts and boards do not use, and at a bracket without its other half.
 */
export function metricsIn(expression: string): MetricUse[] {
  const bare = expression.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  if (withoutPairs(bare) !== '') throw new Error(`Brackets do not match in ${expression}`);
  const grouped = [...bare.matchAll(GROUPING)].flatMap(([, names]) => wordsOf(names));
  const rest = bare.replace(GROUPING, '').replace(/\[[^\]]*\]/g, '');
  for (const [, name] of rest.matchAll(/\b([a-z_]\w*)\s*\(/g)) {
    if (!FUNCTIONS.has(name!) && !OPERATORS.has(name!)) throw new Error(`${name} is not known in ${expression}`);
  }
  return [...rest.matchAll(/\b([a-z_]\w*)\b(?!\s*\()(?:\s*\{([^}]*)\})?/g)]
    .filter(([, name]) => !OPERATORS.has(name!))
    .map(([, metric, matchers]) => ({ metric: metric!, labels: [...wordsOf(matchers), ...grouped] }));
}

const wordsOf = (text = ''): string[] => text.match(/[a-z_]\w*/g) ?? [];

/** The brackets that are left when every pair is taken away, from the inside out. */
function withoutPairs(text: string): string {
  const brackets = text.replace(/[^()[\]{}]/g, '');
  const fewer = brackets.replace(/\(\)|\[\]|\{\}/g, '');
  return fewer === brackets ? brackets : withoutPairs(fewer);
}
