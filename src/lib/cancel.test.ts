import { expect, test } from 'vitest';
import { cancelledBy, lettingFinish, onAbort, untilAborted } from './cancel.ts';
import { MusterError } from './errors.ts';

test('an abort without a reason of ours is CANCELLED, with the exit code of an interrupt', () => {
  const error = cancelledBy(AbortSignal.abort());
  expect([error.code, error.exitCode]).toEqual(['CANCELLED', 130]);
});

test('a reason that explains itself is kept', () => {
  const reason = new MusterError('TIMED_OUT', 'the store did not become healthy in 30s');
  expect(cancelledBy(AbortSignal.abort(reason))).toBe(reason);
});

test('a deadline is TIMED_OUT', () => {
  expect(cancelledBy(AbortSignal.abort(new DOMException('late', 'TimeoutError'))).code).toBe('TIMED_OUT');
});

test('a listener taken off is not called; one on a signal that already fired is called at once', () => {
  const controller = new AbortController();
  const calls: string[] = [];
  onAbort(controller.signal, () => calls.push('taken off'))();
  onAbort(controller.signal, () => calls.push('kept'));
  controller.abort();
  onAbort(controller.signal, () => calls.push('late'));
  expect(calls).toEqual(['kept', 'late']);
});

test('waiting ends with the signal, or with the work, whichever is first', async () => {
  const controller = new AbortController();
  const endless = untilAborted(new Promise(() => {}), controller.signal);
  controller.abort();
  await expect(endless).rejects.toMatchObject({ code: 'CANCELLED' });
  await expect(untilAborted(Promise.resolve('done'), new AbortController().signal)).resolves.toBe('done');
});

test('what is let finish goes on after the signal, and not for ever', async () => {
  const controller = new AbortController();
  const begun = Promise.withResolvers<string>();
  const finished = lettingFinish(controller.signal, 60_000, () => begun.promise);
  controller.abort();
  begun.resolve('done');
  await expect(finished).resolves.toBe('done');
  const endless = lettingFinish(controller.signal, 1, (late) => untilAborted(new Promise<never>(() => {}), late));
  await expect(endless).rejects.toMatchObject({ code: 'CANCELLED' });
});
