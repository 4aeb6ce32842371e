import { CommandUsageError } from '../commands/errors.ts'

/**
 * There is no app where it was looked for. Its exit code is 2.
 *
 * @see Flask `flask.cli.NoAppException`
 */
export class NoAppException extends CommandUsageError {}
