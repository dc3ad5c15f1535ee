/**
 * What a browser without a session sees. Its script takes the token from the address's fragment, which never
 * reaches a server or a log, exchanges it for a session cookie, and goes on to the window. It holds nothing of the
 * project, since whoever asks has not shown that they may know.
 */
import { createHash } from 'node:crypto';
import { SECURITY_HEADERS } from './headers.ts';

const SCRIPT = `
const say = (text) => { document.getElementById('say').textContent = text; };
const token = location.hash.slice(1);
history.replaceState(null, '', '/');
if (/^[\\w-]{20,128}$/.test(token)) {
  fetch('/session', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Dubscope': '1' },
    body: JSON.stringify({ token }),
  }).then(
    (answer) => {
      if (answer.ok) location.replace('/');
      else say('This address belongs to an earlier start. Open the address that Dubscope printed last.');
    },
    () => say('Dubscope does not answer. Is it still running?'),
  );
} else {
  say('Open the whole address that Dubscope printed in its terminal; it ends in a token.');
}
`;

const STYLE = `html{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}
body{display:grid;place-content:center;min-height:90vh;margin:0;text-align:center}`;

/** The page. */
export const ENTRY_PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Dubscope</title>
<style>${STYLE}</style><h1>Dubscope</h1><p id="say" role="status">Opening the project ...</p>
<script>${SCRIPT}</script></html>`;

/** Its headers: the usual ones, but only this very script and style may run. */
export const ENTRY_HEADERS: Readonly<Record<string, string>> = {
  ...SECURITY_HEADERS,
  'Content-Security-Policy': [
    "default-src 'none'",
    `script-src '${hashOf(SCRIPT)}'`,
    `style-src '${hashOf(STYLE)}'`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Content-Type': 'text/html; charset=utf-8',
};

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
