import { describeSessionStore } from '../../libs/sessions/src/session-store.contract.js';
import { SessionSystem } from '../support/session-system.js';

let system: SessionSystem;

beforeAll(async () => {
  system = await SessionSystem.start();
});

afterAll(() => system.close());

describeSessionStore('PostgreSQL', () => ({
  store: system.store,
  sessions: system.sessions,
  lastSeen: system.lastSeen,
  limits: system.limits,
  logIn: (at, more) => system.logIn(at, more),
  changeUser: (userId, change) => system.changeUser(userId, change),
}));
