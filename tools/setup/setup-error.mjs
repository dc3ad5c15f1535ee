/** Something the set-up could not do, for a reason that a person can act on. Anything else that is thrown is a bug. */
export class SetupError extends Error {
  /**
   * @param {'no-python'|'no-pip'|'no-compiler'|'no-room'|'download'|'compile'|'unusable'|'unsupported'} code
   * @param {string} message what is missing, as the end of a sentence: "no C++ compiler was found (install g++)"
   */
  constructor(code, message) {
    super(message);
    this.name = 'SetupError';
    this.code = code;
  }
}
