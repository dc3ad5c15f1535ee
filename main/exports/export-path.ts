/** Addresses of exports: `/exports/<name>`, or `/exports/<folder>/<name>` for a file of a folder. */

/** Where every such address begins. */
export const EXPORTS_PREFIX = '/exports/';

const LONGEST_URL = 4096;
const LONGEST_NAME = 255;

/** @returns the one or two names that an address holds, decoded once; null for anything that is no address of ours. */
export function parseExportPath(url: string): string[] | null {
  if (url.length > LONGEST_URL || !url.startsWith(EXPORTS_PREFIX) || /[?#]/.test(url)) return null;
  const names = url.slice(EXPORTS_PREFIX.length).split('/').map(decoded);
  if (names.length > 2 || !names.every((name) => name !== null && isName(name))) return null;
  return names as string[];
}

/** The value of `Content-Disposition` that has a browser keep a file under its own name (RFC 6266, RFC 8187). */
export function attachmentHeader(name: string): string {
  const whole = name.toWellFormed();
  const plain = whole.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const exact = encodeURIComponent(whole).replace(
    /['()*!]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`;
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

/** Names that a listing cannot hold are not looked for. */
function isName(name: string): boolean {
  return name !== '' && name.length <= LONGEST_NAME && !name.startsWith('.') && !/[/\\\0]/.test(name);
}
