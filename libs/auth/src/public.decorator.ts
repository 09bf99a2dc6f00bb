import { SetMetadata } from '@nestjs/common';

export const IS_PUBLIC = 'portcullis:public';

/** Opens a route, or all routes of a controller, to callers without a session. Every other route is closed. */
export const Public = () => SetMetadata(IS_PUBLIC, true);
