/** Names of the three channels between the desktop window's preload script and the shell. */
export const CHANNELS = {
  request: 'dubscope:request',
  event: 'dubscope:event',
  choosePaths: 'dubscope:choose-paths',
} as const;
