// @ts-check

/** What the command was given is wrong: exit status 2, and a hint at --help. */
export class UsageError extends Error {}
