// Before any scenario: the built program is what is here now, not what was here when somebody last built it.

import { buildPackage } from '../../tools/build.ts';

export const setup = async (): Promise<void> => void (await buildPackage());
