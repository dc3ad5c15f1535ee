import { describe, expect, it } from 'vitest';
import { attachmentHeader, parseExportPath } from '../../../main/exports/export-path.ts';

describe('an address of an export', () => {
  it('names a file, or a folder and a file of it, whatever signs the names hold', () => {
    expect(parseExportPath('/exports/pairs.csv')).toEqual(['pairs.csv']);
    expect(parseExportPath('/exports/shards/shard-000000.tar')).toEqual(['shards', 'shard-000000.tar']);
    for (const name of ['Bücher & Filme.csv', '100% #1?.csv', 'a+b c.csv', '日本.parquet', '%2e%2e.csv']) {
      expect(parseExportPath(`/exports/${encodeURIComponent(name)}`)).toEqual([name]);
    }
  });

  it('names nothing where it could lead elsewhere', () => {
    const wrong = [
      ...['', '.', '..', '.hidden', 'a/b/c', 'a//b', '/a', 'a/', 'a/.b', '%2e%2e', 'a%2fb', 'a%5cb', 'a\\b'],
      ...['a%00', '%', '%zz', '%ff', 'a?b', 'a#b', 'a'.repeat(256), `${'%61'.repeat(2000)}`],
    ];
    for (const end of wrong) expect(parseExportPath(`/exports/${end}`), end.slice(0, 40)).toBeNull();
    for (const url of ['/exports', '/Exports/a', '/export/a', 'http://x/exports/a', '//exports/a']) {
      expect(parseExportPath(url), url).toBeNull();
    }
  });
});

describe('the header of a download', () => {
  it('keeps the name exactly, with plain signs for old readers, and cannot be broken out of', () => {
    expect(attachmentHeader('pairs.csv')).toBe(
      `attachment; filename="pairs.csv"; filename*=UTF-8''pairs.csv`,
    );
    const nasty = `a"b\\c%d;é日\r\nSet-Cookie: x'()*!.csv`;
    const header = attachmentHeader(nasty);
    expect(header).toMatch(/^[\x20-\x7e]*$/);
    expect(header.match(/"/g)).toHaveLength(2);
    const exact = header.split("filename*=UTF-8''")[1] ?? '';
    expect(exact).toMatch(/^[\w.~%-]+$/);
    expect(decodeURIComponent(exact)).toBe(nasty);
    expect(() => attachmentHeader('\uD800.csv')).not.toThrow();
  });
});
