// How the command ends: one code for each thing that a script would do next.
// @ts-check

export const EXIT = Object.freeze({
  /** Done. */
  done: 0,
  /** No: the message has faults, or was refused. The same again would fail again. */
  refused: 1,
  /** It can't begin: an option, a variable of the environment, the file or its JSON. */
  usage: 2,
  /** It may have been queued: sending again may write to somebody twice. */
  unknown: 3,
  /** It failed, and sending again is safe. */
  again: 4,
  /** A batch waits for a person: it is held or paused. */
  waits: 5,
  /** Ended by Ctrl-C, as shells count. */
  interrupted: 130,
});

/** The same for people. */
export const EXIT_CODES = Object.freeze({
  0: "done",
  1: "no: the message has faults, or was refused",
  2: "an option, a variable, the file or its JSON is wrong",
  3: "may have been queued: don't send it again unseen",
  4: "failed; sending again is safe",
  5: "a batch is held or paused: it waits for you",
  130: "ended by Ctrl-C",
});

/** Ends the command with a sentence. */
export class Stop extends Error {
  /**
   * @param {number} exit
   * @param {string} message
   */
  constructor(exit, message) {
    super(message);
    this.exit = exit;
  }
}
