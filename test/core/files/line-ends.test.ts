import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { firstAndLastLine } from '../../../core/files/line-ends.ts';
import { temporaryFolder } from '../../fixtures/project.ts';

const temporary = temporaryFolder();
afterAll(() => temporary.remove());
const path = join(temporary.folder, 'log.jsonl');
const long = 'ä'.repeat(30_000);

it.each([
  ['', null],
  ['half', null],
  ['one\n', { first: 'one', last: 'one' }],
  ['one\nhalf', { first: 'one', last: 'one' }],
  ['one\ntwo\n', { first: 'one', last: 'two' }],
  [`one\ntwo\n${long}`, { first: 'one', last: 'two' }],
  [`${long}1\n${long}2\n${long}3\n`, { first: `${long}1`, last: `${long}3` }],
  [`${long}1\nhalf`, { first: `${long}1`, last: `${long}1` }],
])('finds both ends of a log, case %#', (text, ends) => {
  writeFileSync(path, text);
  expect(firstAndLastLine(path)).toEqual(ends);
});

it('says null of a file that is not there', () => {
  expect(firstAndLastLine(join(temporary.folder, 'nothing'))).toBeNull();
});
