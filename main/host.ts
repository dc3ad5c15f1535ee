/**
 * The host: the one writer of a project. It owns the database, the journal and the jobs, and answers the contract.
 * It runs in the command line's own process, under `serve`, or as Electron's utility process.
 */
import { type Clock, systemClock } from '../core/clock.ts';
import { AppError } from '../core/domain/errors.ts';
import { JobLog } from '../core/jobs/job-log.ts';
import { createJobQueue, type JobQueue } from '../core/jobs/job-queue.ts';
import type { ProjectDatabase } from '../core/project/database.ts';
import { readOn } from '../core/project/pair-table.ts';
import type { Project } from '../core/project/project.ts';
import type { Client } from '../core/rpc/client.ts';
import { createClient } from '../core/rpc/client.ts';
import type { Answer, EventName, Events, Handlers } from '../core/rpc/contract.ts';
import { dispatch } from '../core/rpc/dispatch.ts';
import { parseExportPath } from './exports/export-path.ts';
import { findExportedFile } from './exports/exported-files.ts';
import { checkpointHandlers } from './handlers/checkpoints.ts';
import { checkHandlers } from './handlers/checks.ts';
import { compareHandlers } from './handlers/compare.ts';
import { curveHandlers } from './handlers/curves.ts';
import { estimateHandlers } from './handlers/estimate.ts';
import { evaluationHandlers } from './handlers/evaluations.ts';
import { evidenceHandlers } from './handlers/evidence.ts';
import { exportHandlers } from './handlers/export.ts';
import { heatmapHandlers } from './handlers/heatmaps.ts';
import { importHandlers } from './handlers/imports.ts';
import { inspectionHandlers } from './handlers/inspection.ts';
import { jobHandlers } from './handlers/jobs.ts';
import { pairHandlers } from './handlers/pairs.ts';
import { projectHandlers } from './handlers/project.ts';
import { createAboutWriter, runLifecycleHandlers } from './handlers/run-lifecycle.ts';
import { runHandlers } from './handlers/runs.ts';
import { setupHandlers } from './handlers/setup.ts';
import { answerMedia, type MediaAnswer, type MediaRequest } from './media/answer-media.ts';
import { SoundCache } from './media/sound-cache.ts';
import { Trainings } from './trainings.ts';

/** What handlers work with. */
export type HostContext = {
  program: string;
  clock: Clock;
  jobs: JobQueue;
  jobLog: JobLog;
  /** The open project. @throws AppError PROJECT_MISSING when none is open. */
  project(): Project;
  setProject(project: Project | null): void;
  emit<K extends EventName>(name: K, payload: Events[K]): void;
};

/** A running host. */
export type Host = {
  /** Answers one request from outside; never throws. */
  request(name: unknown, argument: unknown): Promise<Answer<unknown>>;
  subscribe(listener: (name: EventName, payload: unknown) => void): () => void;
  /** Answers a request for media; never throws. */
  media(request: MediaRequest): Promise<MediaAnswer>;
  /** Which file of the folder of exports an address means (main/exports/export-path.ts); null where it means none. */
  exported(url: string): Promise<{ path: string; name: string } | null>;
  /** A client in the same process, through the same door. */
  client: Client;
  /** Ends the jobs and gives the project back. */
  close(): Promise<void>;
};

/**
 * Starts a host. `program` is what others read when they find the project in use. `forWindow`: somebody will look at lists;
 * what they need of a large project is read while the window is still on its way.
 */
export function createHost(options: { program: string; clock?: Clock; forWindow?: boolean }): Host {
  const listeners = new Set<(name: EventName, payload: unknown) => void>();
  let project: Project | null = null;
  const clock = options.clock ?? systemClock;
  const jobLog = new JobLog(clock);
  const emit = <K extends EventName>(name: K, payload: Events[K]): void => {
    if (name === 'job/warning') {
      const { label, text } = payload as Events['job/warning'];
      jobLog.warn(label, text);
    }
    for (const listener of listeners) listener(name, payload);
  };
  const context: HostContext = {
    program: options.program,
    clock,
    jobLog,
    jobs: createJobQueue((job) => {
      jobLog.note(job);
      emit('job/changed', job);
    }),
    project: () => {
      if (project === null)
        throw new AppError('PROJECT_MISSING', 'No project is open. Nothing was done. Open one first.');
      return project;
    },
    setProject: (next) => {
      project?.close();
      project = next;
      if (options.forWindow === true && next !== null) readAhead(next.db);
    },
    emit,
  };
  const sounds = new SoundCache();
  const handlers = createHandlers(context);
  const request = (name: unknown, argument: unknown): Promise<Answer<unknown>> =>
    dispatch(handlers, name, argument);
  const subscribe = (listener: (name: EventName, payload: unknown) => void): (() => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  return {
    request,
    subscribe,
    client: createClient({ request, subscribe }),
    media: async (wanted) => (project === null ? NO_MEDIA : answerMedia(project, sounds, wanted)),
    exported: async (url) => {
      const names = parseExportPath(url);
      return project === null || names === null ? null : findExportedFile(project, names);
    },
    close: async () => {
      await context.jobs.close();
      context.setProject(null);
    },
  };
}

/** Between requests, part by part, until all is read or the project is closed. */
function readAhead(db: ProjectDatabase): void {
  setImmediate(() => {
    if (db.open && !readOn(db)) readAhead(db);
  });
}

const NO_MEDIA: MediaAnswer = { status: 404, headers: {}, body: { kind: 'none' } };

function createHandlers(context: HostContext): Handlers {
  const trainings = new Trainings(context);
  const changeAbout = createAboutWriter();
  return {
    ...projectHandlers(context),
    ...importHandlers(context),
    ...checkHandlers(context),
    ...pairHandlers(context),
    ...exportHandlers(context),
    ...evidenceHandlers(context),
    ...inspectionHandlers(context),
    ...runHandlers(context, trainings),
    ...curveHandlers(context),
    ...runLifecycleHandlers(context, trainings, changeAbout),
    ...checkpointHandlers(context, changeAbout),
    ...evaluationHandlers(context),
    ...heatmapHandlers(context),
    ...estimateHandlers(context),
    ...compareHandlers(context),
    ...setupHandlers(context),
    ...jobHandlers(context),
  };
}
