import type { EventLog } from './event-log.ts';
import type { RecordStore } from './record.ts';

export type RemoteSetting = {
  /** What replicas of this runtime are said to run on. */
  readonly name: string;
  readonly records: RecordStore;
  readonly events: EventLog;
};
