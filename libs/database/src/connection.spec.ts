import { whyUnsuitable } from './connection.js';

describe(whyUnsuitable, () => {
  it('has nothing against a primary of version 15 or newer', () => {
    expect(whyUnsuitable({ version: 150_000, standby: false })).toBeNull();
  });

  it('objects to an older server', () => {
    expect(whyUnsuitable({ version: 140_013, standby: false })).toContain('version 14; Portcullis needs 15');
  });

  it('objects to a standby', () => {
    expect(whyUnsuitable({ version: 180_004, standby: true })).toContain('is a standby');
  });
});
