/** Names of the channels between the desktop window's preload script and the shell. */
export const CHANNELS = {
  request: 'dubscope:request',
  event: 'dubscope:event',
  choosePaths: 'dubscope:choose-paths',
  droppedPaths: 'dubscope:dropped-paths',
  reveal: 'dubscope:reveal',
  recentProjects: 'dubscope:recent-projects',
  look: 'dubscope:look',
  action: 'dubscope:action',
} as const;
