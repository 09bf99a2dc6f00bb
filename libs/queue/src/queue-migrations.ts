import { Queue1795305600000 } from './migrations/1795305600000-queue.js';

/** What makes the tables of the queue: for the migrations of the database, after those of libs/database. */
export const queueMigrations = [Queue1795305600000];
