import { expect, test } from 'vitest';
import { identityOf } from './identity.ts';

const files = () => ({
  passwd: 'root:x:0:0::/root:/bin/sh\nweb:x:33:33::/var/www:/bin/sh\n',
  group: 'root:x:0:\nwww:x:33:\nlogs:x:4:web,root\n',
});

const root = { uid: 0, gid: 0, groups: [0] };
const web = { uid: 33, gid: 33, groups: [33, 4] };

test('a user by name or number has its group and its memberships', () => {
  const found = { uid: 33, gid: 33, groups: [33, 4], home: '/var/www' };
  expect(identityOf({ user: 'web' }, root, files)).toEqual(found);
  expect(identityOf({ user: '33' }, root, files)).toEqual(found);
  expect(identityOf({ user: 'web:logs' }, root, files)).toEqual({ ...found, gid: 4, groups: [4] });
});

test('a number that nobody has is taken as it is, with no groups', () => {
  expect(identityOf({ user: '4711:12' }, root, files)).toEqual({ uid: 4711, gid: 12, groups: [], home: null });
});

test('an unknown name, and another user without being root, are refused', () => {
  expect(() => identityOf({ user: 'nemo' }, root, files)).toThrow('there is no user "nemo"');
  expect(() => identityOf({ user: 'web:nemo' }, root, files)).toThrow('there is no group "nemo"');
  expect(() => identityOf({ user: 'root' }, web, files)).toThrow('only root');
  expect(identityOf({ user: 'web' }, web, files)).toBeNull();
});

test('further groups come on top of the user’s, also of the agent’s own', () => {
  expect(identityOf({ user: 'web', groups: ['logs', '4242', 'www'] }, root, files)?.groups).toEqual([33, 4, 4242]);
  expect(identityOf({ user: '', groups: ['logs'] }, root, files)).toEqual({ ...root, groups: [0, 4], home: null });
});

test('a further group that is unknown, or that only root could give, is refused', () => {
  expect(() => identityOf({ user: 'web', groups: ['nemo'] }, root, files)).toThrow('there is no group "nemo"');
  expect(() => identityOf({ user: '', groups: ['logs'] }, web, files)).toThrow('only root');
});
