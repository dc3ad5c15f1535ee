/** The page's one client of the contract; set once before the page is mounted. */
import { type Client, createClient } from '../core/rpc/client.ts';
import type { PageTransport } from './transport/page-transport.ts';

let current: { client: Client; transport: PageTransport } | null = null;

/** Makes the client over a transport. */
export function setTransport(transport: PageTransport): void {
  current = { client: createClient(transport), transport };
}

/** The client. */
export function useClient(): Client {
  if (current === null) throw new Error('setTransport has not been called.');
  return current.client;
}

/** The transport below the client, for what only pages need. */
export function useTransport(): PageTransport {
  if (current === null) throw new Error('setTransport has not been called.');
  return current.transport;
}
