/** A served project of real media, imported and checked: what the tests of seeing and hearing open. */

import { isTerminal } from '../../core/domain/job.ts';
import type { Client } from '../../core/rpc/client.ts';
import type { PagePolicy } from '../../main/page-policy.ts';
import { type ServedProject, serveMadeProject } from '../main/serve/fixture.ts';

/** Takes in a folder with the host's own requests, checks it and serves it. */
export async function serveMedia(
  folder: string,
  originalLanguage: string,
  policy: PagePolicy = { mayChangeProject: false },
): Promise<ServedProject> {
  const served = await serveMadeProject(0, policy);
  const { client } = served.host;
  await ended(client, await client.call('import/start', { paths: [folder], originalLanguage }));
  await ended(client, await client.call('check/start', {}));
  return served;
}

async function ended(client: Client, { jobId }: { jobId: string }): Promise<void> {
  for (;;) {
    const job = await client.call('job/get', { jobId });
    if (job.state === 'succeeded') return;
    if (isTerminal(job)) throw new Error(`${job.label}: ${JSON.stringify(job)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
