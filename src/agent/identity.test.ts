import { expect, test } from 'vitest';
import { identityOf } from './identity.ts';

const files = () => ({
  passwd: 'root:x:0:0::/root:/bin/sh\nweb:x:33:33::/var/www:/bin/sh\n',
  group: 'root:x:0:\nwww:x:33:\nlogs:x:4:web,root\n',
});

test('a user by name or number has its group and its memberships', () => {
  const web = { uid: 33, gid: 33, groups: [33, 4], home: '/var/www' };
  expect(identityOf('web', 0, files)).toEqual(web);
  expect(identityOf('33', 0, files)).toEqual(web);
  expect(identityOf('web:logs', 0, files)).toEqual({ ...web, gid: 4, groups: [4] });
});

test('a number that nobody has is taken as it is, with no groups', () => {
  expect(identityOf('4711:12', 0, files)).toEqual({ uid: 4711, gid: 12, groups: [], home: null });
});

test('an unknown name, and another user without being root, are refused', () => {
  expect(() => identityOf('nemo', 0, files)).toThrow('there is no user "nemo"');
  expect(() => identityOf('web:nemo', 0, files)).toThrow('there is no group "nemo"');
  expect(() => identityOf('root', 33, files)).toThrow('only root');
  expect(identityOf('web', 33, files)).toBeNull();
});
