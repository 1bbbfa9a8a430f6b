// Runs to its end before api and worker start: sets the store up on first use.

import { claimSetUp, counts, submit } from './entries.ts';
import { Store } from './store.ts';

const store = Store.open();
if (await claimSetUp(store)) {
  await submit(store, 'muster', 'Welcome! Every line below went through a queue and was read by a worker before you saw it.');
  console.log('store set up');
} else {
  const { published, waiting } = await counts(store);
  console.log(`store is set up: ${published} entries, ${waiting} waiting`);
}
store.close();
