/// <reference types="electron" />
/** The Electron that runs, past the one that is put before it (test/desktop/build-shell.ts). */
declare module 'real-electron' {
  export = Electron.CrossProcessExports;
}
