import { type DynamicModule, Module } from '@nestjs/common';
import { ProfileController } from './profile.controller.js';
import { PROFILE_OPTIONS, type ProfileOptions } from './profile.options.js';
import { ProfileRepository } from './profile.repository.js';
import { ProfileService } from './profile.service.js';
import { ProfileLifecycle } from './profile-lifecycle.js';

/** Profiles, read through the cache. Needs DatabaseModule, CacheModule and AuthModule, which binds {@link ProfileLifecycle}. */
@Module({})
export class ProfileModule {
  static forRoot(options: ProfileOptions): DynamicModule {
    return {
      module: ProfileModule,
      global: true,
      controllers: [ProfileController],
      providers: [{ provide: PROFILE_OPTIONS, useValue: options }, ProfileRepository, ProfileService, ProfileLifecycle],
      exports: [ProfileLifecycle],
    };
  }
}
