import { World } from './world.js';

/** One world for all tests of the file, made before the first and removed after the last. */
export function worldOfTests(): () => World {
  let world: World;
  beforeAll(async () => {
    world = await World.make();
  });
  afterAll(() => world.remove());
  return () => world;
}
