/** Who may come in: one token a start, exchanged by a browser for a session that scripts cannot read. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const TOKEN_BYTES = 32;
const MOST_SESSIONS = 64;
const FREE_FAILURES = 10;
const FAILURE_PAUSE_MS = 1000;

/** The token of one start and the sessions it opened. */
export type Sessions = {
  /** 256 bits, base64url. New at each start, so sessions of an earlier start are refused. */
  token: string;
  cookieName: string;
  /** Whether the headers carry the token (`Authorization: Bearer`) or a session's cookie. */
  admits(headers: { authorization?: string | undefined; cookie?: string | undefined }): boolean;
  isToken(text: string): boolean;
  /** Opens a session. @returns the `Set-Cookie` value. */
  open(): string;
  /** Pause before a refusal, ms: none at first, a second each after ten wrong tokens. */
  pauseAfterFailureMs(): number;
};

/** Sessions of a server on `port`; cookies do not tell ports apart, so the name does. */
export function createSessions(port: number): Sessions {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const cookieName = `dubscope-${port}`;
  const sessions: Buffer[] = [];
  let failures = 0;
  const tokenDigest = digest(token);
  const isToken = (text: string): boolean => timingSafeEqual(digest(text), tokenDigest);
  const isSession = (text: string): boolean => {
    const wanted = digest(text);
    // Every session is compared, so that the time taken says nothing.
    return sessions.filter((session) => timingSafeEqual(session, wanted)).length > 0;
  };
  return {
    token,
    cookieName,
    isToken,
    admits: ({ authorization, cookie }) => {
      const bearer = /^Bearer ([\w-]{1,128})$/.exec(authorization ?? '')?.[1];
      if (authorization !== undefined) return bearer !== undefined && isToken(bearer);
      const session = cookieValue(cookie ?? '', cookieName);
      return session !== null && isSession(session);
    },
    open: () => {
      const session = randomBytes(TOKEN_BYTES).toString('base64url');
      sessions.push(digest(session));
      if (sessions.length > MOST_SESSIONS) sessions.shift();
      return `${cookieName}=${session}; Path=/; HttpOnly; SameSite=Strict`;
    },
    pauseAfterFailureMs: () => {
      failures += 1;
      return failures > FREE_FAILURES ? FAILURE_PAUSE_MS : 0;
    },
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function cookieValue(header: string, name: string): string | null {
  for (const part of header.split(';')) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name && value !== undefined) return value;
  }
  return null;
}
