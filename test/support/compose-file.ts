import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

/** What our Compose files say of a service. */
export interface Service {
  image?: string;
  user?: string;
  environment?: Record<string, string>;
  secrets?: string[];
  entrypoint?: string[];
  command?: string[];
  ports?: string[];
  networks?: string[];
  volumes?: string[];
  depends_on?: Record<string, { condition: string }> | string[];
  cap_add?: string[];
  deploy: { replicas?: number; resources: { limits: { memory: string } } };
  healthcheck: { test: string[] };
}

export interface Compose {
  name: string;
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean; ipam?: { config: { subnet: string }[] } } | null>;
  secrets: Record<string, { file: string }>;
  volumes: Record<string, null>;
}

export async function readCompose(file: string): Promise<Compose> {
  return parse(await readFile(file, 'utf8'), { merge: true }) as Compose;
}

/** The text as Compose fills it in, with these variables. */
export function filledIn(text: string, variables: Record<string, string>): string {
  return text.replace(/\$(?:\$|\{(\w+)[^}]*\})/g, (_, name?: string) => (name ? variables[name]! : '$'));
}
