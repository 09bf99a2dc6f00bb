import { type Database } from './database.js';

/**
 * What would have to be done to make the migrated schema equal to the entities, as SQL; empty when they agree. Tables
 * without an entity are not looked at. Changes nothing.
 */
export async function schemaDrift(database: Database): Promise<string[]> {
  const changes = await database.driver.createSchemaBuilder().log();
  return changes.upQueries.map(({ query }) => query);
}
